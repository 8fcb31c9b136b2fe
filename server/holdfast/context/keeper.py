"""Holds the epoch of each document and renews it off the keystroke's path."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

from holdfast.code_chunk import ContextBlock
from holdfast.context.epoch import ContextStamp, Epoch
from holdfast.context.gather import GatheredContext
from holdfast.context.pack import CountTokens
from holdfast.cursor import Cursor

logger = logging.getLogger(__name__)


RunInWorker = Callable[[Callable[[], GatheredContext]], Awaitable[GatheredContext]]

GATHER_SECONDS: Final = 0.15
_DOCUMENTS_KEPT: Final = 16


class ContextSource(Protocol):
    """Where context comes from; `gather` blocks and is called in a worker."""

    def stamp(self, cursor: Cursor) -> ContextStamp:
        """What context gathered now would be made from; cheap."""

    def gather(
        self, cursor: Cursor, budget_tokens: int, count_tokens: CountTokens, previous: tuple[ContextBlock, ...]
    ) -> GatheredContext:
        """The context for `cursor`."""


class EpochKeeper:
    """One epoch per document; `budget_tokens` is what a block may cost."""

    def __init__(
        self, source: ContextSource, run_in_worker: RunInWorker, *, budget_tokens: int, count_tokens: CountTokens
    ) -> None:
        self._source = source
        self._run_in_worker = run_in_worker
        self._budget_tokens = budget_tokens
        self._count_tokens = count_tokens
        self._epochs: OrderedDict[str, Epoch] = OrderedDict()
        self._gathering: dict[str, asyncio.Task[Epoch]] = {}

    def current(self, cursor: Cursor) -> Epoch | None:
        """The epoch that serves `cursor`, if there is one."""
        epoch = self._epochs.get(cursor.uri)
        return epoch if epoch is not None and epoch.serves(cursor) else None

    async def at(self, cursor: Cursor, *, anew: bool = False) -> Epoch:
        """The epoch for `cursor`: the one there is, or (none yet, a long jump, or `anew`) one gathered for it.

        Waits at most 150 ms; then typing goes on with what there is, and the gathering ends in the background.
        """
        epoch = self.current(cursor)
        if epoch is not None and not anew:
            return epoch
        task = self._gather(cursor)
        try:
            async with asyncio.timeout(GATHER_SECONDS):
                return await asyncio.shield(task)
        except TimeoutError:
            logger.info("gathering context for %s takes longer than %d ms", cursor.path, GATHER_SECONDS * 1000)
            return epoch or Epoch(cursor.uri, cursor.line, ContextStamp(-1, (0, 0)), GatheredContext())

    async def renew(self, cursor: Cursor) -> bool:
        """At a pause: gather again when the index or the manifest changed; whether the block is another now."""
        epoch = self.current(cursor)
        if epoch is not None and epoch.stamp == self._source.stamp(cursor):
            return False
        renewed = await asyncio.shield(self._gather(cursor))
        return epoch is None or renewed.blocks != epoch.blocks

    def forget(self) -> None:
        """Drop every epoch: settings or trust changed."""
        self._epochs.clear()

    def _gather(self, cursor: Cursor) -> asyncio.Task[Epoch]:
        running = self._gathering.get(cursor.uri)
        if running is not None and not running.done():
            return running
        task = asyncio.create_task(self._gather_epoch(cursor), name="gather context")
        self._gathering[cursor.uri] = task
        task.add_done_callback(lambda done: self._gathered(cursor.uri, done))
        return task

    async def _gather_epoch(self, cursor: Cursor) -> Epoch:
        stamp = self._source.stamp(cursor)
        before = self._epochs.get(cursor.uri)
        previous = before.blocks if before is not None else ()
        context = await self._run_in_worker(
            lambda: self._source.gather(cursor, self._budget_tokens, self._count_tokens, previous)
        )
        return Epoch(cursor.uri, cursor.line, stamp, context)

    def _gathered(self, uri: str, task: asyncio.Task[Epoch]) -> None:
        if self._gathering.get(uri) is task:
            del self._gathering[uri]
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            logger.error("context could not be gathered", exc_info=error)
            return
        self._epochs[uri] = task.result()
        self._epochs.move_to_end(uri)
        while len(self._epochs) > _DOCUMENTS_KEPT:
            self._epochs.popitem(last=False)
