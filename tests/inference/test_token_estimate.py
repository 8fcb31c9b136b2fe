import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.inference.token_estimate import BYTES_PER_TOKEN, TokenRatio, estimate_tokens


@pytest.mark.parametrize(
    ("text", "tokens"), [("", 0), ("a", 1), ("abc", 1), ("abcd", 2), ("漢", 1), ("\U0001f600", 2), ("\ud800", 1)]
)
def test_an_estimate_is_of_bytes_rounded_up(text: str, tokens: int) -> None:
    assert estimate_tokens(text, 3.0) == tokens


@given(st.text(), st.text())
def test_a_whole_costs_no_more_than_its_parts(left: str, right: str) -> None:
    assert estimate_tokens(left + right) <= estimate_tokens(left) + estimate_tokens(right)


def test_the_server_s_counts_are_learnt_with_a_margin() -> None:
    ratio = TokenRatio()
    for _ in range(30):
        ratio.observe(4000, 1000)

    assert round(ratio.bytes_per_token, 6) == 3.6


@pytest.mark.parametrize(
    ("size", "tokens"),
    [(4000, 0), (4000, -5), (300, 100), (4000, 100), (4000, 40_000)],
    ids=["zero", "negative", "too-short", "truncated", "more-tokens-than-bytes"],
)
def test_implausible_counts_are_ignored(size: int, tokens: int) -> None:
    ratio = TokenRatio()
    ratio.observe(size, tokens)

    assert ratio.bytes_per_token == BYTES_PER_TOKEN


@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(-10, 10_000)), max_size=30))
def test_whatever_a_server_says_the_ratio_stays_plausible(counts: list[tuple[int, int]]) -> None:
    ratio = TokenRatio()
    for size, tokens in counts:
        ratio.observe(size, tokens)

    assert 0.9 <= ratio.bytes_per_token <= 5.4
