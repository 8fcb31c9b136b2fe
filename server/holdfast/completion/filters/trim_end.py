"""White space at the end is nobody's suggestion."""

from typing import Final

from holdfast.cursor import Cursor

_OPENERS: Final = "([{"
_NO_SPACE_BEFORE: Final = ")]};,:."


def trim_end(text: str, cursor: Cursor) -> str:
    """`text` without trailing white space, but for a space that keeps it from the next word on the line."""
    kept = text.rstrip()
    behind = cursor.line_after[:1]
    if not kept or not text[len(kept) :].startswith(" ") or not behind or behind.isspace():
        return kept
    return kept if kept[-1] in _OPENERS or behind in _NO_SPACE_BEFORE else f"{kept} "
