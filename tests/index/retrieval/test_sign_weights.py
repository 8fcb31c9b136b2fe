"""Weights, and what experience makes of them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.index.retrieval.sign_weights import (
    AT_CURSOR,
    IN_FILE,
    LEAST_FACTOR,
    MOST_FACTOR,
    Weights,
    adjusted,
)

WEIGHTS = Weights(-3.0, {"near": 4.0, "far": 1.0, "against": -2.0, "own": 0.5})
RETRIEVER_OF = {"near": "neighbours", "far": "strangers", "against": "neighbours"}


@pytest.mark.parametrize("weights", [AT_CURSOR, IN_FILE, WEIGHTS])
def test_without_experience_the_weights_are_the_very_same(weights: Weights) -> None:
    assert adjusted(weights, {}, RETRIEVER_OF) is weights


@pytest.mark.parametrize(
    ("factors", "expected"),
    [
        ({"neighbours": 1.0}, WEIGHTS.by_sign),
        ({"neighbours": 1.1}, {"near": 4.4, "far": 1.0, "against": -2.0, "own": 0.5}),
        ({"neighbours": 0.9, "strangers": 1.2}, {"near": 3.6, "far": 1.2, "against": -2.0, "own": 0.5}),
        ({"nobody": 0.8}, WEIGHTS.by_sign),
        ({"neighbours": 1000.0}, {"near": 5.0, "far": 1.0, "against": -2.0, "own": 0.5}),
        ({"neighbours": -1.0}, {"near": 3.2, "far": 1.0, "against": -2.0, "own": 0.5}),
        ({"neighbours": math.nan}, {"near": 3.2, "far": 1.0, "against": -2.0, "own": 0.5}),
    ],
    ids=["as ever", "more", "less, and more", "of nobody", "too much", "too little", "no number"],
)
def test_what_speaks_for_a_name_counts_more_or_less(factors: dict[str, float], expected: dict[str, float]) -> None:
    found = adjusted(WEIGHTS, factors, RETRIEVER_OF)

    assert found.bias == WEIGHTS.bias
    assert found.by_sign == pytest.approx(expected)


@given(st.dictionaries(st.sampled_from(["neighbours", "strangers"]), st.floats(allow_nan=True, allow_infinity=True)))
def test_no_experience_leads_out_of_the_bounds(factors: dict[str, float]) -> None:
    for sign, weight in adjusted(WEIGHTS, factors, RETRIEVER_OF).by_sign.items():
        low, high = sorted((WEIGHTS.by_sign[sign] * LEAST_FACTOR, WEIGHTS.by_sign[sign] * MOST_FACTOR))
        assert low <= weight <= high
