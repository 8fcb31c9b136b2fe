"""Between a document's offsets (characters) and LSP positions (lines, and columns in code units)."""

import re
from bisect import bisect_right
from itertools import accumulate
from typing import Final, Literal

PositionEncoding = Literal["utf-8", "utf-16", "utf-32"]

_LINE_END: Final = re.compile("\n")
_BEYOND_BASIC_PLANE: Final = 0xFFFF


class LineStarts:
    """Where each line of a text with LF line ends begins."""

    def __init__(self, text: str, starts: list[int] | None = None) -> None:
        """`starts` where they are known."""
        self._text = text
        self._starts = [0, *_ends_of_lines(text, 0)] if starts is None else starts

    def after_change(self, text: str, offset: int, removed: int, inserted: str) -> "LineStarts":
        """Of `text`, which this one's became when `inserted` took the place of `removed` characters at `offset`.

        The lines are not looked for again: at every key that would take as long as all else.
        """
        starts, longer = self._starts, len(inserted) - removed
        first, end = bisect_right(starts, offset), bisect_right(starts, offset + removed)
        below = [start + longer for start in starts[end:]] if longer else starts[end:]
        return LineStarts(text, [*starts[:first], *_ends_of_lines(inserted, offset), *below])

    def offset_at(self, line: int, column: int, encoding: PositionEncoding) -> int:
        """The offset at a position; one past the line's or the document's end means that end."""
        if line >= len(self._starts):
            return len(self._text)
        start = self._starts[max(line, 0)]
        end = self._starts[line + 1] - 1 if line + 1 < len(self._starts) else len(self._text)
        return start + _characters(self._text[start:end], column, encoding)

    def position_at(self, offset: int, encoding: PositionEncoding) -> tuple[int, int]:
        """(line, column) of an offset."""
        line = bisect_right(self._starts, offset) - 1
        before = self._text[self._starts[line] : offset]
        return line, len(before) if before.isascii() else sum(_units(char, encoding) for char in before)


def _ends_of_lines(text: str, offset: int) -> list[int]:
    """Behind each line end of `text`, which begins at `offset`."""
    return [offset + match.end() for match in _LINE_END.finditer(text)]


def _characters(line: str, column: int, encoding: PositionEncoding) -> int:
    """How many characters of `line` lie before `column`; a column inside a character means before it."""
    column = max(0, column)
    if encoding == "utf-32" or line.isascii():
        return min(column, len(line))
    name, unit = ("utf-16-le", 2) if encoding == "utf-16" else ("utf-8", 1)
    try:
        return len(line.encode(name)[: unit * column].decode(name, "ignore"))
    except UnicodeEncodeError:  # a lone surrogate
        units = list(accumulate(_units(char, encoding) for char in line))
        return bisect_right(units, column)


def _units(char: str, encoding: PositionEncoding) -> int:
    if encoding == "utf-32":
        return 1
    if encoding == "utf-16":
        return 2 if ord(char) > _BEYOND_BASIC_PLANE else 1
    return len(char.encode("utf-8", "surrogatepass"))
