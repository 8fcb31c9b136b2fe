"""The beginning of the line, which the model says once more before it goes on."""

from typing import Final

from holdfast.cursor import Cursor

_LEAST: Final = 3
_LONGEST: Final = 400


def drop_what_precedes(text: str, cursor: Cursor) -> str:
    """`text` without what stands before the cursor on its line, where it begins with all of that and goes on."""
    said = cursor.line_before.strip()
    # One word and a bracket alone is a call inside the same call.
    has_words = any(map(str.isspace, cursor.line_before.lstrip())) and any(map(str.isalpha, said))
    if not _LEAST <= len(said) <= _LONGEST or not has_words:
        return text
    begin = len(text) - len(text.lstrip(" \t"))
    if not text.startswith(said, begin):
        return text
    rest = text[begin + len(said) :]
    is_word = said[-1].isalnum() or said[-1] == "_"
    if is_word and not (cursor.line_before[-1:].isspace() and rest[:1].isspace()):
        return text
    if cursor.line_before[-1:].isspace():
        rest = rest.lstrip(" \t")
    return rest if rest.strip() else text
