"""What the server is asked before a key needs it: to read a new prompt, and to say what follows a text that is typed along.

Both yield to any request. What is said ahead is a generation as any other, at a place that typing has yet to reach.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace
from typing import Final

from holdfast.completion.generation import typed_between
from holdfast.completion.reading_speed import ReadingSpeed
from holdfast.completion.slot import ServerSlot
from holdfast.completion.typed_through import TypedThrough
from holdfast.completion.write_request import PromptWriter, WrittenPrompt
from holdfast.cursor import Cursor
from holdfast.errors import ServerError
from holdfast.inference.model_choice import ChosenModel, ModelChoice
from holdfast.inference.model_server import Finished, ModelServer
from holdfast.inference.server_health import ServerHealth

logger = logging.getLogger(__name__)

COLD_START_MS: Final = 120_000
"""A model that must be loaded first is waited for while it is primed."""
_LITTLE_LEFT: Final = 240
"""Characters of a known text: some seconds of typing."""
_PRIMING_SECONDS: Final = 10.0
"""A key waits for a prompt that is half read, which reads on where it would; not for a server that hangs."""


class ReadAhead:
    """Uses the slot while no request does."""

    def __init__(
        self, server: ModelServer, health: ServerHealth, choice: ModelChoice, writer: PromptWriter, slot: ServerSlot
    ) -> None:
        self.speed = ReadingSpeed()
        self._server = server
        self._health = health
        self._choice = choice
        self._writer = writer
        self._slot = slot
        self._priming: tuple[Cursor, float] | None = None

    def prime(self, cursor: Cursor) -> None:
        """Let the server read the prompt for `cursor`; a generation that somebody may still type along goes on."""
        slot = self._slot
        if self._health.state.is_lost or slot.is_reading_ahead:
            return
        if slot.running is not None and slot.is_thinking and slot.running.generation.serves(cursor):
            return
        self._priming = cursor, asyncio.get_running_loop().time()
        slot.read_ahead(self._guarded(lambda: self._prime(cursor)), "prime")

    def begin_with_key(self, cursor: Cursor, begin: Callable[[Cursor, WrittenPrompt], object]) -> None:
        """Write the prompt of a key whose request has yet to come, and `begin` its generation."""
        slot = self._slot
        if slot.is_reading_ahead or self._health.state.is_lost or self._choice.known is None:
            return
        if slot.running is None or not slot.running.generation.agrees_with(cursor):
            self._priming = cursor, asyncio.get_running_loop().time()
            slot.read_ahead(self._guarded(lambda: self._begin_with_key(cursor, begin)), "begin with the key")

    def priming_since(self, cursor: Cursor) -> float | None:
        """Since when (in the loop's time) the server reads what is the beginning of the prompt for `cursor`."""
        if self._priming is None or not self._slot.is_reading_ahead:
            return None
        primed, started = self._priming
        return started if typed_between(primed, cursor) is not None else None

    async def until_primed(self, cursor: Cursor) -> None:
        """Wait for that: it reads what the request would read; but not for a server that hangs."""
        since = self.priming_since(cursor)
        if since is not None:
            left = since + _PRIMING_SECONDS - asyncio.get_running_loop().time()
            await self._slot.until_read_ahead(max(0.0, left))

    def read_on(
        self, found: TypedThrough, cursor: Cursor, begin: Callable[[TypedThrough, Cursor, WrittenPrompt], None]
    ) -> None:
        """Have what follows the known text said before it is used up; `begin` opens that generation."""
        slot = self._slot
        if slot.running is not None and slot.running.extends is found.known:
            slot.running.generation.touch()
            return
        is_due = found.known.is_open and len(found.rest) <= _LITTLE_LEFT
        if is_due and not slot.is_thinking and not slot.is_reading_ahead and not self._health.state.is_lost:
            self._priming = None
            end = replace(cursor, before=cursor.before + found.rest)
            slot.read_ahead(self._guarded(lambda: self._read_on(found, end, begin)), "read on")

    async def write(self, cursor: Cursor, *, anew: bool = False) -> WrittenPrompt:
        """The request for `cursor`, with as much of what follows as this machine reads in no time worth speaking of."""
        model = await self._choice.current()
        size = self.speed.suffix_characters() if model.family.order == "psm" and not anew else None
        return await self._writer.write(cursor if size is None else _shortened(cursor, size), model, anew=anew)

    async def _read_on(
        self, found: TypedThrough, end: Cursor, begin: Callable[[TypedThrough, Cursor, WrittenPrompt], None]
    ) -> None:
        written = await self.write(end)
        await self._slot.close_running()
        begin(found, end, written)

    async def _begin_with_key(self, cursor: Cursor, begin: Callable[[Cursor, WrittenPrompt], object]) -> None:
        written = await self.write(cursor)
        await self._slot.close_running()
        begin(cursor, written)

    async def _prime(self, cursor: Cursor) -> None:
        await self._slot.close_running()
        # What follows stands behind what will be typed, and would be read again with the first key.
        model = await self._choice.current()
        written = await self._writer.write(_without_rest(cursor, model), model, num_predict=1)
        loop = asyncio.get_running_loop()
        started, loading = loop.time(), 0.0
        try:
            async with aclosing(self._server.generate(written.request, first_token_ms=COLD_START_MS)) as stream:
                async for item in stream:
                    loading = item.load_ns / 1e9 if isinstance(item, Finished) else 0.0
        except asyncio.CancelledError:
            self.speed.given_up(loop.time() - started)
            raise
        self.speed.answered(written.prompt, loop.time() - started - loading)
        self._health.answered()

    async def _guarded(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except ServerError as error:
            logger.debug("reading ahead came to nothing: %s", error)
        except Exception:
            logger.exception("reading ahead broke")


def _shortened(cursor: Cursor, size: int) -> Cursor:
    """`cursor` with the first whole lines of what follows, `size` characters at most."""
    if len(cursor.after) <= size:
        return cursor
    part = cursor.after[:size]
    whole_lines = part[: part.rfind("\n") + 1]
    return replace(cursor, after=whole_lines if whole_lines.strip() else part)


def _without_rest(cursor: Cursor, model: ChosenModel) -> Cursor:
    return replace(cursor, after="") if model.family.order == "psm" else cursor
