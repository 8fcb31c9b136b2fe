import pytest

from holdfast.evaluation.prose_lines import prose_lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param('"""One.\n\nTwo.\n"""\nx = """no\nno"""\n', {0, 1, 2, 3}, id="docstrings, not other strings"),
        pytest.param("x = 1  # no\n    # yes\n", {1}, id="a line that is only a comment"),
        pytest.param("def (:\n# yes\n", {1}, id="a file that does not parse"),
        pytest.param("a\0b\n# yes", {1}, id="NUL"),
    ],
)
def test_lines_for_people(text: str, lines: set[int]) -> None:
    assert prose_lines(text) == lines
