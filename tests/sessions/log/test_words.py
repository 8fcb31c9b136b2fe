import pytest

from holdfast.sessions.entries.entry import Draft
from holdfast.sessions.log.words import distinct_words, entry_words, words_of
from sessions_fixture import said, sealed, told


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        pytest.param("retryCount", ("retrycount", "retry", "count"), id="camel"),
        pytest.param("retry_count", ("retrycount", "retry", "count"), id="snake"),
        pytest.param("HTTPServer2", ("httpserver2", "http", "server"), id="acronym and number"),
        pytest.param("plain", ("plain",), id="plain"),
        pytest.param("404", ("404",), id="number"),
        pytest.param("x" * 90, ("x" * 60,), id="endless"),
        pytest.param("検索機能", ("検索", "索機", "機能"), id="no spaces between words"),
        pytest.param("API検索", ("api", "検索"), id="two scripts"),
    ],
)
def test_a_token_is_found_by_itself_and_by_its_parts(token: str, expected: tuple[str, ...]) -> None:
    assert words_of(token) == expected


def test_words_are_folded_and_kept_with_their_stems() -> None:
    assert distinct_words("Retries of the Café") == ["retries", "retry", "of", "the", "cafe", "caf"]


def test_hangul_stays_whole() -> None:
    assert distinct_words("검색어") == ["검색", "색어"]


def test_what_a_tool_printed_is_not_searched_but_what_was_said_is() -> None:
    printed = Draft(1, "tool", ({"type": "tool_result", "id": "1", "text": "secretive output"},), "assistant")
    spoken, output = sealed([said("Use `jitter`"), printed], project="ab12")

    assert entry_words(spoken).split() == ["§tclaudecode", "§pab12", "use", "jitter"]
    assert entry_words(output) == ""


def test_a_file_worked_on_is_found_by_its_name_and_definitions() -> None:
    draft = told(to="file", path="src/chunk_reader.py")
    (entry,) = sealed([draft])

    assert "chunkreader" in entry_words(entry).split()
    assert "chunk" in entry_words(entry).split()


def test_no_text_gives_the_words_that_narrow_a_search() -> None:
    assert distinct_words("§tclaudecode §pab12") == ["tclaudecode", "tclaudecod", "pab12"]


def test_a_long_text_is_searched_at_its_beginning_and_its_end() -> None:
    text = "alpha " + "filling " * 20_000 + "omega"
    (entry,) = sealed([said(text)])

    assert {"alpha", "omega"} <= set(entry_words(entry).split())
