import pytest

from holdfast.lsp.documents import TextChange
from holdfast.lsp.one_key import offset_after_key


@pytest.mark.parametrize(
    ("changes", "offset"),
    [
        pytest.param([TextChange(4, 0, "a")], 5, id="a-character"),
        pytest.param([TextChange(4, 0, "\n")], 5, id="enter"),
        pytest.param([TextChange(4, 0, "\r\n    ")], 10, id="enter-with-indentation"),
        pytest.param([TextChange(4, 0, "()")], 5, id="a-bracket-that-the-editor-closes"),
        pytest.param([TextChange(4, 0, '""')], 5, id="a-quote-that-the-editor-closes"),
        pytest.param([TextChange(4, 1, "")], None, id="delete"),
        pytest.param([TextChange(4, 1, "a")], None, id="replace"),
        pytest.param([TextChange(4, 0, "total()")], None, id="paste-or-accept"),
        pytest.param([TextChange(4, 0, "a"), TextChange(1, 0, "a")], None, id="several-cursors"),
        pytest.param([], None, id="nothing"),
    ],
)
def test_what_looks_like_one_key(changes: list[TextChange], offset: int | None) -> None:
    assert offset_after_key(changes) == offset
