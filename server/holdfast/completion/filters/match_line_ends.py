"""One kind of line end: that of the document."""

from holdfast.cursor import Cursor


def plain_line_ends(text: str) -> str:
    r"""`text` with "\n" alone."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def match_line_ends(text: str, cursor: Cursor) -> str:
    r"""`text` with the line ends of the document at `cursor`: "\r\n" where it has them, else "\n"."""
    plain = plain_line_ends(text)
    has_returns = "\r\n" in cursor.before or "\r\n" in cursor.after
    return plain.replace("\n", "\r\n") if has_returns else plain
