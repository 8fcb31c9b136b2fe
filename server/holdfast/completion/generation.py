"""One generation in flight: read by a task of its own, so that a cancelled request only lets go of it.

An editor cancels at every key. The next request adopts the generation when what was typed agrees with what it has
produced; its connection is closed when the text diverges, or when nobody has wanted it for two seconds.
"""

import asyncio
import logging
import re
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing, contextmanager
from typing import Final

from holdfast.completion.confidence import ScoredSpan, placed
from holdfast.cursor import Cursor
from holdfast.errors import ServerError
from holdfast.inference.control_tokens import restore
from holdfast.inference.model_server import Finished, Piece

logger = logging.getLogger(__name__)

UNWANTED_SECONDS: Final = 2.0
_MOST_CHARACTERS: Final = 8192
_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
"""Control and bidirectional characters: no model means them, and an editor would insert them unseen."""

_CLOSERS: Final = ")]}>\"'`"

Stream = AsyncGenerator[Piece | Finished, None]


class Generation:
    """The text a model is producing from `cursor` on. `text` grows; `error` and `finished` end it."""

    def __init__(
        self,
        cursor: Cursor,
        open_stream: Callable[[], Stream],
        *,
        cut: Callable[[str], int | None],
        most_characters: int = _MOST_CHARACTERS,
        max_retries: int = 0,
        unwanted_seconds: float = UNWANTED_SECONDS,
    ) -> None:
        """`cut` says where the text must end (it repeats what follows), or None; `open_stream` asks the server.

        It is closed when nobody has wanted it for `unwanted_seconds`.
        """
        self.cursor = cursor
        self.text = ""
        self.scores: list[ScoredSpan] = []
        """How likely the tokens of `text` are, where the server says it."""
        self.error: ServerError | None = None
        self.finished: Finished | None = None
        self.was_cut = False
        self.first_token_seconds: float | None = None
        self.server = ""
        self.fallback_model = ""
        self.first_line_at: float | None = None
        self._open_stream = open_stream
        self._cut = cut
        self._most_characters = most_characters
        self._tries_left = max_retries + 1
        self._unwanted_seconds = unwanted_seconds
        self._loop = asyncio.get_running_loop()
        self.started = self._loop.time()
        self._changed = asyncio.Event()
        self.was_closed = False
        self._wanted_by = 0
        self._expiry: asyncio.TimerHandle | None = None
        self._task = asyncio.create_task(self._read(), name="generation")
        self._task.add_done_callback(lambda _: self._changed.set())
        self._expire_later()

    @property
    def done(self) -> bool:
        """Whether no more text will come."""
        return self._task.done()

    @property
    def whole_text(self) -> str:
        """The text; at its end without a last line broken off (connection closed, error, token limit), if there are others."""
        said_all = self.was_cut or (self.finished is not None and self.finished.reason != "length")
        whole_lines = self.text.rpartition("\n")[0]
        return whole_lines if self.done and not said_all and whole_lines.strip() else self.text

    def typed_since(self, cursor: Cursor) -> str | None:
        """What was typed between this generation's cursor and `cursor`, or None if that is not how they differ."""
        return typed_between(self.cursor, cursor)

    def agrees_with(self, cursor: Cursor) -> bool:
        """Whether this generation can still answer at `cursor`."""
        typed = self.typed_since(cursor)
        if typed is None or self.error is not None or self.was_closed:
            return False
        if self.done:
            return self.text.startswith(typed) and len(self.text) > len(typed)
        return self.text.startswith(typed) or typed.startswith(self.text)

    def serves(self, cursor: Cursor) -> bool:
        """Whether somebody waits for it, or may who goes on typing at `cursor`."""
        is_ahead = typed_between(cursor, self.cursor) is not None
        return self._wanted_by > 0 or is_ahead or self.agrees_with(cursor)

    def on_end(self, call: Callable[["Generation"], None]) -> None:
        """Call once when no more text will come, however it ended."""
        self._task.add_done_callback(lambda _: call(self))

    @contextmanager
    def wanted(self) -> Iterator[None]:
        """Hold the generation open; the last to leave starts the two seconds."""
        self._wanted_by += 1
        if self._expiry is not None:
            self._expiry.cancel()
            self._expiry = None
        try:
            yield
        finally:
            self._wanted_by -= 1
            self._expire_later()

    def touch(self) -> None:
        """Somebody used the text without waiting: two more seconds."""
        with self.wanted():
            pass

    async def until_changed(self, at_most_seconds: float | None = None) -> None:
        """Wait for more text, the end, or `at_most_seconds`."""
        self._changed.clear()
        if self.done:
            return
        try:
            async with asyncio.timeout(at_most_seconds):
                await self._changed.wait()
        except TimeoutError:
            return

    async def close(self) -> None:
        """Close the connection now; the text so far stays."""
        if self._expiry is not None:
            self._expiry.cancel()
            self._expiry = None
        self._stop()
        await asyncio.wait([self._task])

    def _stop(self) -> None:
        # Once only, and not after its end: a cancel would break into the closing of the connection.
        is_ending = self.was_closed or self.was_cut or self.finished is not None
        if not is_ending and not self._task.done():
            self.was_closed = True
            self._task.cancel()

    def _expire_later(self) -> None:
        if self._wanted_by == 0 and not self._task.done():
            if self._expiry is not None:
                self._expiry.cancel()
            self._expiry = self._loop.call_later(self._unwanted_seconds, self._stop)

    async def _read(self) -> None:
        try:
            while self._tries_left > 0:
                self._tries_left -= 1
                try:
                    await self._read_stream()
                except ServerError as error:
                    if self.text or not error.is_transient or self._tries_left == 0:
                        self.error = error
                        return
                else:
                    return
        except Exception:
            logger.exception("a generation broke")
            self.error = ServerError("The generation broke inside Holdfast; the log has the details.")

    async def _read_stream(self) -> None:
        raw = ""
        async with aclosing(self._open_stream()) as stream:
            async for item in stream:
                if isinstance(item, Finished):
                    self.finished = item
                    return
                if self.first_token_seconds is None:
                    self.first_token_seconds = self._loop.time() - self.started
                raw += item.text
                known = len(self.text)
                self.server, self.fallback_model = item.server, item.fallback_model
                self.text = restore(raw).replace("\r\n", "\n").removesuffix("\r")
                self.scores += placed(item.tokens, item.text, known, len(self.text))
                if self.first_line_at is None and "\n" in self.text.lstrip("\n"):
                    self.first_line_at = self._loop.time()
                end = self._end_of_text()
                if end is not None:
                    self.text = self.text[:end]
                    self.was_cut = True
                    return
                self._changed.set()

    def _end_of_text(self) -> int | None:
        """Where the text must end: before what no model means, where it repeats what follows, or grown too long."""
        unprintable = _UNPRINTABLE.search(self.text)
        if unprintable is not None:
            return unprintable.start()
        if len(self.text) > self._most_characters:
            return max(0, self.text.rfind("\n", 0, self._most_characters))
        return self._cut(self.text)


def typed_between(start: Cursor, now: Cursor) -> str | None:
    """The text typed from `start` to `now` in one document, closers the editor added behind the cursor allowed for."""
    if start.uri != now.uri or not now.before.startswith(start.before):
        return None
    if not now.after.endswith(start.after):
        return None
    added_behind = now.after[: len(now.after) - len(start.after)]
    # Enter between braces puts the closing one on a line of its own.
    closers = "".join(added_behind.split())
    is_closed = bool(closers) and all(char in _CLOSERS for char in closers)
    return now.before[len(start.before) :] if is_closed or not added_behind else None
