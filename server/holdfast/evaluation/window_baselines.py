"""Baselines: windows of 40 lines of the other files, ranked against the lines above the cursor.

By BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009; k1 1.2, b 0.75) over the identifiers of
the last 20 lines, and by the Jaccard similarity of the identifier sets of a window and the last 40 lines, as code
assistants that look for similar snippets do. Windows do not overlap, are asked for anew at every line, and are packed
best first, each under its path, while they fit.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from holdfast.cursor import Cursor
from holdfast.evaluation.project_names import ProjectFile
from holdfast.index.identifiers import identifiers_in
from holdfast.index.languages import grammar_of, share_names

WINDOW_LINES: Final = 40
QUERY_LINES: Final = 20
_K1: Final = 1.2
_B: Final = 0.75

Baseline = Callable[[Cursor, int], str]
"""The text a baseline would put in front of the file at a cursor, in at most so many bytes."""


@dataclass(frozen=True, slots=True)
class Window:
    """Lines of one file, with how often each identifier stands in them."""

    path: str
    language: str
    text: str
    counts: Counter[str]
    length: int


class Windows:
    """All windows of a project, and in which of them each identifier stands."""

    def __init__(self, files: Iterable[ProjectFile]) -> None:
        self._windows: list[Window] = []
        self._with_name: dict[str, list[int]] = {}
        for file in files:
            if grammar_of(file.language) is not None:
                self._add(file)
        total = sum(window.length for window in self._windows)
        self._average = total / max(1, len(self._windows))

    def by_bm25(self, cursor: Cursor, limit_bytes: int) -> str:
        """Windows ranked by BM25."""
        scores: dict[int, float] = {}
        for name in set(last_identifiers(cursor, QUERY_LINES)):
            places = self._with_name.get(name, ())
            rarity = math.log(1 + (len(self._windows) - len(places) + 0.5) / (len(places) + 0.5))
            for number in places:
                window = self._windows[number]
                times = window.counts[name]
                norm = _K1 * (1 - _B + _B * window.length / self._average)
                scores[number] = scores.get(number, 0.0) + rarity * times * (_K1 + 1) / (times + norm)
        return self._packed(scores, cursor, limit_bytes)

    def by_jaccard(self, cursor: Cursor, limit_bytes: int) -> str:
        """Windows ranked by the share of identifiers in common."""
        wanted = set(last_identifiers(cursor, WINDOW_LINES))
        common: Counter[int] = Counter()
        for name in wanted:
            common.update(self._with_name.get(name, ()))
        scores = {
            number: shared / (len(wanted) + len(self._windows[number].counts) - shared)
            for number, shared in common.items()
        }
        return self._packed(scores, cursor, limit_bytes)

    def nearest(self, cursor: Cursor, count: int) -> list[Window]:
        """The windows of other files that share the rarest identifiers with the last 20 lines."""
        scores: dict[int, float] = {}
        for name in set(last_identifiers(cursor, QUERY_LINES)):
            places = self._with_name.get(name, ())
            for number in places:
                scores[number] = scores.get(number, 0.0) + 1 / len(places)
        ranked = sorted(scores, key=lambda number: (-scores[number], number))
        others = (self._windows[number] for number in ranked)
        return list(islice((window for window in others if window.path != cursor.path), count))

    def _add(self, file: ProjectFile) -> None:
        for first in range(0, len(file.lines), WINDOW_LINES):
            text = "\n".join(file.lines[first : first + WINDOW_LINES])
            counts = Counter(identifiers_in(text))
            for name in counts:
                self._with_name.setdefault(name, []).append(len(self._windows))
            self._windows.append(Window(file.path, file.language, text, counts, counts.total()))

    def _packed(self, scores: dict[int, float], cursor: Cursor, limit_bytes: int) -> str:
        ranked = sorted(scores, key=lambda number: (-scores[number], number))
        fitting = (self._windows[number] for number in ranked)
        texts = [
            f"{window.path}\n{window.text}"
            for window in fitting
            if window.path != cursor.path and share_names(window.language, cursor.language)
        ]
        return packed(texts, limit_bytes)


def packed(texts: Sequence[str], limit_bytes: int) -> str:
    """The texts from the first on, one below the other, the last cut at a line's end where it does not fit whole."""
    kept: list[str] = []
    room = limit_bytes
    for text in texts:
        for line in text.split("\n"):
            size = len(line.encode("utf-8", "surrogatepass")) + 1
            if size > room:
                return "\n".join(kept)
            kept.append(line)
            room -= size
    return "\n".join(kept)


def last_identifiers(cursor: Cursor, lines: int) -> list[str]:
    """The identifiers of the last lines above the cursor, with repetitions."""
    return identifiers_in("\n".join(cursor.before.split("\n")[-lines:]))
