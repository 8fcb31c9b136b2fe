"""How often suggestions were taken, by who had found what they used; what is long ago counts less.

Counts decay exponentially, half in thirty days, by forward decay (Cormode, Shkapenyuk, Srivastava and Xu, "Forward decay:
a practical time decay model for streaming systems", ICDE 2009): every observation weighs by its own time, so that they may
come in any order and be counted in portions.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from holdfast.learning.observation import Observation

HALF_LIFE_MS: Final = 30 * 24 * 3600 * 1000
_MOST_CELLS: Final = 1_000
_NOTHING: Final = 1e-6  # after twenty half-lives

ALL: Final = ""
"""In the place of a retriever: every suggestion, whoever found what it used."""

Cell = tuple[str, str, str]
"""Retriever, language, place."""


@dataclass(frozen=True, slots=True)
class Count:
    """Decayed numbers of suggestions that were shown, and of those that were taken."""

    shown: float = 0.0
    taken: float = 0.0


class Tally:
    """Counts of observations. `as_of_ms` is the time at which an observation weighs 1."""

    def __init__(self, as_of_ms: int = 0) -> None:
        self.as_of_ms = as_of_ms
        self._cells: dict[Cell, Count] = {}

    def add(self, observations: Iterable[Observation]) -> None:
        """Count them."""
        portion = tuple(observations)
        # Once for all of them: every count has to be written anew.
        self.decay(max((observation.at_ms for observation in portion), default=0))
        for observation in portion:
            weight = 2.0 ** -((self.as_of_ms - observation.at_ms) / HALF_LIFE_MS)
            if weight > _NOTHING:
                self._count(observation, weight)

    def decay(self, as_of_ms: int) -> None:
        """Let the counts be those of `as_of_ms`, not before the time they are of."""
        if as_of_ms <= self.as_of_ms:
            return
        weight = 2.0 ** -((as_of_ms - self.as_of_ms) / HALF_LIFE_MS)
        self.as_of_ms = as_of_ms
        # What no longer counts makes room: there may be only so many cells.
        self._cells = {
            cell: Count(count.shown * weight, count.taken * weight)
            for cell, count in self._cells.items()
            if count.shown * weight > _NOTHING
        }

    def put(self, cell: Cell, count: Count) -> None:
        """Take a count over, as one that was kept."""
        self._cells[cell] = count

    def cells(self) -> Iterator[tuple[Cell, Count]]:
        """Every count that is not nothing, in order."""
        return iter(sorted(self._cells.items()))

    def of(self, retriever: str, language: str, place: str) -> Count:
        """The count of a retriever (or ALL) at a place in a language."""
        return self._cells.get((retriever, language, place), Count())

    def of_others(self, retriever: str, language: str, place: str) -> Count:
        """The same of all other places together."""
        counts = [
            count for cell, count in self._cells.items() if cell[:2] == (retriever, language) and cell[2] != place
        ]
        return Count(sum(count.shown for count in counts), sum(count.taken for count in counts))

    def _count(self, observation: Observation, weight: float) -> None:
        for retriever in (ALL, *observation.retrievers):
            cell = (retriever, observation.language, observation.place)
            if cell not in self._cells and len(self._cells) >= _MOST_CELLS:
                continue
            known = self._cells.get(cell, Count())
            taken = weight if observation.is_taken else 0.0
            self._cells[cell] = Count(known.shown + weight, known.taken + taken)
