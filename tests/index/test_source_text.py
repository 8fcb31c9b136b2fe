import os
from pathlib import Path

import pytest

from holdfast.index.source_text import LARGEST_FILE_BYTES, SourceFile, read_source, source_of_bytes


def text_of(data: bytes, path: str = "a.py") -> tuple[str, int]:
    read = source_of_bytes(path, data)
    assert isinstance(read, SourceFile)
    return read.source.text, read.damaged_places


@pytest.mark.parametrize(
    ("data", "text", "damaged"),
    [
        (b"", "", 0),
        ("é = 1\n".encode(), "é = 1\n", 0),
        (b"\xef\xbb\xbfx = 1\n", "x = 1\n", 0),
        (b"x = 1\r\ny = 2\r\n", "x = 1\r\ny = 2\r\n", 0),
        (b"x = '\xff\xfe'\n", "x = '\ufffd\ufffd'\n", 2),
        ("\ufeffx = 1\n".encode("utf-16-le"), "x = 1\n", 0),
        ("\ufeffx = 1\n".encode("utf-16-be"), "x = 1\n", 0),
        (b"x" * 8000 + b"\n\0", "x" * 8000 + "\n\0", 0),
    ],
    ids=["empty", "utf-8", "byte order mark", "crlf", "no utf-8", "utf-16 le", "utf-16 be", "late NUL"],
)
def test_text_is_as_in_the_file(data: bytes, text: str, damaged: int) -> None:
    if text.startswith("xxx"):
        text, data = "\n".join([text[:100]] * 80) + "\n\0", b"\n".join([data[:100]] * 80) + b"\n\0"
    assert text_of(data) == (text, damaged)


@pytest.mark.parametrize(
    ("path", "data", "reason"),
    [
        ("a.py", b"x = 1\0\n", "binary"),
        ("a.js", b"var a=1;" * 5000, "minified"),
        ("jquery.min.js", b"x", "minified"),
        ("package-lock.json", b"{}", "generated"),
        ("big.py", b"x" * (LARGEST_FILE_BYTES + 1), "too_large"),
    ],
    ids=["NUL", "one long line", "minified by name", "lock file", "too large"],
)
def test_what_is_no_source_says_why(tmp_path: Path, path: str, data: bytes, reason: str) -> None:
    (tmp_path / path).write_bytes(data)
    assert read_source(tmp_path, path) == reason


def test_a_file_of_fifty_megabytes_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "huge.py").open("wb") as file:
        file.truncate(50_000_000)
    assert read_source(tmp_path, "huge.py") == "too_large"


def test_what_is_no_regular_file_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    (tmp_path / "link.py").symlink_to(tmp_path / "secret")
    os.mkfifo(tmp_path / "pipe.py")
    assert read_source(tmp_path, "link.py") == "symlink"
    assert read_source(tmp_path, "pipe.py") == "not_a_file"
    assert read_source(tmp_path, "missing.py") == "unreadable"
    assert read_source(tmp_path, "nul\0.py") == "unreadable"
