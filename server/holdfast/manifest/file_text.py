"""The text of one manifest file, or why it is not read."""

import codecs
import hashlib
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

LARGEST_BYTES: Final = 256 * 1024
MOST_LINES: Final = 20_000
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MOST_DAMAGED: Final = 0.05
_DIGEST_BYTES: Final = 20
_PRIVATE_KEY: Final = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY")
"""As PEM and OpenPGP write it; looked for in the text, whatever its encoding."""


@dataclass(frozen=True, slots=True)
class FileText:
    """`digest` is of the bytes; `refusal` ends a sentence that the file's name begins, "" where it was read."""

    text: str = ""
    digest: str = ""
    size: int = 0
    damaged: int = 0
    refusal: str = ""


def read_file_text(file: Path) -> FileText:
    """The text of `file`: UTF-8, or UTF-16 with its mark. Places that are not are replaced and counted."""
    try:
        status = file.stat()
        if not stat.S_ISREG(status.st_mode):
            return FileText(refusal="is not a file and is not read")
        if status.st_size > LARGEST_BYTES:
            return FileText(refusal=f"is larger than {LARGEST_BYTES // 1024} KB and is not read")
        with file.open("rb") as opened:
            data = opened.read(LARGEST_BYTES + 1)
    except (OSError, RuntimeError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return FileText(refusal=f"cannot be read: {why}")
    if len(data) > LARGEST_BYTES:
        return FileText(refusal=f"is larger than {LARGEST_BYTES // 1024} KB and is not read")
    return _decoded(data)


def digest_of(data: bytes) -> str:
    """What identifies a content."""
    return hashlib.blake2b(data, digest_size=_DIGEST_BYTES).hexdigest()


def _decoded(data: bytes) -> FileText:
    encoding = "utf-16" if data.startswith(_UTF16) else "utf-8-sig"
    text = data.decode(encoding, "replace")
    if _PRIVATE_KEY.search(text):
        return FileText(refusal="holds a private key and is not read")
    if "\0" in text:
        return FileText(refusal="is not text and is not read")
    if max(text.count("\n"), text.count("\r")) > MOST_LINES:
        return FileText(refusal=f"has more than {MOST_LINES:,} lines and is not read")
    damaged = text.count("\ufffd") - data.count("\ufffd".encode()) if encoding == "utf-8-sig" else 0
    if damaged > 1 and damaged > _MOST_DAMAGED * len(text):
        return FileText(refusal="is neither UTF-8 nor UTF-16 and is not read")
    return FileText(text, digest_of(data), len(data), damaged)
