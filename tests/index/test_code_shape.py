import pytest

from holdfast.index.code_shape import MOST_BYTES, is_clean, is_one_statement, load_shapes
from holdfast.index.languages import LANGUAGES


@pytest.mark.parametrize(
    ("language", "source", "expected"),
    [
        ("python", "def f():\n    return 1\n", True),
        ("python", "def f(:\n", False),
        ("javascript", "const a = ;", False),
        ("dockerfile", "FROM a\n", None),
        ("python", "x = 1\n" * (MOST_BYTES // 6 + 1), None),
        ("python", "x = '日'\n" * (MOST_BYTES // 8 - 1), None),
        ("python", "x = '\ud800'\n", True),
        ("python", "", True),
    ],
    ids=["clean", "broken", "missing", "no grammar", "too long", "too many bytes", "half a character", "empty"],
)
def test_whether_code_parses(language: str, source: str, *, expected: bool | None) -> None:
    assert is_clean(language, source) is expected


@pytest.mark.parametrize(
    ("language", "source", "other", "expected"),
    [
        pytest.param("python", "if a:\n    b\nelse:\n    c\n", "else", True, id="else"),
        pytest.param("python", "if a:\n    b\nd\n", "d\n", False, id="the next statement"),
        pytest.param("python", "é = 'ü'\nd\n", "d\n", False, id="places are counted in characters"),
        pytest.param("javascript", "try {\n}\ncatch (e) {\n}\n", "catch", True, id="catch"),
        pytest.param("java", "class A\n{\n}\n", "{", True, id="a brace on its own line"),
        pytest.param("yaml", "a:\n- b\nc: d\n", "- b", True, id="a list at its key's column"),
        pytest.param("yaml", "a:\n- b\nc: d\n", "c:", False, id="the next key"),
        pytest.param("html", "<p>\na\n</p>\n<p></p>\n", "</p>", True, id="a closing tag"),
        pytest.param("python", "a ((\nd = = \n", "d =", None, id="not to be told"),
        pytest.param("dockerfile", "FROM a\nRUN b\n", "RUN", None, id="no grammar"),
    ],
)
def test_whether_two_places_are_one_statement(language: str, source: str, other: str, *, expected: bool | None) -> None:
    assert is_one_statement(language, source, 0, source.index(other)) is expected


def test_every_grammar_can_be_loaded_ahead() -> None:
    for row in LANGUAGES:
        load_shapes(row.id)

    assert [row.id for row in LANGUAGES if row.grammar is not None and is_clean(row.id, "") is None] == []
