"""The most probable rests of the line: best first over tokens, until some reach the line's end."""

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from holdfast.inference.embedded.token_ids import FIRST_WORD, UNKNOWN

MAX_EXPANSIONS: Final = 40
MAX_TOKENS: Final = 40
MAX_LINES: Final = 3
_WORTH_RANKING: Final = 0.3
"""Line ends less probable than this share of the best are not looked for."""
_FLOOR: Final = 0.02
_BRANCHES: Final = 64
"""More than a probability of at least _FLOOR can have; keeps the order of equals."""

Distribution = dict[int, float]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Tokens to the line's end with their probabilities; `probabilities` has one more, for the end itself."""

    tokens: tuple[int, ...]
    probabilities: tuple[float, ...]
    total: float


_Entry = tuple[float, int, Candidate, bool]
"""For the heap: minus the probability, a number that orders equals, the candidate, whether it is finished."""


@dataclass(frozen=True, slots=True)
class Found:
    """A line end, and the probability of its strongest rival, found, still open or given up."""

    line: Candidate
    rival: float


def search_lines(
    distribution: Callable[[Sequence[int]], Distribution],
    accept: Callable[[Sequence[int]], bool],
    is_late: Callable[[], bool],
) -> list[Found]:
    """The most probable acceptable line ends, the best first; none when time runs out before the first.

    `distribution` gives the next token's probabilities after the tokens so far, `accept` says whether a finished line
    agrees with what follows the cursor.
    """
    heap: list[_Entry] = [(-1.0, 0, Candidate((), (), 1.0), False)]
    finished: list[Candidate] = []
    expansions = 0
    dropped = 0.0
    while heap and len(finished) < MAX_LINES:
        _, serial, candidate, is_finished = heapq.heappop(heap)
        if finished and candidate.total < finished[0].total * _WORTH_RANKING:
            dropped = max(dropped, candidate.total)
            break
        if is_finished:
            finished.append(candidate)
        elif expansions >= MAX_EXPANSIONS or len(candidate.tokens) >= MAX_TOKENS:
            dropped = max(dropped, candidate.total)
        elif is_late():
            dropped = max(dropped, candidate.total)
            break
        else:
            expansions += 1
            for entry in _expand(candidate, distribution(candidate.tokens), accept, serial):
                heapq.heappush(heap, entry)
    return _with_rivals(finished, max([dropped, *(entry[2].total for entry in heap[:1])]))


def _expand(
    candidate: Candidate, chances: Distribution, accept: Callable[[Sequence[int]], bool], serial: int
) -> Iterator[_Entry]:
    end = 0.0
    order = serial * _BRANCHES
    for token, chance in chances.items():
        total = candidate.total * chance
        if token < UNKNOWN:
            end += chance
        elif token >= FIRST_WORD and total >= _FLOOR:
            order += 1
            longer = Candidate((*candidate.tokens, token), (*candidate.probabilities, chance), total)
            yield -total, order, longer, False
    total = candidate.total * end
    if candidate.tokens and total >= _FLOOR and accept(candidate.tokens):
        yield -total, order + 1, Candidate(candidate.tokens, (*candidate.probabilities, end), total), True


def _with_rivals(finished: Sequence[Candidate], left: float) -> list[Found]:
    totals = [candidate.total for candidate in finished]
    return [
        Found(candidate, max([left, *totals[:place], *totals[place + 1 :]])) for place, candidate in enumerate(finished)
    ]
