from pathlib import Path

import pytest

from holdfast.cursor import Cursor
from holdfast.evaluation.lsp_editor import TypedDocument, initialize_params, inserted_text, utf16_length
from holdfast.evaluation.lsp_messages import Message
from holdfast.evaluation.lsp_typing import position_at_end
from holdfast.evaluation.typing_trace import Passage, SourceFile

TEXT = "def first():\n    text = 'é😀'; other = 1\n    return text\n\n\ndef second():\n    pass\n"


def applied(text: str, change: Message) -> str:
    """The text after a change, as an editor counts: lines, and code units of UTF-16."""
    offsets = []
    for end in ("start", "end"):
        line, column = change["range"][end]["line"], change["range"][end]["character"]
        before = "".join(text.splitlines(keepends=True)[:line])
        rest = text[len(before) :].encode("utf-16-le")[: 2 * column].decode("utf-16-le")
        offsets.append(len(before) + len(rest))
    inserted: str = change["text"]
    return text[: offsets[0]] + inserted + text[offsets[1] :]


@pytest.mark.parametrize("start", [TEXT.index("first"), TEXT.index("; other"), TEXT.index("return")], ids=str)
def test_the_keys_of_a_passage_make_the_file_again(start: int) -> None:
    passage = Passage(SourceFile("a.py", "python", TEXT), start, TEXT.index("def second") - 1)
    document = TypedDocument(Path("/w"), passage)
    text = document.opened()["params"]["textDocument"]["text"]
    assert text == TEXT[: passage.start] + TEXT[passage.end :]
    for number, (done, _) in enumerate(passage.keystrokes(), start=2):
        params = document.key(done)["params"]
        assert params["textDocument"] == {"uri": "file:///w/a.py", "version": number}
        text = applied(text, params["contentChanges"][0])
        assert text == TEXT[: passage.start + done] + TEXT[passage.end :]
        assert document.place == position_at_end(TEXT[: passage.start + done])
    assert text == TEXT


def test_units_are_those_of_utf_16() -> None:
    assert [utf16_length(text) for text in ("", "abc", "é", "😀", "\ud800")] == [0, 3, 1, 2, 1]


def test_the_first_suggestion_counts_and_none_is_empty() -> None:
    assert inserted_text([{"insertText": "first"}, {"insertText": "second"}]) == "first"
    assert inserted_text([]) == inserted_text(None) == ""


def test_settings_stand_beside_trust() -> None:
    options = initialize_params(Path("/w"), {"endpoint": "x"})["initializationOptions"]
    assert options == {"workspaceTrusted": True, "endpoint": "x"}


def test_a_cursor_has_the_place_behind_what_stands_before_it() -> None:
    cursor = Cursor("file:///w/a.py", Path("/w"), "a.py", "python", "a\n😀b", "\n")
    assert position_at_end(cursor.before) == {"line": 1, "character": 3}
