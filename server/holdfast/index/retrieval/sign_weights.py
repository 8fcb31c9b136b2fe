"""How much each sign counts. Written by `tests/bench/fit_weights.py`, which also says which of them no project can tell."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Weights:
    """Of a logistic regression: a weight for each sign, in log-odds for its full strength, and the bias."""

    bias: float
    by_sign: Mapping[str, float]


Factors = Mapping[tuple[str, str], Mapping[str, float]]
"""What experience says of retrievers: by (language, place of the cursor) and retriever, a number that its weights are
multiplied by. What is not there counts as 1."""

LEAST_FACTOR: Final = 0.8
MOST_FACTOR: Final = 1.25


def adjusted(weights: Weights, factors: Mapping[str, float], retriever_of: Mapping[str, str]) -> Weights:
    """`weights` with what speaks for a name multiplied by its retriever's factor, never by less than 0.8 or more than 1.25.

    What speaks against a name stays: a retriever that was right does not make it more so.
    """
    if not factors:
        return weights
    return Weights(
        weights.bias,
        {
            sign: weight * _bounded(factors.get(retriever_of.get(sign, ""), 1.0)) if weight > 0 else weight
            for sign, weight in weights.by_sign.items()
        },
    )


def _bounded(factor: float) -> float:
    return min(MOST_FACTOR, max(LEAST_FACTOR, factor))


AT_CURSOR: Final = Weights(
    -8.081,
    {
        "similar_files": 3.869,
        "near_paths": 1.036,
        "sibling": 0.482,
        "imported": 0.491,
        "reexported": -0.9,
        "owner_in_file": 0.469,
        "owner_once": -0.12,
        "members_in_file": -0.37,
        "common": -0.521,
        "shared": -0.055,
        "callable": 0.157,
        "same_folder": -0.636,
        "words_in_file": -0.046,
        "resembling_code": 0.967,
        "resembling_lines": 3.754,
        "owner_near": 0.352,
        "members_near": 0.516,
        "words_near": 0.406,
        "words_last": 1.069,
        "module_members": 0.4,
        "working_set": 1.5,
        "embeddings": 0.8,
    },
)
IN_FILE: Final = Weights(
    -8.589,
    {
        "similar_files": 4.936,
        "near_paths": 1.13,
        "sibling": 0.556,
        "imported": 0.502,
        "reexported": -0.719,
        "owner_in_file": 0.75,
        "owner_once": -0.102,
        "members_in_file": -0.187,
        "common": 0.346,
        "shared": 0.065,
        "callable": 0.158,
        "same_folder": -0.707,
        "words_in_file": 0.623,
        "module_members": 0.4,
        "working_set": 1.5,
    },
)
