import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.inference.control_tokens import (
    KNOWN_SPECIAL_TOKENS,
    MARK,
    drop_invisible,
    neutralise,
    own_control_tokens,
    restore,
)
from holdfast.inference.families.qwen import QWEN_CODER

OVERLAPPING = ("<|a|>", "|><|", "<<|a|>", "aa", "aba", "ab", "\n\n")
"""Strings that begin inside, end inside and hold one another, as user-defined tokens of a vocabulary may."""

any_character = st.characters(codec=None)  # lone surrogates too: an editor can send them


def texts_of(tokens: tuple[str, ...]) -> st.SearchStrategy[str]:
    parts = st.one_of(
        st.sampled_from(tokens),
        st.sampled_from(tokens).flatmap(lambda token: st.integers(0, len(token)).map(lambda end: token[:end])),
        st.just(MARK),
        st.text(any_character, max_size=4),
    )
    return st.lists(parts, max_size=12).map("".join)


SPECIALS = [
    pytest.param((), KNOWN_SPECIAL_TOKENS, id="known"),
    pytest.param(OVERLAPPING, OVERLAPPING, id="overlapping"),
    pytest.param(QWEN_CODER.stop, QWEN_CODER.stop, id="the-model's"),
]


@pytest.mark.parametrize(("given_tokens", "tokens"), SPECIALS)
def test_no_special_string_survives_and_every_text_comes_back(
    given_tokens: tuple[str, ...], tokens: tuple[str, ...]
) -> None:
    @given(texts_of(tokens))
    def check(text: str) -> None:
        neutral = neutralise(text, given_tokens)

        assert [token for token in tokens if token in neutral] == []
        assert restore(neutral) == text

    check()


@pytest.mark.parametrize(("given_tokens", "tokens"), SPECIALS)
def test_a_beginning_of_a_neutralised_text_comes_back_as_a_beginning(
    given_tokens: tuple[str, ...], tokens: tuple[str, ...]
) -> None:
    @given(texts_of(tokens))
    def check(text: str) -> None:
        neutral = neutralise(text, given_tokens)
        restored = [restore(neutral[:end]) for end in range(len(neutral) + 1)]

        assert all(text.startswith(part) for part in restored)
        assert all(later.startswith(earlier) for earlier, later in itertools.pairwise(restored))

    check()


@pytest.mark.parametrize(
    ("entries", "own"),
    [
        (("<prefix>", "<suffix>", "<middle>", "<eoh>"), ("<eoh>", "<middle>", "<prefix>", "<suffix>")),
        (("<user>", "<sep>", "</s>"), ("<sep>", "<user>")),
        (("<table>", "</h1>", "<strong>", "\n\n"), ()),
        (("\u2581<PRE>", "\u2581[HOLE]"), ("[HOLE]",)),
        (("\u2581\u2581", "+"), ()),
    ],
    ids=["a-hole-like-a-tag", "roles-like-tags", "html-of-gemma", "sentencepiece", "blanks-and-single-characters"],
)
def test_a_models_own_control_tokens(entries: tuple[str, ...], own: tuple[str, ...]) -> None:
    assert own_control_tokens(entries) == own


def test_text_without_special_strings_stays_as_it_is() -> None:
    text = "if a < b | c > d:\n    return '<|>'  # é 漢 \U0001f600"

    assert neutralise(text) == text


@pytest.mark.parametrize("token", list(QWEN_CODER.stop))
def test_every_control_token_of_a_template_is_among_the_known(token: str) -> None:
    assert token in KNOWN_SPECIAL_TOKENS


def test_a_vocabulary_of_single_characters_breaks_nothing() -> None:
    assert neutralise("a+b", ("+",)) == "a+b"


@pytest.mark.parametrize(
    ("text", "visible"),
    [
        pytest.param("a\u200bb", "ab", id="zero-width-space"),
        pytest.param("a\u202eb\u202c", "ab", id="right-to-left-override"),
        pytest.param("\ufeffa", "a", id="byte-order-mark"),
        pytest.param("a\u2066b\u2069", "ab", id="isolates"),
        pytest.param("a\u061cb", "ab", id="arabic-letter-mark"),
        pytest.param("a\U000e0041\U000e0100b", "ab", id="tags-and-variation-selectors"),
        pytest.param("a\tb\n é漢\U0001f600", "a\tb\n é漢\U0001f600", id="visible-text-stays"),
    ],
)
def test_invisible_characters_are_dropped(text: str, visible: str) -> None:
    assert drop_invisible(text) == visible


def test_a_token_hidden_by_an_invisible_character_is_found_once_that_is_gone() -> None:
    hidden = "<|fim\u200b_middle|>"

    assert re.search(r"<\|fim_middle\|>", neutralise(drop_invisible(hidden))) is None
