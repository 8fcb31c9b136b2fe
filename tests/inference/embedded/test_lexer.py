import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.inference.embedded.lexer import MAX_LINE_CHARACTERS, count_words, lex_line, lines_of, split_tokens


@pytest.mark.parametrize(
    ("line", "tokens"),
    [
        pytest.param("x = y", ("x", " =", " y"), id="white space goes with the token after it"),
        pytest.param("a->b  == c", ("a", "->", "b", "  ==", " c"), id="operators of several characters"),
        pytest.param('f"""doc', ("f", '"""', "doc"), id="triple quotes are one token"),
        pytest.param("# ------", ("#", " ------"), id="a rule is one token"),
        pytest.param("é𝒳 = 𐐷", ("é𝒳", " =", " 𐐷"), id="names beyond the basic plane"),
        pytest.param("", (), id="nothing"),
    ],
)
def test_a_line_is_cut_into_tokens(line: str, tokens: tuple[str, ...]) -> None:
    assert split_tokens(line) == tokens


@given(st.text(st.characters(exclude_characters="\r\n"), max_size=60))
def test_tokens_join_back_to_the_line(line: str) -> None:
    assert "".join(split_tokens(line)) == line.rstrip()


@pytest.mark.parametrize(
    "line", ["x" * (MAX_LINE_CHARACTERS + 1), "a = '\0'", "\x1b[0m"], ids=["huge", "NUL", "escape"]
)
def test_lines_that_are_no_code_are_gaps(line: str) -> None:
    assert lex_line(line) is None


def test_every_kind_of_line_break_breaks() -> None:
    assert list(lines_of("a\r\nb\rc\n")) == ["a", "b", "c", ""]


def test_words_are_counted_without_white_space() -> None:
    assert count_words("foo(bar):  \n") == 5
