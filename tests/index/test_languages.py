import pytest

from holdfast.index.languages import LANGUAGES, Grammar, language_of, share_names
from holdfast.index.syntax import import_query, whole_query


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("a/b.py", "python"),
        ("a/b.pyi", "python"),
        ("a.PY", "python"),
        ("x.jsx", "javascriptreact"),
        ("x.d.ts", "typescript"),
        ("x.tsx", "typescriptreact"),
        ("Dockerfile", "dockerfile"),
        ("src/Makefile", "makefile"),
        ("py", "plaintext"),
        (".py", "python"),
        ("LICENSE", "plaintext"),
        ("strange.", "plaintext"),
        ("", "plaintext"),
    ],
)
def test_a_language_is_known_by_the_name_of_the_file(path: str, language: str) -> None:
    assert language_of(path) == language


@pytest.mark.parametrize("grammar", [row.grammar for row in LANGUAGES if row.grammar], ids=lambda it: it.function)
def test_every_grammar_loads_and_understands_its_query(grammar: Grammar) -> None:
    assert whole_query(grammar).pattern_count > import_query(grammar).pattern_count


def test_no_extension_has_two_languages() -> None:
    extensions = [extension for row in LANGUAGES for extension in row.extensions]
    assert len(extensions) == len(set(extensions))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param("python", "python", True, id="one language"),
        pytest.param("typescriptreact", "javascript", True, id="scripts of one runtime"),
        pytest.param("c", "cpp", True, id="a header and its source"),
        pytest.param("kotlin", "java", True, id="languages of one virtual machine"),
        pytest.param("python", "typescript", False, id="two worlds"),
    ],
)
def test_names_mean_definitions_of_languages_that_share_them(one: str, other: str, *, expected: bool) -> None:
    assert share_names(one, other) is expected
