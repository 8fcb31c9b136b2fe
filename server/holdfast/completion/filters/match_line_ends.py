"""One kind of line end: that of the document."""

from holdfast.cursor import Cursor


def plain_line_ends(text: str) -> str:
    r"""`text` with "\n" alone."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def match_line_ends(text: str, cursor: Cursor) -> str:
    r"""`text` with the line ends of the document at `cursor`: "\r\n" where it has them, else "\n"."""
    plain = plain_line_ends(text)
    # A single character is found ten times as fast as two, and most documents have none.
    has_returns = any("\r" in part and "\r\n" in part for part in (cursor.before, cursor.after))
    return plain.replace("\n", "\r\n") if has_returns else plain
