"""White space at the end is nobody's suggestion."""

from holdfast.cursor import Cursor


def trim_end(text: str, cursor: Cursor) -> str:
    """`text` without trailing white space, and nothing when only white space is left."""
    del cursor
    return text.rstrip() if text.strip() else ""
