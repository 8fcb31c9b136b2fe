"""The probability of the next token: counts after the longest contexts first, the rest of the mass to shorter ones.

Escape by Witten and Bell ("The zero-frequency problem", 1991, method C): after n occurrences of u different tokens, a
new one gets u / (n + u). The occurrences of the nested scopes are counted together, weighted by nearness, as in the
nested cache model of Hellendoorn and Devanbu (FSE 2017); those found by shape alone join as if half as long.
"""

from collections.abc import Sequence
from typing import Final

from holdfast.inference.embedded.context_order import MAX_DEPTH
from holdfast.inference.embedded.matches import Matches

_ESCAPE: Final = 1.0
_NEGLIGIBLE: Final = 0.01

Rings = list[list[tuple[int, float]]]
"""By length of context: the tokens that followed, with their weights."""


def next_tokens(plain: Sequence[Matches], renamed: Sequence[Matches]) -> dict[int, float]:
    """Probabilities by token; what is missing to 1 belongs to tokens nobody saw there."""
    rings: Rings = [[] for _ in range(MAX_DEPTH + 1)]
    for match in plain:
        for depth, token, weight in match.rows():
            rings[depth].append((token, weight))
    for match in renamed:
        for depth, token, weight in match.rows():
            rings[depth // 2].append((token, weight))
    return _mix(rings)


def _mix(rings: Rings) -> dict[int, float]:
    counts: dict[int, float] = {}
    mixed: dict[int, float] = {}
    total, left = 0.0, 1.0
    for ring in reversed(rings):
        if not ring:
            continue
        for token, weight in ring:
            counts[token] = counts.get(token, 0.0) + weight
            total += weight
        escape = _ESCAPE * len(counts)
        share = left / (total + escape)
        for token, count in counts.items():
            mixed[token] = mixed.get(token, 0.0) + share * count
        left *= escape / (total + escape)
        if left < _NEGLIGIBLE:
            break
    return mixed
