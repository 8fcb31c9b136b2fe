"""Newline-delimited JSON as it arrives: whole lines out of chunks cut anywhere, also inside a UTF-8 character."""

from typing import Final

MAX_LINE_BYTES: Final = 1 << 20
"""No honest line of a streamed answer is near this long: it carries one token."""


class TooMuch(ValueError):
    """More bytes than an honest server sends; the text says how many, in one what."""


class LineSplitter:
    """Collects chunks and hands out complete, non-blank lines as bytes without their ends."""

    def __init__(self, max_line_bytes: int = MAX_LINE_BYTES) -> None:
        self._limit = max_line_bytes
        self._open: list[bytes] = []
        self._open_bytes = 0

    def feed(self, chunk: bytes) -> list[bytes]:
        """The lines that `chunk` completes; TooMuch when one, complete or not, is over the limit."""
        *ends, tail = chunk.split(b"\n")
        lines = []
        for end in ends:
            self._append(end)
            lines.append(self._take())
        self._append(tail)
        return [line for line in lines if line]

    def rest(self) -> bytes:
        """What came after the last line end, when nothing more will come; empty if nothing did."""
        return self._take()

    def _append(self, part: bytes) -> None:
        self._open_bytes += len(part)
        if self._open_bytes > self._limit:
            raise TooMuch(f"more than {self._limit >> 20} MiB in one line")
        if part:
            self._open.append(part)

    def _take(self) -> bytes:
        line = b"".join(self._open).strip()
        self._open.clear()
        self._open_bytes = 0
        return line
