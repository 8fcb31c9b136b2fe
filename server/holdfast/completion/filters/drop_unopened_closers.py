"""A bracket that is already closed behind the cursor is not closed again."""

from holdfast.completion.filters.brackets import OPENER_OF, closes_too_much
from holdfast.cursor import Cursor


def drop_unopened_closers(text: str, cursor: Cursor) -> str:
    """`text` without the closers at its end that the rest of the line has, too, for the same opener."""
    behind = cursor.line_after
    stripped = text.rstrip(" ;,")
    end = len(stripped)
    while end and stripped[end - 1] in OPENER_OF and stripped[end - 1] in behind:
        if not closes_too_much(stripped[:end], behind, cursor.line_before):
            break
        end -= 1
    return text if end == len(stripped) else stripped[:end]
