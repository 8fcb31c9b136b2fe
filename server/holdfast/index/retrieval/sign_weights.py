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
    -8.439,
    {
        "similar_files": 3.801,
        "near_paths": 1.016,
        "sibling": 0.203,
        "imported": 0.403,
        "module_members": -0.223,
        "reexported": -0.448,
        "owner_in_file": 0.201,
        "owner_once": -0.052,
        "members_in_file": -0.743,
        "common": -0.347,
        "shared": -0.447,
        "callable": 0.508,
        "same_folder": -0.622,
        "words_in_file": 0.332,
        "resembling_code": 0.287,
        "resembling_lines": 4.069,
        "owner_near": 0.809,
        "members_near": 0.82,
        "words_near": 0.455,
        "words_last": 0.544,
        "working_set": 1.5,
        "embeddings": 0.8,
    },
)
IN_FILE: Final = Weights(
    -9.081,
    {
        "similar_files": 4.541,
        "near_paths": 1.209,
        "sibling": 0.347,
        "imported": 0.419,
        "module_members": 0.068,
        "reexported": -0.379,
        "owner_in_file": 0.8,
        "owner_once": -0.056,
        "members_in_file": -0.383,
        "common": 0.812,
        "shared": -0.321,
        "callable": 0.477,
        "same_folder": -0.651,
        "words_in_file": 0.817,
        "working_set": 1.5,
    },
)
