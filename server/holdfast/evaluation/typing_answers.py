"""The models of the typing traces: right, right on half of the lines only from some column on, or always wrong.

Each says something at every place, as a model does. Where it is wrong, it goes on like another part of the same file,
from the beginning of a word: text of the right language and project that is not what comes here.
"""

import random
import re
from dataclasses import dataclass, field
from typing import Final, Literal

from holdfast.evaluation.typing_trace import Passage

Accuracy = Literal["right", "half right", "wrong"]

_WRONG_LINES: Final = 3
_FEWEST_WRONG_CHARACTERS: Final = 6
_WORD: Final = re.compile(r"\b\w")
_SEARCHED: Final = 200


@dataclass(slots=True)
class TypedModel:
    """Says how `passage` goes on after `typed` characters; put the passage in place before it is typed.

    Which lines it knows, and from which column on, is drawn for each passage by its file, its place and `seed`.
    """

    accuracy: Accuracy
    seed: int
    passage: Passage | None = None
    typed: int = 0
    _known_from: tuple[int | None, ...] = field(default=(), init=False)

    def begin(self, passage: Passage) -> None:
        """`passage` is typed from now on."""
        self.passage, self.typed = passage, 0
        self._known_from = known_columns(passage, self.accuracy, self.seed)

    def __call__(self, prefix: str, suffix: str) -> str:
        """What the model says after `prefix`, which need not be what is typed by now."""
        del suffix
        passage = self.passage
        if passage is None:
            return ""
        tail = prefix[-_SEARCHED:]
        before = passage.file.text[max(0, passage.start - _SEARCHED) : passage.start]
        places = sorted(range(len(passage.typed) + 1), key=lambda place: abs(place - self.typed))
        for place in places:
            if (before + passage.typed[:place]).endswith(tail[-(len(before) + place) :]):
                return self.said_at(place)
        return ""

    def said_at(self, place: int) -> str:
        """What the model says after `place` characters of the passage: the truth as far as it knows it, then others' text."""
        if self.passage is None:
            return ""
        typed = self.passage.typed
        line = typed.count("\n", 0, place)
        column = place - (typed.rfind("\n", 0, place) + 1)
        column -= 0 if line == 0 else _indentation(typed, typed.rfind("\n", 0, place) + 1)
        end = place
        while line < len(self._known_from):
            known_from = self._known_from[line]
            line_end = typed.find("\n", end)
            line_end = len(typed) if line_end < 0 else line_end
            if end < line_end and (known_from is None or column < known_from):
                return typed[place:end] + self._wrong(end)
            if line_end == len(typed):
                return typed[place:]
            end = line_end + 1 + _indentation(typed, line_end + 1)
            line, column = line + 1, 0
        return typed[place:]

    def _wrong(self, place: int) -> str:
        """Text of another part of the file: never how the line at `place` goes on."""
        passage = self.passage
        if passage is None:
            return ""
        text, at = passage.file.text, passage.start + place
        truth = text[at:].split("\n", 1)[0].rstrip()
        draw = random.Random(f"{self.seed}:{passage.file.path}:{at}")  # noqa: S311 - a draw that can be repeated
        words = [match.start() for match in _WORD.finditer(text)]
        for _ in range(50):
            start = draw.choice(words)
            lines = text[start:].split("\n")[:_WRONG_LINES]
            is_long = len(lines[0].strip()) >= _FEWEST_WRONG_CHARACTERS
            if is_long and not lines[0].startswith(truth or lines[0]) and not truth.startswith(lines[0].rstrip()):
                return "\n".join(lines)
        return "pass  # nothing else comes to mind"


def known_columns(passage: Passage, accuracy: Accuracy, seed: int) -> tuple[int | None, ...]:
    """For each line of the passage the column, counted from its indentation, from which on the model is right.

    0 where it is right at once, None where it never is. Of lines with text, half are known from a column in their
    middle on when it is half right.
    """
    lines = passage.typed.split("\n")
    if accuracy == "right":
        return (0,) * len(lines)
    if accuracy == "wrong":
        return (None,) * len(lines)
    draw = random.Random(f"{seed}:{passage.file.path}:{passage.start}")  # noqa: S311 - a draw that can be repeated
    columns: list[int | None] = []
    for line in lines:
        length = len(line.strip())
        is_half = draw.random() < 0.5  # noqa: PLR2004 - half of the lines
        columns.append(draw.randint(1, length - 1) if is_half and length > 1 else 0)
    return tuple(columns)


def _indentation(text: str, start: int) -> int:
    """How many blanks stand at `start`."""
    end = start
    while end < len(text) and text[end] in " \t":
        end += 1
    return end - start
