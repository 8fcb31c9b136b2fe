import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.inference.token_estimate import BYTES_PER_TOKEN, TokenRatio, estimate_tokens, size_of

MODEL, LANGUAGE = "qwen2.5-coder:1.5b", "python"


@pytest.mark.parametrize(
    ("text", "tokens"), [("", 0), ("a", 1), ("abc", 1), ("abcd", 2), ("漢", 1), ("\U0001f600", 2), ("\ud800", 1)]
)
def test_an_estimate_is_of_bytes_rounded_up(text: str, tokens: int) -> None:
    assert estimate_tokens(text, 3.0) == tokens


@given(st.text(), st.text())
def test_a_whole_costs_no_more_than_its_parts(left: str, right: str) -> None:
    assert estimate_tokens(left + right) <= estimate_tokens(left) + estimate_tokens(right)


@given(st.text(st.characters(codec=None)))
def test_the_size_is_that_of_the_encoded_text(text: str) -> None:
    assert size_of(text) == len(text.encode("utf-8", "surrogatepass"))


def test_the_server_s_counts_are_learnt_with_a_margin() -> None:
    ratio = TokenRatio()
    for _ in range(30):
        ratio.observe(MODEL, LANGUAGE, 4000, 1000)

    assert round(ratio.of(MODEL, LANGUAGE), 6) == 3.6
    assert round(ratio.bytes_per_token, 6) == 3.6


@pytest.mark.parametrize(
    ("model", "language"), [(MODEL, "json"), ("starcoder2:3b", LANGUAGE)], ids=["another-language", "another-model"]
)
def test_what_was_measured_elsewhere_is_not_believed_to_its_advantage(model: str, language: str) -> None:
    generous, poor = TokenRatio(), TokenRatio()
    generous.observe(MODEL, LANGUAGE, 5000, 1000)
    poor.observe(MODEL, LANGUAGE, 2000, 1000)

    assert generous.of(model, language) == BYTES_PER_TOKEN
    assert round(poor.of(model, language), 6) == 1.8


def test_each_language_of_each_model_has_its_own() -> None:
    ratio = TokenRatio()
    for _ in range(30):
        ratio.observe(MODEL, LANGUAGE, 4000, 1000)
        ratio.observe(MODEL, "json", 2000, 1000)
        ratio.observe("other", LANGUAGE, 3000, 1000)

    seen = [ratio.of(MODEL, LANGUAGE), ratio.of(MODEL, "json"), ratio.of("other", LANGUAGE)]
    assert [round(value, 6) for value in seen] == [3.6, 1.8, 2.7]


def test_text_that_costs_more_is_believed_sooner() -> None:
    rising, falling = TokenRatio(), TokenRatio()
    for ratio, sizes in ((rising, (2000, 4000)), (falling, (4000, 2000))):
        for size in sizes:
            ratio.observe(MODEL, LANGUAGE, size, 1000)

    assert round(rising.of(MODEL, LANGUAGE), 6) == round((2 + 0.2 * 2) * 0.9, 6)
    assert round(falling.of(MODEL, LANGUAGE), 6) == round((4 - 0.6 * 2) * 0.9, 6)


def test_a_refusal_lowers_it_until_it_fits_and_no_further() -> None:
    ratio = TokenRatio()
    seen = []
    for _ in range(12):
        ratio.refused(MODEL, LANGUAGE)
        seen.append(ratio.of(MODEL, LANGUAGE))

    assert round(seen[0], 6) == BYTES_PER_TOKEN * 0.75
    assert seen == sorted(seen, reverse=True)
    assert round(seen[-1], 6) == 0.9
    assert ratio.of(MODEL, "json") == BYTES_PER_TOKEN


@pytest.mark.parametrize(
    ("size", "tokens"),
    [(4000, 0), (4000, -5), (300, 100), (4000, 100), (4000, 40_000)],
    ids=["zero", "negative", "too-short", "truncated", "more-tokens-than-bytes"],
)
def test_implausible_counts_are_ignored(size: int, tokens: int) -> None:
    ratio = TokenRatio()
    ratio.observe(MODEL, LANGUAGE, size, tokens)

    assert (ratio.of(MODEL, LANGUAGE), ratio.bytes_per_token) == (BYTES_PER_TOKEN, BYTES_PER_TOKEN)


@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(-10, 10_000)), max_size=30))
def test_whatever_a_server_says_the_ratio_stays_plausible(counts: list[tuple[int, int]]) -> None:
    ratio = TokenRatio()
    for size, tokens in counts:
        ratio.observe(MODEL, LANGUAGE, size, tokens)

    assert 0.9 <= ratio.of(MODEL, LANGUAGE) <= 5.4
    assert 0.9 <= ratio.bytes_per_token <= 5.4
