"""From signs to likelihoods, and who is named for them."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.index.retrieval.candidates import Candidate
from holdfast.index.retrieval.likelihood import likelihoods, strongest_signs
from holdfast.index.retrieval.sign_weights import Weights

WEIGHTS = Weights(-3.0, {"near": 4.0, "far": 1.0, "against": -2.0})
RETRIEVER_OF = {"near": "neighbours", "far": "neighbours", "against": "others", "third": "third", "fourth": "fourth"}


def candidate(name: str, signs: Mapping[str, float]) -> Candidate:
    return Candidate(name, (), signs)


def likelihood(**signs: float) -> float:
    return likelihoods([candidate("pay", signs)], WEIGHTS)["pay"]


@given(st.dictionaries(st.sampled_from(["near", "far", "against", "unknown"]), st.floats(0, 1)))
def test_a_likelihood_is_between_none_and_one_and_rises_with_what_speaks_for_it(signs: dict[str, float]) -> None:
    alone = likelihood(**signs)

    assert 0 < alone < 1
    assert likelihood(**{**signs, "near": 1.0}) >= alone >= likelihood(**{**signs, "near": 0.0})
    assert likelihood(**{**signs, "against": 1.0}) <= alone <= likelihood(**{**signs, "against": 0.0})


def test_a_sign_without_a_weight_says_nothing() -> None:
    assert likelihood(unknown=1.0) == likelihood()


@pytest.mark.parametrize(("bias", "expected"), [(-1e9, 0.0), (1e9, 1.0), (0.0, 0.5)])
def test_no_weight_is_too_large(bias: float, expected: float) -> None:
    assert likelihoods([candidate("pay", {})], Weights(bias, {}))["pay"] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("signs", "expected"),
    [
        ({}, ()),
        ({"near": 0.0}, ()),
        ({"near": 1.0}, ("neighbours",)),
        ({"near": 1.0, "unknown": 1.0}, ("neighbours",)),
        ({"third": 1.0, "near": 0.6}, ("third", "neighbours")),
        ({"near": 1.0, "third": 0.01}, ("neighbours",)),
        ({"third": 0.5, "fourth": 0.5}, ("fourth", "third")),
    ],
    ids=["nothing", "no strength", "one", "of nobody", "the loudest first", "a whisper", "a tie"],
)
def test_who_speaks_loudest_is_named_first(signs: dict[str, float], expected: tuple[str, ...]) -> None:
    weights = Weights(0.0, {"near": 4.0, "third": 4.0, "fourth": 4.0})

    assert strongest_signs(candidate("pay", signs), weights, RETRIEVER_OF) == expected


def test_at_most_three_are_named() -> None:
    signs = {f"sign_{at}": 1.0 for at in range(9)}
    weights = Weights(0.0, dict.fromkeys(signs, 1.0))

    assert len(strongest_signs(candidate("pay", signs), weights, {sign: sign for sign in signs})) == 3
