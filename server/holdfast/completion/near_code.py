"""The code around a cursor, small enough to parse between two keys, and still with its outer blocks opened and closed.

The lines next to the cursor are kept as they are. Of what is further away only the skeleton is kept: above, each line
that opens a block around the ones kept (`class Cart {`, `def pay(self):`); below, each line that closes one.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Final

from holdfast.completion.gate import is_too_large
from holdfast.cursor import Cursor

_SEEN: Final = 60_000
_STEP: Final = 4_096
"""What is seen of a long document begins at a multiple of this, so that it is the same at the next key."""
_LINE_STEP: Final = 128
"""The cursor's line is reckoned as so many characters or a multiple, so that the lines kept beside it stay while it grows."""
_LINES_ABOVE: Final = 40
_CHARACTERS_ABOVE: Final = 3_000
_LINES_BELOW: Final = 20
_CHARACTERS_BELOW: Final = 1_500
_MOST_OUTER: Final = 40
_RECENT: Final = 4
_LONGEST_OUTER: Final = 300
_LONGEST_LINE: Final = 4_000
_CLOSERS: Final = (")", "]", "}", "end", "fi", "done", "esac", "</")


@dataclass(frozen=True, slots=True)
class NearCode:
    """What stands before and after the cursor, cut to its surroundings. `is_whole` when it is the whole document."""

    before: str
    after: str
    is_whole: bool

    @property
    def line_before(self) -> str:
        """What stands before the cursor on its line, as far as it is kept."""
        return self.before[self.before.rfind("\n") + 1 :]

    @property
    def above(self) -> str:
        """The lines above the cursor's, with their last line break."""
        return self.before[: self.before.rfind("\n") + 1]

    @property
    def below(self) -> str:
        """The lines below the cursor's."""
        return self.after.partition("\n")[2]


class _Recent:
    """The surroundings of the last few cursors, known again by themselves: to compare their texts takes as long as to cut them."""

    def __init__(self) -> None:
        self._known: tuple[tuple[Cursor, NearCode], ...] = ()

    def of(self, cursor: Cursor) -> NearCode:
        """Those of `cursor`; threads that ask at once look them up each for itself."""
        for known, near in self._known:
            if known is cursor:
                return near
        near = _look_around(cursor)
        if not is_too_large(cursor):  # which would keep that document too
            self._known = ((cursor, near), *self._known[: _RECENT - 1])
        return near


_recent: Final = _Recent()


def near_code(cursor: Cursor) -> NearCode:
    """The surroundings of `cursor`, at most some 30 KB of them, usually 4; line ends are plain."""
    return _recent.of(cursor)


def _look_around(cursor: Cursor) -> NearCode:
    start = max(0, len(cursor.before) - _SEEN) // _STEP * _STEP
    before, after = cursor.before[start:], cursor.after[:_SEEN]
    is_whole = len(before) == len(cursor.before) and len(after) == len(cursor.after)
    return _near(before, after, is_whole)


def indentation(line: str) -> int:
    """Columns of white space at the beginning; a tab counts as four."""
    white = line[: len(line) - len(line.lstrip())]
    return len(white.expandtabs(4))


@lru_cache(maxsize=8)
def _near(before: str, after: str, is_whole: bool) -> NearCode:  # noqa: FBT001 - positional for the cache
    head, _, line_before = _plain(before).rpartition("\n")
    line_after, end, tail = _plain(after).partition("\n")
    is_first = len(head) + len(line_before) == len(before)
    above, is_all_above = _above(line_before, None if is_first else head)
    below, is_all_below = _below([line_after, *_lines(tail)] if end else [line_after], tail, above)
    if max(len(above[-1]), len(below[0])) > _LONGEST_LINE:  # nobody wrote that line; what is beside it says little
        return NearCode(above[-1][-_LONGEST_LINE:], below[0][:_LONGEST_LINE], is_whole=False)
    return NearCode("\n".join(above), "\n".join(below), is_whole and is_all_above and is_all_below)


@lru_cache(maxsize=4)
def _lines(text: str) -> tuple[str, ...]:
    return tuple(text.split("\n"))


@lru_cache(maxsize=2)
def _closing_lines(tail: str) -> tuple[tuple[int, str], ...]:
    """(row below the cursor's, line) of the lines that may close a block."""
    return tuple(
        (row, line)
        for row, line in enumerate(_lines(tail), 1)
        if len(line) <= _LONGEST_OUTER and line.lstrip().startswith(_CLOSERS)
    )


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _above(line_before: str, head: str | None) -> tuple[list[str], bool]:
    """The lines kept up to the cursor; `head` is all above its own line, None where that is the first."""
    over = () if head is None else _lines(head)
    kept = _next_to_cursor([line_before, *over[: -_LINES_ABOVE - 1 : -1]], _LINES_ABOVE, _CHARACTERS_ABOVE)
    left = len(over) + 1 - len(kept)
    outer = () if head is None else _openers(head, left, _margin(kept))
    return [*outer, *kept[::-1]], not left


@lru_cache(maxsize=8)
def _openers(head: str, count: int, margin: int) -> tuple[str, ...]:
    """Of the first `count` lines of `head`, those that open a block around what is indented by `margin` below them.

    Kept, for a key leaves them as they were, and they may be thousands of lines away.
    """
    outer: list[str] = []
    for line in reversed(_lines(head)[:count]):
        if margin <= 0 or len(outer) >= _MOST_OUTER:
            break
        indent = indentation(line)
        if line.strip() and indent < margin and len(line) <= _LONGEST_OUTER:
            outer.append(line)
            # The line that ends a signature over several lines is followed by its first one, at the same column.
            margin = indent + line.lstrip().startswith(_CLOSERS)
    return tuple(reversed(outer))


def _below(lines: list[str], tail: str, above: list[str]) -> tuple[list[str], bool]:
    kept = _next_to_cursor(lines, _LINES_BELOW, _CHARACTERS_BELOW)
    margin = _margin([above[-1], *kept[1:]]) if above else 0
    outer: list[str] = []
    for row, line in _closing_lines(tail):
        if margin <= 0 or len(outer) >= _MOST_OUTER:
            break
        if row >= len(kept) and (indent := indentation(line)) < margin:
            outer.append(line)
            margin = indent
    return [*kept, *outer], len(kept) == len(lines)


def _next_to_cursor(lines: list[str], most_lines: int, most_characters: int) -> list[str]:
    """The first of `lines`: the cursor's own, however long up to a bound, and those next to it."""
    kept = [lines[0]]
    room = most_characters - (len(lines[0]) // _LINE_STEP + 1) * _LINE_STEP
    for line in islice(lines, 1, most_lines):
        room -= len(line) + 1
        if room < 0:
            break
        kept.append(line)
    return kept


def _margin(lines: list[str]) -> int:
    return min((indentation(line) for line in lines if line.strip()), default=indentation(lines[0]) if lines else 0)
