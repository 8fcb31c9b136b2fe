"""Cursors written as text: ║ stands where the cursor is."""

from pathlib import Path
from typing import Final

from holdfast.cursor import Cursor

CURSOR: Final = "║"


def at(
    marked: str, *, path: str = "shop/cart.py", language: str = "python", root: Path | None = Path("/w/shop")
) -> Cursor:
    """The cursor of a marked text; it must have exactly one mark."""
    before, mark, after = marked.partition(CURSOR)
    if not mark or CURSOR in after:
        raise ValueError("one ║ is needed")
    uri = f"file:///w/shop/{path}"
    return Cursor(uri, root, path, language, before, after)
