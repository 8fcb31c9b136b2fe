"""From the signs that speak for a name to how likely the next line needs it: a logistic regression.

Reciprocal rank fusion, the usual way to join retrievers, throws away how strongly each of them speaks, and whether they
agree: `tests/bench/fit_weights.py` prints what both find.
The weights are data, in `sign_weights.py`.
"""

from collections.abc import Iterable, Mapping
from math import exp
from typing import Final

from holdfast.index.retrieval.candidates import Candidate
from holdfast.index.retrieval.sign_weights import Weights

_MOST_SOURCES: Final = 3
_LEAST_SHARE: Final = 0.2


def likelihoods(candidates: Iterable[Candidate], weights: Weights) -> dict[str, float]:
    """By name, the probability that a line which needs a new name needs this one."""
    by_sign = weights.by_sign
    found = {}
    for candidate in candidates:
        odds = weights.bias
        for sign, strength in candidate.signs.items():
            if strength:
                odds += strength * by_sign.get(sign, 0.0)
        found[candidate.name] = _logistic(odds)
    return found


def strongest_signs(candidate: Candidate, weights: Weights, retriever_of: Mapping[str, str]) -> tuple[str, ...]:
    """The retrievers whose signs speak loudest for a candidate, at most three, the loudest first."""
    spoken: dict[str, float] = {}
    for sign, strength in candidate.signs.items():
        retriever = retriever_of.get(sign)
        if retriever is not None and strength > 0:
            spoken[retriever] = spoken.get(retriever, 0.0) + strength * max(0.0, weights.by_sign.get(sign, 0.0))
    loudest = sorted(spoken, key=lambda retriever: (-spoken[retriever], retriever))
    return tuple(name for name in loudest[:_MOST_SOURCES] if spoken[name] >= _LEAST_SHARE * spoken[loudest[0]])


def _logistic(value: float) -> float:
    return 1 / (1 + exp(-max(-30.0, min(30.0, value))))
