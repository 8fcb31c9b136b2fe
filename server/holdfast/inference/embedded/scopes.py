"""The nested scopes around one cursor, asked together: its file, the other open buffers, the project."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from holdfast.inference.embedded.context_order import MAX_DEPTH
from holdfast.inference.embedded.corpus import Corpus
from holdfast.inference.embedded.evidence import Step, weigh_step
from holdfast.inference.embedded.matches import Matches
from holdfast.inference.embedded.mixture import next_tokens
from holdfast.inference.embedded.neighbourhood import Neighbourhood
from holdfast.inference.embedded.open_buffers import OpenRun
from holdfast.inference.embedded.recent import Recent
from holdfast.inference.embedded.renamed import WINDOW, Renamed
from holdfast.inference.embedded.token_ids import LINE_ENDS

MAX_SOURCES: Final = 5
_CURRENT: Final = 0
_OTHERS: Final = 1
"""Places in the lists of matches; the project comes after."""
_ENDS_HERE: Final = 0.3
"""How often a name nobody wrote before is already whole at the cursor."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """What the first token must begin with: the corpus's ids as a range, and a mask over all ids.

    `whole` is the id of the beginning itself, for a name may end here that nobody wrote before; None for white space.
    """

    whole: int | None
    corpus: range
    mask: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Project:
    """The corpus as seen from one file: each file's weight, and the nearest files in memory."""

    corpus: Corpus
    weights: npt.NDArray[np.float32]
    near: Neighbourhood


@dataclass(frozen=True, slots=True)
class CurrentFile:
    """The text around the cursor, to be matched as it is and by shape."""

    path: str
    recent: Recent
    renamed: Renamed


class Scopes:
    """Probabilities of what comes after `context` and a suggestion so far."""

    def __init__(
        self,
        context: Sequence[int],
        beginning: Beginning | None,
        current: CurrentFile,
        others: OpenRun,
        project: Project | None,
    ) -> None:
        self._context = tuple(context[-WINDOW:])
        self._beginning = beginning
        self._current = current
        self._others = others
        self._project = project
        self._asked: dict[tuple[int, ...], tuple[list[Matches], list[Matches]]] = {}

    def distribution(self, tokens: Sequence[int]) -> dict[int, float]:
        """The next token's probabilities after `tokens`."""
        plain, renamed = self._ask(tokens)
        chances = next_tokens(plain, renamed)
        if not tokens and self._beginning is not None and self._beginning.whole is not None:
            unseen = max(0.0, 1.0 - sum(chances.values()))
            chances[self._beginning.whole] = chances.get(self._beginning.whole, 0.0) + unseen * _ENDS_HERE
        return chances

    def evidence(self, tokens: Sequence[int]) -> tuple[list[Step], tuple[str, ...]]:
        """What speaks for each of `tokens` and then the line's end; and the files it came from, the most telling first."""
        votes: dict[str, float] = {}
        steps = []
        for done in range(len(tokens) + 1):
            plain, renamed = self._ask(tokens[:done])
            wanted = frozenset((tokens[done],)) if done < len(tokens) else LINE_ENDS
            steps.append(weigh_step(plain, renamed, wanted))
            if done < len(tokens):
                _count_votes(plain, tokens[done], self._plain_path, votes)
                _count_votes(renamed, tokens[done], self._renamed_path, votes)
        return steps, tuple(sorted(votes, key=lambda path: (-votes[path], path))[:MAX_SOURCES])

    def _ask(self, tokens: Sequence[int]) -> tuple[list[Matches], list[Matches]]:
        """What every scope says after `tokens`: as it stands, and by shape. The search's answers serve the evidence."""
        key = tuple(tokens)
        answer = self._asked.get(key)
        if answer is None:
            answer = self._asked[key] = (self._plain(key), self._renamed(key))
        return answer

    def _plain(self, tokens: Sequence[int]) -> list[Matches]:
        context = (*self._context, *tokens)[-MAX_DEPTH:]
        beginning = None if tokens else self._beginning
        mask = None if beginning is None else beginning.mask
        asked = [self._current.recent.match(context, mask), self._others.recent.match(context, mask)]
        if self._project is not None:
            allowed = None if beginning is None else beginning.corpus
            asked.append(self._project.corpus.match(context, self._project.weights, allowed))
        return asked

    def _renamed(self, tokens: Sequence[int]) -> list[Matches]:
        context = (*self._context, *tokens)
        mask = None if tokens or self._beginning is None else self._beginning.mask
        asked = [self._current.renamed.match(context, mask), self._others.renamed.match(context, mask)]
        if self._project is not None:
            asked.append(self._project.near.match(context, self._project.weights, mask))
        return asked

    def _plain_path(self, scope: int, position: int) -> str:
        if scope == _CURRENT:
            return self._current.path
        if scope == _OTHERS or self._project is None:
            return self._others.path_at(position)
        return self._project.corpus.path_at(position)

    def _renamed_path(self, scope: int, position: int) -> str:
        if scope in {_CURRENT, _OTHERS} or self._project is None:
            return self._plain_path(scope, position)
        return self._project.corpus.paths[self._project.near.number_at(position)]


def _count_votes(
    matches: Sequence[Matches], token: int, path_of: Callable[[int, int], str], votes: dict[str, float]
) -> None:
    for scope, match in enumerate(matches):
        chosen = (match.tokens == token) & (match.weights > 0)
        strength = match.weights[chosen] * 2.0 ** match.depths[chosen]
        for position, vote in zip(match.positions[chosen].tolist(), strength.tolist(), strict=True):
            path = path_of(scope, position)
            votes[path] = votes.get(path, 0.0) + vote
