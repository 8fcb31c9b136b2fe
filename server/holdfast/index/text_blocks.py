"""Cutting lines into blocks where there is no grammar: at blank lines, preferring those before unindented text."""

from collections.abc import Iterator, Sequence
from typing import Final

BLOCK_LINES: Final = 40
_ENOUGH_LINES: Final = 12
_CONTINUES: Final = frozenset(" \t)]}")


def text_blocks(lines: Sequence[str], first: int, last: int) -> Iterator[tuple[int, int]]:
    """(first, last) rows, 0-based and inclusive, of blocks that cover rows `first` to `last` but blank edges.

    A block ends at a blank line that an unindented line follows once it has a dozen lines, and after forty at the latest.
    """
    start = first
    while start <= last:
        if not lines[start].strip():
            start += 1
            continue
        end = _block_end(lines, start, last)
        content_end = end
        while not lines[content_end].strip():
            content_end -= 1
        yield start, content_end
        start = end + 1


def _block_end(lines: Sequence[str], start: int, last: int) -> int:
    limit = min(start + BLOCK_LINES - 1, last)
    blank = limit
    for row in range(start + 1, limit):
        if lines[row].strip():
            continue
        if row - start >= _ENOUGH_LINES and lines[row + 1][:1] not in _CONTINUES:
            return row
        blank = row
    return last if limit == last else blank
