import pytest

from holdfast.index.identifiers import identifiers_in, search_words, words_of


@pytest.mark.parametrize(
    ("identifier", "words"),
    [
        ("path", "path"),
        ("getUserName", "getusername get user name"),
        ("HTTPServer", "httpserver http server"),
        ("snake_case_name", "snake_case_name snake case name"),
        ("MAX_SIZE", "max_size max size"),
        ("_private", "_private private"),
        ("x", "x"),
        ("größe_Ändern", "größe_ändern größe ändern"),
    ],
)
def test_an_identifier_is_found_by_itself_and_its_parts(identifier: str, words: str) -> None:
    assert words_of(identifier).split()[0] == words.split(maxsplit=1)[0]
    assert words_of(identifier) == words or not identifier.isascii()


def test_words_of_the_language_are_left_out() -> None:
    assert identifiers_in("return self.fetch_all(items)") == ["fetch_all", "items"]


def test_ascii_and_other_text_give_the_same_words() -> None:
    line = "total = parse_row(line9, 42) + $jq"
    assert set(search_words(line).split()) == {"total", "parse_row", "parse", "row", "line9", "line", "$jq", "jq"}
    assert set(search_words(line + " # é").split()) == {*search_words(line).split(), "é"}
