"""The part of the current file that goes into the prompt, chosen so that the server's prefix cache survives typing.

The beginning is an *anchor*: a line number that is a multiple of 64 and stays where it is while the cursor moves
below it within the budget. "The last N characters" would shift the whole prefix at every key.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import Final

ANCHOR_LINES: Final = 64
_LINE_END: Final = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class FileWindow:
    """`prefix` from the anchor (`first_line`, 0-based) to the cursor, `suffix` after it, both as in the file."""

    first_line: int
    prefix: str
    suffix: str


def open_window(
    before: str, after: str, *, prefix_bytes: int, suffix_bytes: int, anchor: int | None = None
) -> FileWindow:
    """The window around the cursor between `before` and `after`, at most so many UTF-8 bytes on each side.

    `anchor` is the first line of the window before this one: it is kept while it still serves. A new anchor leaves
    half of the budget free where it can, so that it lasts for the next screens of typing, and a quarter filled.
    """
    starts = _line_starts(before)
    first = anchor if anchor is not None and _serves(anchor, before, starts, prefix_bytes) else None
    if first is None:
        first = _new_anchor(before, starts, prefix_bytes)
    prefix = before[starts[first] :]
    if _exceeds(prefix, prefix_bytes):  # a line so long that no anchor fits
        prefix = _end_of_long_line(prefix, prefix_bytes)
    return FileWindow(first, prefix, _first_lines(after, suffix_bytes))


def _serves(anchor: int, before: str, starts: list[int], prefix_bytes: int) -> bool:
    """Whether an anchor can stay: the text after it fits, and it is not all but empty while there is more above."""
    if anchor >= len(starts):
        return False
    text = before[starts[anchor] :]
    return not _exceeds(text, prefix_bytes) and (anchor == 0 or _exceeds(text, prefix_bytes // 8))


def _new_anchor(before: str, starts: list[int], prefix_bytes: int) -> int:
    """The earliest line that leaves room to type, at a multiple of 64; of a smaller power of two where lines are long."""
    if not _exceeds(before, prefix_bytes):
        return 0
    last = len(starts) - 1
    stride = ANCHOR_LINES
    while stride:
        for room in (prefix_bytes // 2, prefix_bytes):
            first = _earliest(before, starts, stride, room)
            if first <= last and _exceeds(before[starts[first] :], prefix_bytes // 4):
                return first
        stride //= 2
    return last


def _earliest(before: str, starts: list[int], stride: int, room: int) -> int:
    """The first multiple of `stride` from which on no more than `room` bytes stand before the cursor."""
    # No character is under a byte, so that lines further up than `room` characters need not be measured.
    nearest = bisect_left(starts, len(before) - room)
    first = -(-nearest // stride) * stride
    while first < len(starts) and _exceeds(before[starts[first] :], room):
        first += stride
    return first


def _line_starts(text: str) -> list[int]:
    return [0, *(match.end() for match in _LINE_END.finditer(text))]


def _first_lines(after: str, limit: int) -> str:
    """Whole lines of `after` up to `limit` bytes; a first line that is longer is cut."""
    if not _exceeds(after, limit):
        return after
    data = after[: limit + 1].encode("utf-8", "surrogatepass")
    end = limit
    while end and _is_inside_character(data, end):
        end -= 1
    cut = data[:end].decode("utf-8", "surrogatepass")
    ends = _line_starts(cut)
    return cut[: ends[-1]] if len(ends) > 1 else cut


def _end_of_long_line(text: str, limit: int) -> str:
    """The end of `text`, at most `limit` bytes; cut in steps of half of them, so that it stays put while keys are typed."""
    data = text.encode("utf-8", "surrogatepass")
    step = max(1, limit // 2)
    start = -(-(len(data) - limit) // step) * step
    while start < len(data) and _is_inside_character(data, start):
        start += 1
    return data[start:].decode("utf-8", "surrogatepass")


def _is_inside_character(data: bytes, place: int) -> bool:
    return place < len(data) and data[place] & 0xC0 == 0x80  # noqa: PLR2004 - UTF-8's mark of a following byte


def _exceeds(text: str, limit: int) -> bool:
    """Whether `text` is longer than `limit` bytes."""
    return len(text) > limit or (not text.isascii() and len(text.encode("utf-8", "surrogatepass")) > limit)
