"""A file's bytes as lines and back, every byte kept: byte order marks, encodings, line ends of every kind, even mixed."""

import codecs
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from holdfast.manifest.writing.refusal import ManifestRefused

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LINE: Final = re.compile(r"([^\r\n]*)(\r\n|\n|\r|\Z)")
_ONE_BYTE: Final = "latin-1"
"""Stands for any encoding of one byte a character: what is not ASCII is kept and never read."""
_PLAINER: Final = {"“": '"', "”": '"', "…": "...", "≥": ">=", "\N{EN DASH}": "-"}


@dataclass(frozen=True, slots=True)
class Line:
    """A line and what ends it: LF, CRLF, CR, or nothing at the end of the file."""

    text: str
    end: str


@dataclass(frozen=True, slots=True)
class TextForm:
    """How a file's bytes become text."""

    byte_order_mark: bytes
    encoding: str


def read_lines(data: bytes) -> tuple[TextForm, tuple[Line, ...]]:
    """The form and the lines of a file; `write_lines` gives the same bytes back. ManifestRefused where it cannot."""
    mark, encoding = next(((mark, name) for mark, name in _MARKS if data.startswith(mark)), (b"", "utf-8"))
    body = data[len(mark) :]
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            raise ManifestRefused(
                f"The file begins as {encoding.upper()} and is not.", remedy="Save it as UTF-8; nothing was changed."
            ) from error
        encoding, text = _ONE_BYTE, body.decode(_ONE_BYTE)
    lines = tuple(Line(found[1], found[2]) for found in _LINE.finditer(text) if found[0])
    return TextForm(mark, encoding), lines


def write_lines(form: TextForm, lines: Sequence[Line]) -> bytes:
    """The bytes of a file."""
    return form.byte_order_mark + "".join(line.text + line.end for line in lines).encode(form.encoding)


def in_form(form: TextForm, text: str) -> str:
    """`text` as the file can hold it: in ASCII where its encoding is not known."""
    if form.encoding != _ONE_BYTE:
        return text
    plainer = "".join(_PLAINER.get(mark, mark) for mark in text)
    return unicodedata.normalize("NFKD", plainer).encode("ascii", "ignore").decode()
