import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cursor_notation import at
from holdfast.completion.filters.bound_length import bound_length
from holdfast.completion.filters.order import FILTERS, clean
from holdfast.completion.filters.refuse_broken_syntax import refuse_broken_syntax
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


@pytest.mark.parametrize(
    ("marked", "language", "text", "left"),
    [
        pytest.param("int f();\n" * 60 + "║\n", "cpp", "}", "}", id="of-a-namespace-out-of-sight"),
        pytest.param("int g();\n║\n", "cpp", "}", "", id="of-nothing"),
    ],
)
def test_what_closes_a_block_that_is_not_seen_breaks_nothing(marked: str, language: str, text: str, left: str) -> None:
    above = "namespace shop {\n" if left else ""

    assert refuse_broken_syntax(text, at(f"{above}{marked}", language=language)) == left


@pytest.mark.parametrize(("language", "is_left"), [("c", True), ("cpp", True), ("java", False)])
def test_a_macro_may_stand_for_anything_where_there_are_macros(language: str, *, is_left: bool) -> None:
    text = "LIST_FOR_EACH(pos, head) pos->x = 1;"

    left = refuse_broken_syntax(text, at("void f() {\n    ║\n}\n", language=language))

    assert left == (text if is_left else "")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        pytest.param("x" * 1_000, "x" * 1_000, id="a-long-line"),
        pytest.param("x" * 1_001, "", id="a-line-that-nobody-wrote"),
        pytest.param(f"a()\n{'x' * 1_001}\nb()", "a()", id="one-among-others"),
        pytest.param("a()\nb()\n" * 200, "a()\nb()\n" * 200, id="many-lines"),
        pytest.param("12345\n" * 1_400, ("12345\n" * 1_365)[:-1], id="more-than-8192-characters"),
    ],
)
def test_a_text_is_bounded_and_so_is_each_of_its_lines(text: str, left: str) -> None:
    assert bound_length(text, at("║")) == left
