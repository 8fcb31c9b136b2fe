"""How much of a generated text is shown: an expression ends with its line, a statement with its last, a block with its dedent.

The model may go on past that; what it says further is kept for the keys to come and not shown yet.

Whether a line still belongs is decided once it is whole, from what stands before it alone, so that a text read in pieces
is cut where the whole text is. A line inside a bracket or a string that the text opened belongs; so does a deeper line.
At any other line the grammar is asked whether the statement goes on there (`else`, `catch`, `.then(`, a brace on a line of
its own, the function below its decorator); where it cannot tell, the line's first word decides (`line_words.py`).
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from holdfast.completion.code_marks import closers_for, ends_in_comment, lines_inside
from holdfast.completion.filters.drop_chat_noise import may_open_noise, opening_noise
from holdfast.completion.line_words import continues_line, is_prelude, opens_block
from holdfast.completion.near_code import NearCode, indentation, near_code
from holdfast.cursor import Cursor
from holdfast.index.code_shape import is_one_statement

_MOST_LINES: Final = 24
_MOST_CHARACTERS: Final = 8_192
_MOST_QUESTIONS: Final = 8
"""How often the grammar is asked about one text: each time takes a parse of the surroundings."""


@dataclass(frozen=True, slots=True)
class ShownPart:
    """`text` to show; `settled` when more of the stream cannot change it; `has_line` when its first line is whole."""

    text: str
    settled: bool
    has_line: bool


def shown_part(generated: str, cursor: Cursor, *, finished: bool) -> ShownPart:
    """The part of `generated`, said from `cursor` on, to show there; `finished` when no more will come."""
    noise = opening_noise(generated, cursor)
    if noise:
        part = _part(generated[noise:], cursor, finished=finished)
        return ShownPart(generated[:noise] + part.text, settled=part.settled, has_line=part.has_line)
    if not finished and may_open_noise(generated, cursor):
        return ShownPart("", settled=False, has_line=False)
    return _part(generated, cursor, finished=finished)


def _part(generated: str, cursor: Cursor, *, finished: bool) -> ShownPart:
    first_line, newline, _ = generated.partition("\n")
    if _is_one_line(first_line, cursor):
        is_whole = finished or bool(newline)
        return ShownPart(first_line, settled=is_whole, has_line=is_whole)
    known = generated[:_MOST_CHARACTERS]
    is_cut = len(known) < len(generated)
    whole, _, _ = (known, "", "") if finished and not is_cut else known.rpartition("\n")
    if not whole and not (finished or newline):
        return ShownPart(first_line, settled=False, has_line=False)
    end, ended = _end_of_unit(whole, cursor.language, near_code(cursor))
    text = "\n".join(whole.split("\n", end)[:end]).rstrip()
    return ShownPart(text, settled=finished or ended or is_cut, has_line=bool(text.strip()))


def _is_one_line(first_line: str, cursor: Cursor) -> bool:
    """Whether there is room for one line only: before the rest of a line, or at the end of a comment."""
    if cursor.line_after.strip():
        return True
    return bool(first_line.strip()) and ends_in_comment(near_code(cursor).line_before, cursor.language)


@lru_cache(maxsize=8)
def _end_of_unit(whole: str, language: str, near: NearCode) -> tuple[int, bool]:
    """(number of whole lines that belong together, whether the line after them has been seen)."""
    return _Unit(whole, language, near).end()


class _Unit:
    """The lines of a text from the cursor on, looked at once, from the first to where they end."""

    def __init__(self, whole: str, language: str, near: NearCode) -> None:
        self._lines = whole.split("\n", _MOST_LINES)[:_MOST_LINES]
        self._language = "plaintext" if _is_inside_fence(near, language) else language
        self._near = near
        self._line_before = near.line_before
        self._whole = [self._line_before + self._lines[0], *self._lines[1:]]
        self._inside = lines_inside("\n".join(self._whole), self._language)
        self._is_full = len(self._lines) == _MOST_LINES
        self._questions = 0

    def end(self) -> tuple[int, bool]:
        """The number of lines that belong, and whether one that does not was seen."""
        first = self._first_with_text()
        if first is None:
            return len(self._lines), self._is_full
        margin = indentation(self._whole[first])
        in_block = self._is_in_block(first, margin)
        # Where the statement began, and where with the comments and attributes that introduce it.
        start, head, end = first, first, first + 1
        for number in range(first + 1, len(self._lines)):
            line = self._whole[number]
            if not line.strip():
                if margin == 0 and in_block and not self._inside[number]:  # no dedent would ever end it
                    return end, True
                continue
            if not self._inside[number] and (indent := indentation(line)) <= margin:
                if indent == margin and self._is_prelude(start, number):
                    start = number
                elif indent == margin and in_block:
                    start = head = number
                elif not any(self._goes_on(begin, number) for begin in {start, head, 0 if first else head}):
                    return end, True
            end = number + 1
        return end, self._is_full

    def _first_with_text(self) -> int | None:
        # Where the line is complete as it stands, what follows is what comes next.
        begin = 1 if self._line_before.strip() and not self._lines[0].strip() else 0
        return next((number for number in range(begin, len(self._lines)) if self._lines[number].strip()), None)

    def _is_in_block(self, first: int, margin: int) -> bool:
        """Whether the first line is the first of an indented block."""
        if first > 0 and self._line_before.strip():
            return margin > indentation(self._line_before)
        if self._line_before.strip():
            return False
        above = self._near.above.rstrip()
        last = above[above.rfind("\n") + 1 :]
        return bool(last) and indentation(last) < margin and opens_block(last, self._language)

    def _is_prelude(self, start: int, number: int) -> bool:
        """Whether all lines from `start` to before `number` only introduce what comes next: comments, attributes."""
        lines = self._whole[start:number]
        return all(is_prelude(line, self._language) for line in lines)

    def _goes_on(self, start: int, number: int) -> bool:
        """Whether the statement that begins on line `start` goes on with line `number`, both seen whole."""
        known: bool | None = None
        if self._questions < _MOST_QUESTIONS:
            self._questions += 1
            known = self._ask_grammar(start, number)
        if known is not None:
            return known
        if indentation(self._whole[number]) != indentation(self._whole[start]):
            return False
        return continues_line(self._whole[number], self._whole[number - 1], self._language, is_long=number > start + 1)

    def _ask_grammar(self, start: int, number: int) -> bool | None:
        before = self._near.above
        lines = self._whole[: number + 1]
        text = "\n".join(lines)
        closers = closers_for(text[self._offset(start) :], self._language)
        source = f"{before}{text}{closers}\n{self._near.below}"
        return is_one_statement(
            self._language, source, len(before) + self._offset(start), len(before) + self._offset(number)
        )

    def _offset(self, number: int) -> int:
        """Where the first character of a line that is no white space stands in the text of the lines."""
        line = self._whole[number]
        return sum(len(earlier) + 1 for earlier in self._whole[:number]) + len(line) - len(line.lstrip())


def _is_inside_fence(near: NearCode, language: str) -> bool:
    if language != "markdown":
        return False
    return sum(line.lstrip().startswith("```") for line in near.before.split("\n")[:-1]) % 2 == 1
