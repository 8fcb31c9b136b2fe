import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cursor_notation import at
from holdfast.completion.filters.order import FILTERS, clean
from holdfast.reasons import is_reason

CASES: dict[str, list[dict[str, Any]]] = tomllib.loads(
    (Path(__file__).parents[2] / "fixtures/completions/filters.toml").read_text(encoding="utf-8")
)
LISTED = [pytest.param(name, case, id=f"{name}: {case['name']}") for name, cases in CASES.items() for case in cases]


def test_every_filter_has_its_cases() -> None:
    assert list(CASES) == [name for name, _ in FILTERS]


@pytest.mark.parametrize(("name", "case"), LISTED)
def test_one_filter(name: str, case: dict[str, Any]) -> None:
    cursor = at(case["at"], language=case.get("language", "python"))

    assert dict(FILTERS)[name](case["text"], cursor) == case["left"]


@pytest.mark.parametrize(
    ("marked", "text", "expected"),
    [
        pytest.param("x = ║\n", "```python\nsum(a)\n```", ("sum(a)", None), id="clean-text"),
        pytest.param("x = ║\n", "", ("", "empty"), id="nothing"),
        pytest.param("if ║in items:\n", "item in items:", ("item ", None), id="words-stay-apart"),
        pytest.param("x = ║\n", "<|endoftext|>", ("", "filtered:drop_chat_noise"), id="noise"),
        pytest.param("x = f(║)\n", ")", ("", "filtered:drop_what_follows"), id="what-follows"),
        pytest.param("a.pay()\n║\n", "a.pay()", ("", "filtered:drop_repeated_lines"), id="the-line-above"),
        pytest.param("f(g(║]))\n", ")", ("", "filtered:drop_unopened_closers"), id="closer"),
    ],
)
def test_all_in_order(marked: str, text: str, expected: tuple[str, str | None]) -> None:
    assert clean(text, at(marked)) == expected


pieces = st.lists(
    st.sampled_from(["a", "b", "(", ")", "[", "]", "{", "}", "\n", " ", "    ", "```", '"', "<|im_end|>", ",", ";"]),
    max_size=14,
).map("".join)


@given(pieces, pieces, pieces)
def test_what_is_left_is_a_part_of_the_text_or_there_is_a_reason(before: str, after: str, text: str) -> None:
    left, reason = clean(text, at(f"{before}║{after}"))

    assert left in text
    assert left.rstrip() == left.removesuffix(" ")
    assert (not left) == (reason is not None and is_reason(reason))


@given(pieces, pieces)
def test_a_balanced_text_keeps_its_closers(inside: str, before: str) -> None:
    text = f"call({''.join(char for char in inside if char.isalpha())})"

    assert clean(text, at(f"{before}call(║)"))[0] == text
