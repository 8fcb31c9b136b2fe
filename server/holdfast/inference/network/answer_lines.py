"""The lines of one streamed answer, each awaited until its time."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator

import httpx

from holdfast.inference.network.line_splitter import LineSplitter, TooMuch


class AnswerLines:
    """Reads `chunks` no further than the next whole line; `max_bytes` bounds them all together."""

    def __init__(self, chunks: AsyncIterator[bytes], max_bytes: int) -> None:
        self._chunks = chunks
        self._splitter = LineSplitter()
        self._ready: deque[bytes] = deque()
        self._bytes = 0
        self._max_bytes = max_bytes

    async def next_line(self, by: float) -> bytes | None:
        """The next line that is not blank, None at the end; TimeoutError when it is not there at the loop's time `by`.

        TooMuch for a line, or an answer, over its limit.
        """
        if not self._ready:
            async with asyncio.timeout_at(by):
                await self._read()
        return self._ready.popleft() if self._ready else None

    async def drain(self, by: float) -> None:
        """Read what still comes after the last line, so that the connection can serve again; never an error."""
        self._ready.clear()
        try:
            while await self.next_line(by) is not None:
                pass
        except (TimeoutError, TooMuch, httpx.TransportError):
            return

    async def aclose(self) -> None:
        """Let go of the chunks where they are."""
        if hasattr(self._chunks, "aclose"):
            await self._chunks.aclose()

    async def _read(self) -> None:
        """Chunks until one completes a line, or there are no more."""
        async for chunk in self._chunks:
            self._bytes += len(chunk)
            if self._bytes > self._max_bytes:
                raise TooMuch(f"more than {self._max_bytes >> 20} MiB in one answer")
            self._ready.extend(self._splitter.feed(chunk))
            if self._ready:
                return
        if rest := self._splitter.rest():
            self._ready.append(rest)
