"""A bracket that is already closed behind the cursor is not closed again."""

from holdfast.completion.filters.brackets import first_needless_closer
from holdfast.completion.near_code import near_code
from holdfast.cursor import Cursor


def drop_unopened_closers(text: str, cursor: Cursor) -> str:
    """`text` up to the first closer for which no open bracket is left; strings and comments do not count."""
    end = first_needless_closer(text, near_code(cursor), cursor.language)
    return text if end is None else text[:end]
