"""The most probable rest of the line: best first over tokens, until one reaches the line's end."""

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from holdfast.inference.embedded.token_ids import FIRST_WORD, UNKNOWN

MAX_EXPANSIONS: Final = 40
MAX_TOKENS: Final = 40
_FLOOR: Final = 0.02

Distribution = dict[int, float]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Tokens to the line's end with their probabilities; `probabilities` has one more, for the end itself."""

    tokens: tuple[int, ...]
    probabilities: tuple[float, ...]
    total: float


@dataclass(frozen=True, slots=True)
class Found:
    """The best line end, and the probability of the next one found or still open."""

    best: Candidate
    runner_up: float


def search_line(
    distribution: Callable[[Sequence[int]], Distribution],
    accept: Callable[[Sequence[int]], bool],
    is_late: Callable[[], bool],
) -> Found | None:
    """The most probable acceptable line end; None when none is found within the bounds.

    `distribution` gives the next token's probabilities after the tokens so far, `accept` says whether a finished line
    agrees with what follows the cursor.
    """
    heap: list[tuple[float, int, Candidate, bool]] = [(-1.0, 0, Candidate((), (), 1.0), False)]
    serial = 0
    expansions = 0
    while heap:
        negative, _, candidate, is_finished = heapq.heappop(heap)
        if is_finished:
            return Found(candidate, -heap[0][0] if heap else 0.0)
        if expansions >= MAX_EXPANSIONS or len(candidate.tokens) >= MAX_TOKENS or is_late():
            continue
        expansions += 1
        end = 0.0
        for token, probability in distribution(candidate.tokens).items():
            if token < UNKNOWN:
                end += probability
            elif token >= FIRST_WORD and -negative * probability >= _FLOOR:
                serial += 1
                total = -negative * probability
                longer = Candidate((*candidate.tokens, token), (*candidate.probabilities, probability), total)
                heapq.heappush(heap, (-total, serial, longer, False))
        total = -negative * end
        if candidate.tokens and total >= _FLOOR and accept(candidate.tokens):
            serial += 1
            whole = Candidate(candidate.tokens, (*candidate.probabilities, end), total)
            heapq.heappush(heap, (-total, serial, whole, True))
    return None
