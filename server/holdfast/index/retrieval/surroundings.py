"""What the text around the cursor says by itself: the names it shows, far and near, and what it imports."""

from dataclasses import dataclass
from typing import Final

from holdfast.index.anatomy import Import
from holdfast.index.definitions import imports_in
from holdfast.index.identifiers import SHORTEST_NAME, identifiers_in
from holdfast.index.retrieval.query import RetrievalQuery

NEAR_LINES: Final = 20
LAST_LINES: Final = 5
_BELOW_LINES: Final = 20
_LONGEST_LINE: Final = 1_000
_MOST_BYTES: Final = 400_000
_HEAD_BYTES: Final = 12_000
_PARSE_CPU_S: Final = 0.05


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The names of the current file: all it shows, those of the 20 and of the 5 lines above the cursor, 20 below.

    Each in order of appearance, without the languages' own words. `imports` are those of the head of the live buffer.
    """

    query: RetrievalQuery
    shown: frozenset[str]
    near: tuple[str, ...]
    last: tuple[str, ...]
    below: tuple[str, ...]
    imports: tuple[Import, ...]

    @property
    def text(self) -> str:
        """The live buffer, without what stands at the cursor being split."""
        return self.query.before + self.query.after


def look_around(query: RetrievalQuery) -> Surroundings:
    """Read the live buffer; of a very large one the part around the cursor."""
    before, after = query.before[-_MOST_BYTES:], query.after[:_MOST_BYTES]
    above = [line[-_LONGEST_LINE:] for line in before.split("\n")[-NEAR_LINES - 1 :]]
    below = [line[:_LONGEST_LINE] for line in after.split("\n")[: _BELOW_LINES + 1]]
    shown = {*identifiers_in(before), *identifiers_in(after)}
    return Surroundings(
        query=query,
        shown=frozenset(name for name in shown if len(name) >= SHORTEST_NAME),
        near=_names(above),
        last=_names(above[-LAST_LINES - 1 :]),
        below=_names(below),
        imports=_live_imports(query),
    )


def _names(lines: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for line in lines for name in identifiers_in(line)))


def _live_imports(query: RetrievalQuery) -> tuple[Import, ...]:
    """The imports at the head of the buffer, saved or not. Parsing holds the GIL, hence only so many bytes."""
    return imports_in(query.language, query.before[:_HEAD_BYTES].encode(errors="replace"), _PARSE_CPU_S)
