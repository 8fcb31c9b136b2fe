"""White space at the end is nobody's suggestion."""

from holdfast.cursor import Cursor


def trim_end(text: str, cursor: Cursor) -> str:
    """`text` without trailing white space, but for a space that keeps its last word from the next one on the line."""
    kept = text.rstrip()
    if kept and text[len(kept) :].startswith(" ") and _is_word(kept[-1]) and _is_word(cursor.line_after[:1]):
        return f"{kept} "
    return kept


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"
