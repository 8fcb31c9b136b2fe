"""Holds the epoch of each document and renews it off the keystroke's path."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Protocol

from holdfast.context.epoch import ContextStamp, Epoch
from holdfast.context.gather import GatheredContext
from holdfast.context.pack import CountTokens, Packed
from holdfast.cursor import Cursor

logger = logging.getLogger(__name__)


RunInWorker = Callable[[Callable[[], GatheredContext]], Awaitable[GatheredContext]]

GATHER_SECONDS: Final = 0.15
_DOCUMENTS_KEPT: Final = 16
_NOTHING_READ: Final = ContextStamp(-1, (0, 0))


class ContextSource(Protocol):
    """Where context comes from; `gather` blocks and is called in a worker."""

    def index_generation(self, cursor: Cursor) -> int:
        """The index's generation, 0 while there is none; cheap enough for the keystroke's path."""

    def stamp(self, cursor: Cursor) -> ContextStamp:
        """What context gathered now would be made from; some dozen `stat`s, or thousands: called in a worker too."""

    def gather(
        self, cursor: Cursor, budget_tokens: int, count_tokens: CountTokens, previous: Packed | None
    ) -> GatheredContext:
        """The context for `cursor`."""


@dataclass(frozen=True, slots=True)
class _Gathering:
    """A gathering in a worker; `deadline`, in the loop's time, is until when an automatic request waits for it."""

    task: asyncio.Task[Epoch]
    deadline: float


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
        self._gathering: dict[str, _Gathering] = {}

    def current(self, cursor: Cursor) -> Epoch | None:
        """The epoch that serves `cursor`, if there is one; one from before there was an index serves only until then."""
        epoch = self._epochs.get(cursor.uri)
        if epoch is None or not epoch.serves(cursor):
            return None
        is_blind = epoch.stamp.index_generation == 0
        return None if is_blind and self._source.index_generation(cursor) > 0 else epoch

    async def at(self, cursor: Cursor, *, anew: bool = False) -> Epoch:
        """The epoch for `cursor`: the one there is, or (none yet, a long jump, or `anew`) one gathered for it.

        Waits at most 150 ms; then typing goes on with what there is, and the gathering ends in the background.
        """
        epoch = self.current(cursor)
        if epoch is not None and not anew:
            return epoch
        gathering = self._gather(cursor)
        task = gathering.task
        # One patience for one gathering: the keys that come while it takes long do not wait for it again.
        left = GATHER_SECONDS if anew else gathering.deadline - asyncio.get_running_loop().time()
        await asyncio.wait([task], timeout=max(0.0, left))
        if _succeeded(task):
            return task.result()
        if not task.done():
            logger.info("gathering context for %s takes longer than %d ms", cursor.path, GATHER_SECONDS * 1000)
        return epoch or _without_context(cursor)

    async def renew(self, cursor: Cursor) -> bool:
        """At a pause: gather again when the index, the manifest or the place changed; whether the block is another now."""
        epoch = self.current(cursor)
        if epoch is not None and not epoch.is_behind(cursor) and await self._is_as_before(epoch, cursor):
            return False
        task = self._gather(cursor).task
        await asyncio.wait([task])
        return _succeeded(task) and (epoch is None or task.result().blocks != epoch.blocks)

    def forget(self) -> None:
        """Drop every epoch, and what is being gathered: settings or trust changed."""
        self._epochs.clear()
        self._gathering.clear()

    def _gather(self, cursor: Cursor) -> _Gathering:
        running = self._gathering.get(cursor.uri)
        if running is not None and not running.task.done():
            return running
        task = asyncio.create_task(self._gather_epoch(cursor), name="gather context")
        gathering = _Gathering(task, asyncio.get_running_loop().time() + GATHER_SECONDS)
        self._gathering[cursor.uri] = gathering
        task.add_done_callback(lambda _: self._gathered(cursor, gathering))
        return gathering

    async def _gather_epoch(self, cursor: Cursor) -> Epoch:
        stamp = _NOTHING_READ
        before = self._epochs.get(cursor.uri)
        previous = before.context.packed if before is not None else None

        def gather() -> GatheredContext:
            nonlocal stamp
            stamp = self._source.stamp(cursor)
            return self._source.gather(cursor, self._budget_tokens, self._count_tokens, previous)

        context = await self._run_in_worker(gather)
        return Epoch(cursor.uri, cursor.line, stamp, context)

    async def _is_as_before(self, epoch: Epoch, cursor: Cursor) -> bool:
        """Whether a gathering would start from what `epoch` was made from."""
        stamp = _NOTHING_READ

        def look() -> GatheredContext:
            nonlocal stamp
            stamp = self._source.stamp(cursor)
            return epoch.context

        looking = asyncio.ensure_future(self._run_in_worker(look))
        await asyncio.wait([looking])
        # Where the look broke, the gathering that follows breaks too and is told.
        return not looking.cancelled() and looking.exception() is None and stamp == epoch.stamp

    def _gathered(self, cursor: Cursor, gathering: _Gathering) -> None:
        task = gathering.task
        error = None if task.cancelled() else task.exception()
        if error is not None:
            logger.error("context could not be gathered", exc_info=error)
        if self._gathering.get(cursor.uri) is not gathering:
            return
        del self._gathering[cursor.uri]
        if _succeeded(task):
            self._keep(task.result())
        elif error is not None and self.current(cursor) is None:
            # Keys go on without context, and the next pause tries again.
            self._keep(_without_context(cursor))

    def _keep(self, epoch: Epoch) -> None:
        self._epochs[epoch.uri] = epoch
        self._epochs.move_to_end(epoch.uri)
        while len(self._epochs) > _DOCUMENTS_KEPT:
            self._epochs.popitem(last=False)


def _without_context(cursor: Cursor) -> Epoch:
    return Epoch(cursor.uri, cursor.line, _NOTHING_READ, GatheredContext())


def _succeeded(task: asyncio.Task[Epoch]) -> bool:
    return task.done() and not task.cancelled() and task.exception() is None
