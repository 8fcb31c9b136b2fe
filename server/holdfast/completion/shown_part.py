"""How much of a generated text is shown: an expression ends with its line, a block with its dedent.

The model may go on past that; what it says further is kept for the keys to come and not shown yet.
"""

import re
from dataclasses import dataclass
from typing import Final

from holdfast.cursor import Cursor

_MOST_LINES: Final = 24
_LINE_END: Final = 200
_CLOSERS: Final = " \t)]}>;,"
_CLOSING_WORDS: Final = frozenset({"", "end", "fi", "done", "esac"})
_OPENER: Final = re.compile(r"(:|\{|\(|\[|=>|->|\bthen|\bdo|\belse)\s*(#.*|//.*)?$")


@dataclass(frozen=True, slots=True)
class ShownPart:
    """`text` to show; `settled` when more of the stream cannot change it; `has_line` when its first line is whole."""

    text: str
    settled: bool
    has_line: bool


def shown_part(generated: str, cursor: Cursor, *, finished: bool) -> ShownPart:
    """The part of `generated`, said from `cursor` on, to show there; `finished` when no more will come."""
    first_line, newline, _ = generated.partition("\n")
    if cursor.line_after.strip():
        return ShownPart(first_line, settled=finished or bool(newline), has_line=bool(newline) or finished)
    lines = generated.split("\n")
    whole = lines if finished else lines[:-1]
    if not whole:
        return ShownPart(first_line, settled=False, has_line=False)
    end, ended = _end_of_block(lines, len(whole), cursor)
    text = "\n".join(lines[:end]).rstrip()
    has_line = bool(text.strip())
    return ShownPart(text, settled=finished or ended, has_line=has_line)


def _end_of_block(lines: list[str], whole: int, cursor: Cursor) -> tuple[int, bool]:
    """(number of lines that belong together, whether the line after them has been seen)."""
    first = _first_with_text(lines, cursor, whole)
    if first is None:
        return whole, False
    margin = _indentation(cursor.line_before + lines[0]) if first == 0 else _indentation(lines[first])
    inside_block = first > 0 or (not cursor.line_before.strip() and _opens_block(cursor, margin))
    end = first + 1
    for number in range(first + 1, min(whole, _MOST_LINES)):
        line = lines[number]
        if not line.strip():
            if margin == 0 and inside_block:  # no dedent would ever end it
                return end, True
            continue
        indent = _indentation(line)
        belongs = indent > margin or (indent == margin and (inside_block or line.strip(_CLOSERS) in _CLOSING_WORDS))
        if not belongs:
            return end, True
        end = number + 1
    return end, whole >= _MOST_LINES


def _first_with_text(lines: list[str], cursor: Cursor, whole: int) -> int | None:
    if cursor.line_before.strip() and not lines[0].strip():
        # The line is complete as it stands; what follows is what comes next.
        return next((number for number in range(1, whole) if lines[number].strip()), None)
    return next((number for number in range(whole) if lines[number].strip()), None)


def _opens_block(cursor: Cursor, margin: int) -> bool:
    """Whether the cursor stands at the beginning of an indented block."""
    above = cursor.before[: len(cursor.before) - len(cursor.line_before)].rstrip()
    last = above[above.rfind("\n") + 1 :]
    return bool(last) and _indentation(last) < margin and _OPENER.search(last[-_LINE_END:]) is not None


def _indentation(line: str) -> int:
    return len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip())
