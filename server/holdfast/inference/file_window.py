"""The part of the current file that goes into the prompt, chosen so that the server's prefix cache survives typing.

The beginning is an *anchor*: a line number that is a multiple of 64 and stays where it is while the cursor moves
below it within the budget. "The last N characters" would shift the whole prefix at every key.
"""

import re
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
    half of the budget free, so that it lasts for the next screens of typing.
    """
    starts = [0, *(match.end() for match in _LINE_END.finditer(before))]
    kept = anchor is not None and anchor < len(starts) and _size(before[starts[anchor] :]) <= prefix_bytes
    first = anchor if kept and anchor is not None else _new_anchor(before, starts, prefix_bytes)
    prefix = before[starts[first] :]
    if _size(prefix) > prefix_bytes:  # lines so long that no anchor fits
        prefix = _last_bytes(prefix, prefix_bytes)
    return FileWindow(first, prefix, _first_lines(after, suffix_bytes))


def _new_anchor(before: str, starts: list[int], prefix_bytes: int) -> int:
    if _size(before) <= prefix_bytes:
        return 0
    last = len(starts) - 1
    for first in range(0, last + 1, ANCHOR_LINES):
        if _size(before[starts[first] :]) <= prefix_bytes // 2:
            return first
    for first in range(last // ANCHOR_LINES * ANCHOR_LINES, last + 1):
        if _size(before[starts[first] :]) <= prefix_bytes:
            return first
    return last


def _first_lines(after: str, limit: int) -> str:
    """Whole lines of `after` up to `limit` bytes; a first line that is longer is cut."""
    if _size(after) <= limit:
        return after
    cut = after.encode("utf-8", "surrogatepass")[:limit].decode("utf-8", "ignore")
    ends = [match.end() for match in _LINE_END.finditer(cut)]
    return cut[: ends[-1]] if ends else cut


def _last_bytes(text: str, limit: int) -> str:
    return text.encode("utf-8", "surrogatepass")[-limit:].decode("utf-8", "ignore")


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
