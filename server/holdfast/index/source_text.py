"""One file of the workspace as text, or the reason why it does not count.

Every encoding problem ends here: a byte order mark is dropped, UTF-16 with a mark is decoded, bytes that are no UTF-8
become U+FFFD and are counted. Line endings stay as they are in the file.
"""

import codecs
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from holdfast.index.generated import unwritten, unwritten_name
from holdfast.index.languages import language_of
from holdfast.index.secret_files import holds_private_key
from holdfast.index.skip_reasons import SkipReason

LARGEST_FILE_BYTES: Final = 1_000_000
_SNIFFED_BYTES: Final = 8_000
_UTF16_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class SourceText:
    """A file's text. `path` is relative to the workspace with "/"; `language` is VS Code's id."""

    path: str
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class SourceFile:
    """What was read: the text, the bytes it was decoded from, and how many places were not UTF-8."""

    source: SourceText
    data: bytes
    mtime_ns: int
    damaged_places: int


def read_source(root: Path, relative_path: str) -> SourceFile | SkipReason:
    """Read one file, never through a symbolic link and never more than LARGEST_FILE_BYTES."""
    try:
        return _read(root / relative_path, relative_path)
    except (OSError, ValueError):  # ValueError: a NUL in the name
        return "unreadable"


def _read(path: Path, relative_path: str) -> SourceFile | SkipReason:
    # O_NONBLOCK: opening a named pipe must not wait for its writer.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    status = path.lstat()
    if stat.S_ISLNK(status.st_mode):
        return "symlink"
    if not stat.S_ISREG(status.st_mode):
        return "not_a_file"
    if status.st_size > LARGEST_FILE_BYTES:
        return "too_large"
    named = unwritten_name(relative_path)
    if named is not None:
        return named.reason
    with os.fdopen(os.open(path, flags), "rb") as file:
        mtime_ns = os.fstat(file.fileno()).st_mtime_ns
        # No more room is asked for than the file needs; a megabyte each time costs more than the reading.
        data = file.read(status.st_size + 1)
        if len(data) > status.st_size:  # it has grown since
            data += file.read(LARGEST_FILE_BYTES - status.st_size)
    if len(data) > LARGEST_FILE_BYTES:
        return "too_large"
    return source_of_bytes(relative_path, data, mtime_ns)


def source_of_bytes(relative_path: str, data: bytes, mtime_ns: int = 0) -> SourceFile | SkipReason:
    """Decode the content of a file; `binary` as git decides it, by a NUL among the first 8,000 bytes."""
    if holds_private_key(data):
        return "secret"
    damaged = 0
    if data.startswith(_UTF16_MARKS):
        text = data.decode("utf-16", errors="replace")
        damaged = text.count("\ufffd")
    elif b"\0" in data[:_SNIFFED_BYTES]:
        return "binary"
    else:
        body = data.removeprefix(codecs.BOM_UTF8)
        try:
            text = body.decode()
        except UnicodeDecodeError:
            text = body.decode(errors="replace")
            damaged = text.count("\ufffd")
    tool_made = unwritten(relative_path, text)
    if tool_made is not None:
        return tool_made.reason
    return SourceFile(SourceText(relative_path, language_of(relative_path), text), data, mtime_ns, damaged)
