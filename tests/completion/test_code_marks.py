import pytest

from holdfast.completion.code_marks import brackets_of, closers_for, ends_in_comment, lines_inside, openers_by_closer


def unpaired(text: str, language: str) -> tuple[str, str]:
    found = brackets_of(text, language)
    return "".join(bracket.char for bracket in found.unopened), "".join(bracket.char for bracket in found.unclosed)


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        pytest.param("f(a[1])", "python", ("", ""), id="pairs"),
        pytest.param("a) + g(b", "python", (")", "("), id="one of each"),
        pytest.param("f(a[1)", "python", ("", ""), id="a closer takes what was left open inside"),
        pytest.param("f(')')", "python", ("", ""), id="a string"),
        pytest.param("f('\\')')", "python", ("", ""), id="an escaped quote"),
        pytest.param("f(  # )\n)", "python", ("", ""), id="a comment"),
        pytest.param('f("""\n)\n""")', "python", ("", ""), id="a string of several lines"),
        pytest.param("f('a\n)", "python", ("", ""), id="a string ends with its line"),
        pytest.param("f(`\n)\n`)", "javascript", ("", ""), id="a template"),
        pytest.param("f(/* ) */ a) // )", "javascript", ("", ""), id="comments of two kinds"),
        pytest.param("if (c == ')') {", "c", ("", "{"), id="a character"),
        pytest.param("fn f<'a>(x: &'a str) {", "rust", ("", "{"), id="a lifetime"),
        pytest.param('f("\n)\n")', "rust", ("", ""), id="a string over lines where that is allowed"),
        pytest.param("-- )\nSELECT ('(')", "sql", ("", ""), id="sql"),
        pytest.param("--[[ ( ]] f(", "lua", ("", "("), id="lua"),
        pytest.param("cat <<EOF\n(\nEOF\n)", "shellscript", (")", ""), id="a here document"),
        pytest.param("echo $# (", "shellscript", ("", "("), id="a hash inside a word"),
        pytest.param("see you :)", "markdown", ("", ""), id="prose"),
        pytest.param('f(")")', "some-language", ("", ""), id="a language of which nothing is known"),
    ],
)
def test_brackets_without_a_partner(text: str, language: str, expected: tuple[str, str]) -> None:
    assert unpaired(text, language) == expected


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        pytest.param("a\nb", "python", [False, False], id="two statements"),
        pytest.param("f(\n  a,\n)\nb", "python", [False, True, True, False], id="a call"),
        pytest.param('"""\na\n"""\nb', "python", [False, True, True, False], id="a string"),
        pytest.param('x = """\na\nb', "python", [False, True, True], id="a string that is open"),
        pytest.param("/*\n*/\na", "c", [False, True, False], id="a comment"),
        pytest.param("```\na\n```\nb", "markdown", [False, True, True, False], id="a fence"),
    ],
)
def test_lines_that_begin_inside_something(text: str, language: str, expected: list[bool]) -> None:
    assert lines_inside(text, language) == expected


def test_each_closer_has_its_opener_or_none() -> None:
    assert openers_by_closer("f(a, g(b)) + c)", "python") == {8: 6, 9: 1, 14: None}


def test_the_closers_a_text_still_needs() -> None:
    assert closers_for("f(a => { g([", "javascript") == "])})"


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("x = 1  # adds ", "python", True),
        ("x = '#", "python", False),
        ("a // b", "javascript", True),
        ("a // b", "python", False),
        ("", "python", False),
        ("/* a */", "javascript", False),
    ],
)
def test_the_end_of_a_comment(text: str, language: str, *, expected: bool) -> None:
    assert ends_in_comment(text, language) is expected


@pytest.mark.parametrize(("others", "unopened"), [(49, ""), (50, ")")], ids=["in-reach", "too-deep"])
def test_a_closer_looks_for_its_opener_past_so_many_that_were_left_open(others: int, unopened: str) -> None:
    assert unpaired(f"({'[' * others})", "python")[0] == unopened
