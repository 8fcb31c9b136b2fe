"""Which lines are taken out of which files and typed again: drawn by seed, by a rule that any repository can be put to.

A file is drawn among those with a grammar, 30 rows of code or more, and a row that needs a name from another file; a
first row is drawn in it; the rows from there are typed. With fewer such files than sessions, files come again with
other rows.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from holdfast.evaluation.needed_names import needed_names
from holdfast.evaluation.project_names import ProjectFile, ProjectNames
from holdfast.evaluation.typing_trace import Passage, SourceFile

LINES_TYPED: Final = 25
FEWEST_CODE_ROWS: Final = 30
LONGEST_FILE: Final = 200_000
_DRAWS: Final = 50


@dataclass(frozen=True, slots=True)
class TypedLines:
    """One session: rows `first_row` to `last_row` (0-based, inclusive) of the passage's file are typed again.

    `needed` are the names that a row needs from other files, by row; rows that need none are not in it.
    """

    passage: Passage
    first_row: int
    last_row: int
    needed: Mapping[int, tuple[str, ...]]

    @property
    def text_without(self) -> str:
        """The file before the first key."""
        passage = self.passage
        return passage.file.text[: passage.start] + passage.file.text[passage.end :]


def draw_typed_lines(names: ProjectNames, count: int, seed: int) -> tuple[TypedLines, ...]:
    """`count` sessions, the same for the same files and seed; none where no file fits the rule."""
    draw = random.Random(seed)  # noqa: S311 - a draw that can be repeated
    fitting: list[tuple[ProjectFile, Mapping[int, tuple[str, ...]]]] = []
    drawn: list[TypedLines] = []
    for file, needed in _fitting(names, draw):
        fitting.append((file, needed))
        drawn += _typed_lines(file, needed, draw)
        if len(drawn) >= count:
            return tuple(drawn[:count])
    while fitting and drawn and len(drawn) < count:
        drawn += _typed_lines(*draw.choice(fitting), draw)
    return tuple(drawn)


def _fitting(names: ProjectNames, draw: random.Random) -> Iterator[tuple[ProjectFile, Mapping[int, tuple[str, ...]]]]:
    """The files that the rule admits, each once, in an order drawn by seed."""
    paths = sorted(names.files)
    draw.shuffle(paths)
    for path in paths:
        file = names.files[path]
        if len(file.text) > LONGEST_FILE or len(names.rows(path)) < FEWEST_CODE_ROWS:
            continue
        needed = needed_names(names, path)
        if needed:
            yield file, needed


def _typed_lines(file: ProjectFile, needed: Mapping[int, tuple[str, ...]], draw: random.Random) -> list[TypedLines]:
    """One session in the file, or none if no rows with text were hit in many draws."""
    lines = file.lines
    for _ in range(_DRAWS):
        first = draw.randrange(max(1, len(lines) - LINES_TYPED))
        last = min(first + LINES_TYPED, len(lines)) - 1
        if not lines[first].strip():
            continue
        start = sum(len(line) + 1 for line in lines[:first])
        end = start + sum(len(line) + 1 for line in lines[first : last + 1]) - 1
        start += len(lines[first]) - len(lines[first].lstrip(" \t"))
        passage = Passage(SourceFile(file.path, file.language, file.text), start, end)
        inside = {row: wanted for row, wanted in needed.items() if first <= row <= last}
        return [TypedLines(passage, first, last, inside)]
    return []
