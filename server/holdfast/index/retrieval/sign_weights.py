"""How much each sign counts. Written by `tests/bench/fit_weights.py`, which also says which of them no project can tell."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Weights:
    """Of a logistic regression: a weight for each sign, in log-odds for its full strength, and the bias."""

    bias: float
    by_sign: Mapping[str, float]


AT_CURSOR: Final = Weights(
    -8.903,
    {
        "similar_files": 3.924,
        "near_paths": 1.153,
        "sibling": 0.653,
        "imported": 0.862,
        "module_members": 0.0,
        "reexported": -0.575,
        "owner_in_file": 0.375,
        "owner_once": -0.125,
        "members_in_file": -0.192,
        "common": 0.508,
        "shared": -0.298,
        "callable": 0.205,
        "same_folder": -0.641,
        "words_in_file": 0.087,
        "resembling_code": 0.865,
        "resembling_lines": 4.063,
        "owner_near": 0.201,
        "members_near": 0.269,
        "words_near": 0.514,
        "words_last": 1.31,
        "working_set": 1.5,
        "embeddings": 0.8,
    },
)
IN_FILE: Final = Weights(
    -9.348,
    {
        "similar_files": 4.965,
        "near_paths": 1.223,
        "sibling": 0.823,
        "imported": 0.745,
        "module_members": 0.0,
        "reexported": -0.492,
        "owner_in_file": 0.65,
        "owner_once": -0.057,
        "members_in_file": -0.187,
        "common": 1.384,
        "shared": -0.039,
        "callable": 0.201,
        "same_folder": -0.715,
        "words_in_file": 0.803,
        "working_set": 1.5,
    },
)
