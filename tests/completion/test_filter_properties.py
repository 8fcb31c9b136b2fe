"""What holds for any text at any place: what is shown is what the model wrote, with the declared filters applied."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cursor_notation import at
from golden_cases import golden_cases
from holdfast.completion.filters.order import FILTERS, clean
from holdfast.completion.shown_part import shown_part
from holdfast.cursor import Cursor
from holdfast.index.languages import LANGUAGES
from holdfast.reasons import is_reason

LANGUAGE_IDS = [row.id for row in LANGUAGES]
PIECES = [
    *("a", "total", "x = ", "return a", "def f():", "if a:", "else:", "end", "import os", "}", "{", "(", ")", "[", "]"),
    *(
        "\n",
        "\n",
        "\n    ",
        "\n\t",
        " ",
        "    ",
        "\r\n",
        "```",
        "```python\n",
        '"',
        "'",
        '"""',
        "`",
        "#",
        "//",
        "/*",
        "*/",
    ),
    *(
        "<|im_end|>",
        "Sure, here is the code:\n",
        "# shop/cart.py\n",
        "diff --git a b\n",
        ",",
        ";",
        "<p>",
        "</p>",
        "日",
        "👩‍👩‍👧",
        "e\u0301",
    ),
    *("\\", "\x00", "\ufeff", "\u2028", "<<EOF", "EOF", "- ", "key: ", "--", "$(", "case x in a)", "fi", "|"),
]
texts = st.lists(st.sampled_from(PIECES), max_size=16).map("".join)
languages = st.sampled_from(LANGUAGE_IDS)
GOLDEN = golden_cases()


def cursor_of(before: str, after: str, language: str) -> Cursor:
    return at(f"{before}║{after}", language=language)


def without_white(text: str) -> str:
    return re.sub(r"\s+", "", text)


def alike(lines: list[str]) -> list[str]:
    return [line.rstrip() for line in lines]


@given(texts, texts, texts, languages)
@settings(max_examples=250, deadline=None)
def test_what_is_left_is_a_part_of_what_was_said_or_there_is_a_reason(
    before: str, after: str, said: str, language: str
) -> None:
    left, reason = clean(said, cursor_of(before, after, language))

    # Indentation and line ends are the only things that are rewritten, and both are white space.
    assert without_white(left) in without_white(said)
    assert (not left) == (reason is not None and is_reason(reason))


@given(texts, texts, texts, languages)
@settings(max_examples=250, deadline=None)
def test_cleaning_twice_is_cleaning_once(before: str, after: str, said: str, language: str) -> None:
    cursor = cursor_of(before, after, language)
    left, reason = clean(said, cursor)

    assert clean(left, cursor) == (left, None if left else "empty" if reason else None)


@given(texts, texts, texts, languages)
@settings(max_examples=250, deadline=None)
def test_the_next_line_is_never_said(before: str, after: str, said: str, language: str) -> None:
    cursor = cursor_of(before, after, language)
    left, _ = clean(said, cursor)
    below = alike([line for line in cursor.after.replace("\r", "\n").split("\n")[1:] if line.strip()][:1])
    lines = alike(left.replace("\r\n", "\n").split("\n"))[1:]

    if not cursor.line_after.strip():
        assert [line for line in lines if line and [line] == below] == []


@given(texts, st.sampled_from(["items)", "items:", "b, c)", "total;", "in items:"]), languages)
@settings(max_examples=150, deadline=None)
def test_the_rest_of_the_line_is_never_said(said: str, rest: str, language: str) -> None:
    left, _ = clean(f"{said}{rest}", at(f"first(║{rest}\n", language=language))
    left = left.rstrip()

    # A text that needs its own bracket at its end may end alike.
    assert not left.endswith(rest) or (rest[-1] == ")" and left.count("(") >= left.count(")"))


@given(texts, texts, texts, languages)
@settings(max_examples=250, deadline=None)
def test_what_is_settled_in_the_stream_is_what_the_whole_text_gives(
    before: str, after: str, said: str, language: str
) -> None:
    cursor = cursor_of(before, after, language)
    whole = shown_part(said, cursor, finished=True)
    parts = [shown_part(said[:end], cursor, finished=False) for end in range(len(said) + 1)]

    assert [part.text for part in parts if part.settled and part.text != whole.text] == []
    assert [part.text for part in parts if part.has_line and not whole.text.startswith(part.text)] == []


@given(st.sampled_from(GOLDEN), st.integers(0, 400), texts)
@settings(max_examples=150, deadline=None)
def test_any_part_of_real_code_with_anything_in_it(case: object, end: int, noise: str) -> None:
    assert isinstance(case, type(GOLDEN[0]))
    said = f"{case.said[:end]}{noise}{case.said[end:]}"
    part = shown_part(said, case.cursor, finished=True)
    left, _ = clean(part.text, case.cursor)

    assert said.startswith(part.text.rstrip())
    assert without_white(left) in without_white(said)


HOSTILE = {
    "one letter": "a" * 1_000_000,
    "openers": "(" * 100_000,
    "closers": ")" * 100_000,
    "quotes": '"' * 100_000,
    "fences": "```" * 30_000,
    "lines": "x\n" * 50_000,
    "blank lines": "\n" * 100_000,
    "spaces": " " * 1_000_000 + "x",
    "indented blanks": "    \n" * 20_000 + "x",
    "control tokens begun": "<|a" * 30_000,
    "comments begun": "/*" * 50_000,
    "paths": "a/" * 50_000 + "b.py",
    "talk": "Here is the code:\n" * 5_000,
    "periods": "a()\nb()\nc()\n" * 8_000,
    "returns": "\r" * 100_000,
    "here documents": "<<A\n" * 20_000,
    "triple quotes": '"""a' * 20_000,
}


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("language", ["python", "javascript", "shellscript", "markdown", "dockerfile"])
def test_hostile_texts_come_to_an_end(hostile: str, language: str) -> None:
    beside = [("x = ", "\n"), ("x = f(", hostile), (hostile, "\ny = 2\n"), ("", "\n" + hostile)]
    lengths = []
    for before, after in beside:
        cursor = cursor_of(before, after, language)
        part = shown_part(hostile, cursor, finished=True)
        lengths.append(len(clean(part.text, cursor)[0]))
        lengths.append(len(clean(hostile, cursor)[0]))

    assert [length for length in lengths if length > 8_192] == []


@pytest.mark.parametrize("name", [name for name, _ in FILTERS])
@example(before="", after="", said="\n")
@given(before=texts, after=texts, said=texts)
@settings(max_examples=40, deadline=None)
def test_each_filter_alone_only_takes_away(name: str, before: str, after: str, said: str) -> None:
    left = dict(FILTERS)[name](said, cursor_of(before, after, "python"))

    assert without_white(left) in without_white(said)
