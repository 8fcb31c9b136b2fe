import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.completion.confidence import ScoredSpan, left_after, likely_length, likely_part, moved, placed
from holdfast.inference.model_server import ScoredToken

Tokens = list[tuple[str, float]]


def scored(*tokens: tuple[str, float]) -> tuple[str, list[ScoredSpan]]:
    text = "".join(token for token, _ in tokens)
    pieces = [ScoredToken(token, math.log(probability)) for token, probability in tokens]
    return text, placed(pieces, text, 0, len(text))


def shown(least: float, *tokens: tuple[str, float]) -> str:
    text, spans = scored(*tokens)
    return text[: likely_length(text, spans, least)]


SURE: Tokens = [("return", 0.9), (" total", 0.9), ("(", 0.9), ("items", 0.9), (")", 0.9)]


@pytest.mark.parametrize(
    ("least", "tokens", "expected"),
    [
        pytest.param(0.5, SURE, "return total(items)", id="sure enough to its end"),
        pytest.param(0.0, [("x", 1e-9), ("yz", 1e-9)], "xyz", id="zero shows all"),
        pytest.param(1.0, [("pass", 1.0), ("ed", 1.0)], "passed", id="certainty passes one"),
        pytest.param(0.5, [("return", 0.9), (" total", 0.3), ("(", 1)], "return", id="cut before the weak token"),
        pytest.param(
            0.5, [("return", 0.9), (" get", 0.9), ("_total", 0.3), ("(", 1)], "return", id="no name is shown in part"
        ),
        pytest.param(0.5, [("self", 0.9), (".", 0.9), ("head", 0.9), ("er", 0.2)], "self.", id="a name after a dot"),
        pytest.param(0.5, [("self", 0.7), (".", 0.8), ("head", 0.8), ("()", 1)], "self.", id="small doubts add up"),
        pytest.param(0.5, [("retu", 0.3), ("rn total", 1)], "", id="weak from the start"),
        pytest.param(0.5, [("(", 0.9), ("items", 0.1)], "", id="what is left is not worth showing"),
        pytest.param(0.5, [(" = ", 0.9), ("items", 0.1)], "", id="neither are blanks and signs"),
        pytest.param(0.5, [("x.", 0.9), ("items", 0.1)], "", id="nor two characters"),
        pytest.param(
            0.5, [("if a:", 0.9), ("        ", 0.01), ("return", 0.9)], "if a:        return", id="blanks do not count"
        ),
        pytest.param(0.5, [("pass", 0.9), ("\n", 0.3), ("return 1", 1)], "pass", id="the end of a line is a decision"),
        pytest.param(
            0.5,
            [("a = 1", 0.9), ("\n    b = 2", 0.9), ("\n    c", 0.9), (" =", 0.9), (" 3", 0.2)],
            "a = 1\n    b = 2\n    c =",
            id="in a later line too",
        ),
        pytest.param(
            0.5,
            [("\n    ", 0.9), ("return", 0.9), (" total", 0.2)],
            "\n    return",
            id="the first line may be the next",
        ),
        pytest.param(0.5, [("größe", 0.9), (" = ", 1), ("breit", 0.3), ("e", 1)], "größe =", id="names in any script"),
    ],
)
def test_a_text_is_shown_as_far_as_it_is_likely(least: float, tokens: Tokens, expected: str) -> None:
    assert shown(least, *tokens) == expected


def test_text_without_scores_counts_as_sure() -> None:
    assert likely_length("anything at all", [], 0.9) == 15


def test_text_beyond_what_is_shown_does_not_count() -> None:
    _, spans = scored(("return x", 0.9), ("\nraise", 0.01))

    assert likely_length("return x", spans, 0.5) == len("return x")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param(0, "", id="the name is doubtful"),
        pytest.param(3, "", id="half of it typed is not enough"),
        pytest.param(6, "tal(items)", id="most of it typed settles it"),
        pytest.param(8, "l(items)", id="nearly all"),
    ],
)
def test_what_was_typed_is_no_longer_in_doubt(typed: int, expected: str) -> None:
    text, spans = scored(("get_total", 0.2), ("(items)", 0.95))
    rest = text[typed:]

    assert rest[: likely_length(rest, left_after(spans, typed), 0.55)] == expected


def test_scores_move_with_their_text() -> None:
    assert moved([ScoredSpan(0, 2, -1.0)], 5) == (ScoredSpan(5, 7, -1.0),)


@pytest.mark.parametrize(
    ("tokens", "text", "expected"),
    [
        pytest.param([("ab", -1.0), ("c", -2.0)], "abc", [(4, 6, -1.0), (6, 7, -2.0)], id="token by token"),
        pytest.param([("c", -2.0)], "abc", [(6, 7, -2.0)], id="held back without their scores"),
        pytest.param([("�", -1.0), ("�", -3.0)], "é", [(4, 5, -3.0)], id="one character of two tokens"),
        pytest.param([], "abc", [], id="no scores"),
    ],
)
def test_tokens_are_placed_where_their_text_stands(
    tokens: list[tuple[str, float]], text: str, expected: list[tuple[int, int, float]]
) -> None:
    spans = placed([ScoredToken(*token) for token in tokens], text, 4, 4 + len(text))

    assert [(span.start, span.end, span.logprob) for span in spans] == expected


def test_a_piece_that_lost_characters_counts_as_its_least_likely_token() -> None:
    tokens = [ScoredToken("a", -0.1), ScoredToken("<", -2.0)]

    assert placed(tokens, "a<", 0, 1) == [ScoredSpan(0, 1, -2.0)]
    assert placed(tokens, "a<", 3, 3) == []


@pytest.mark.parametrize(
    ("clean", "expected"),
    [
        pytest.param("return total(items)", "return", id="as it was said"),
        pytest.param("return", "return", id="the end dropped"),
        pytest.param("  return\ttotal(items)", "  return", id="other blanks"),
        pytest.param("turn total(items)", "turn", id="the beginning dropped"),
        pytest.param("another text", "", id="another text altogether"),
    ],
)
def test_the_cut_is_found_again_in_what_the_filters_left(clean: str, expected: str) -> None:
    said, spans = scored(("return", 0.9), (" total", 0.1), ("(items)", 0.9))

    assert likely_part(clean, said, spans, 0.5) == expected


words = st.lists(
    st.tuples(st.sampled_from(["a", "_b", " foo", ".", "(", "\n", "\n    ", "é", "bar9"]), st.floats(0.01, 1))
)


@given(words, st.floats(0, 1), st.integers(0, 40))
def test_what_is_shown_is_a_beginning_that_ends_with_a_whole_name(tokens: Tokens, least: float, typed: int) -> None:
    text, spans = scored(*tokens)
    rest = text[typed:]
    length = likely_length(rest, left_after(spans, typed), least)

    assert 0 <= length <= len(rest)
    assert length in {0, len(rest)} or not (rest[length - 1].isalnum() and rest[length : length + 1].isalnum())


@given(words, st.floats(0.01, 1), st.floats(0.01, 1))
def test_who_asks_for_more_certainty_is_never_shown_more(tokens: Tokens, one: float, other: float) -> None:
    text, spans = scored(*tokens)

    assert likely_length(text, spans, max(one, other)) <= likely_length(text, spans, min(one, other))
