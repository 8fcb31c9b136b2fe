"""Typing traces: real lines of real files taken away and typed again, key by key.

A key every 120 ms and 0.6 s at a line's end. Enter brings the next line's indentation along, as editors do. A session
visits files in turn (file switches) and jumps within the last one; places are drawn by seed, never picked.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

KEY_SECONDS: Final = 0.12
LINE_END_SECONDS: Final = 0.6
LINES_TYPED: Final = 12
_FEWEST_CHARACTERS: Final = 200


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A whole file; `path` relative to its project."""

    path: str
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """`text[start:end]` of the file is typed again; the rest stands there all the time."""

    file: SourceFile
    start: int
    end: int

    @property
    def typed(self) -> str:
        """What is typed."""
        return self.file.text[self.start : self.end]

    def keystrokes(self) -> Iterator[tuple[int, float]]:
        """(characters typed in all after this key, seconds until the next key)."""
        text, done = self.typed, 0
        while done < len(text):
            done += 1
            if text[done - 1] == "\n":
                while done < len(text) and text[done] in " \t":
                    done += 1
            at_line_end = done == len(text) or text[done] == "\n"
            yield done, LINE_END_SECONDS if at_line_end else KEY_SECONDS


@dataclass(frozen=True, slots=True)
class Session:
    """Passages in the order they are typed: two file switches, and a long jump in the last file."""

    passages: tuple[Passage, ...]


def draw_sessions(files: Sequence[SourceFile], count: int, seed: int) -> tuple[Session, ...]:
    """`count` sessions over `files`; raises ValueError when the files are too few or too short."""
    draw = random.Random(seed)  # noqa: S311 - a draw that can be repeated
    long_files = [file for file in files if file.text.count("\n") > 20 * LINES_TYPED]
    fitting = [file for file in files if file.text.count("\n") > 4 * LINES_TYPED]
    if not long_files or len(fitting) < 3:  # noqa: PLR2004 - three files a session
        raise ValueError("too few files to draw typing sessions from")
    return tuple(_draw_session(draw, fitting, long_files) for _ in range(count))


def _draw_session(draw: random.Random, fitting: Sequence[SourceFile], long_files: Sequence[SourceFile]) -> Session:
    last = draw.choice(long_files)
    first, second = draw.sample([file for file in fitting if file is not last], 2)
    lines = last.text.count("\n")
    near = draw_passage(draw, last, (0.05, 0.3))
    far = draw_passage(draw, last, (min(0.9, 0.3 + 250 / lines), 1.0))
    return Session((draw_passage(draw, first), draw_passage(draw, second), near, far))


def draw_passage(draw: random.Random, file: SourceFile, part: tuple[float, float] = (0.1, 0.9)) -> Passage:
    """Whole lines, from the first character after the indentation to the last one's end, in a part of the file."""
    starts = [0]
    for line in file.text.split("\n")[:-1]:
        starts.append(starts[-1] + len(line) + 1)
    last_first = max(1, len(starts) - LINES_TYPED - 1)
    best: Passage | None = None
    for _ in range(200):
        number = min(last_first, int(draw.uniform(*part) * len(starts)))
        begin = starts[number]
        begin += len(file.text[begin:]) - len(file.text[begin:].lstrip(" \t"))
        end = min(len(file.text), starts[min(number + LINES_TYPED, len(starts) - 1)] - 1)
        passage = Passage(file, begin, max(begin, end))
        if len(passage.typed.strip()) >= _FEWEST_CHARACTERS and not passage.typed.startswith("\n"):
            return passage
        if best is None or len(passage.typed) > len(best.typed):
            best = passage
    if best is None or not best.typed:
        raise ValueError(f"{file.path} has no lines to type")
    return best
