import errno
import logging
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded_project import File, complete, new_engine
from holdfast.errors import DiskFull, StorageError
from holdfast.inference.embedded import build
from holdfast.inference.embedded.build import build_corpus
from holdfast.inference.embedded.storage_errors import translated_errors

FILES = [
    File("pkg/one.py", "python", "def load(path):\n    return json.loads(path.read_text(encoding='utf-8'))\n" * 3),
    File("pkg/two.py", "python", "value = 1\n"),
]
CURSOR = ("pkg/new.py", "def load(path):\n    return json.lo")
EXPECTED = "ads(path.read_text(encoding='utf-8'))"


def test_a_corpus_is_built_and_answers(tmp_path: Path) -> None:
    summary = build_corpus(tmp_path, FILES)
    assert (summary.files, summary.left_out, summary.source_bytes) == (2, 0, sum(len(file.text) for file in FILES))
    assert complete(new_engine(tmp_path), *CURSOR) == EXPECTED


def test_no_files_make_a_corpus_that_is_silent(tmp_path: Path) -> None:
    assert build_corpus(tmp_path, []).files == 0
    assert complete(new_engine(tmp_path), *CURSOR) == ""


@pytest.mark.parametrize(
    "text",
    ["", "\0\0\0", "x" * 2_000_000, "a\r\nb\r\n", "\ud800 = 1\n", "𐐷𐐷 = '𐐷'\n", "\n" * 1000],
    ids=["empty", "NUL", "one huge line", "CRLF", "half a surrogate", "beyond the basic plane", "blank"],
)
def test_strange_files_do_not_hinder_the_others(tmp_path: Path, text: str) -> None:
    assert build_corpus(tmp_path, [File("odd", "", text), *FILES]).files == 3
    assert complete(new_engine(tmp_path), *CURSOR) == EXPECTED


def test_what_does_not_fit_is_left_out_and_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "MAX_TOKENS", 40)
    summary = build_corpus(tmp_path, FILES)
    assert (summary.files, summary.left_out) == (1, 1)
    assert summary.tokens <= 42


def test_a_newer_corpus_is_taken_up_and_the_old_mapping_stays_right(tmp_path: Path) -> None:
    build_corpus(tmp_path, FILES)
    old, new = new_engine(tmp_path), new_engine(tmp_path)
    assert (old.refresh(), old.refresh()) == (True, False)
    build_corpus(tmp_path, [FILES[1]])
    assert complete(new, *CURSOR) == ""
    assert complete(old, *CURSOR, refresh=False) == EXPECTED
    assert old.refresh() is True
    assert [path.name for path in (tmp_path / "embedded").iterdir()] == ["corpus-000002.bin"]


def test_a_reader_finds_the_corpus_of_a_cleared_folder(tmp_path: Path) -> None:
    build_corpus(tmp_path, [FILES[1]])
    engine = new_engine(tmp_path)
    assert engine.refresh() is True
    (tmp_path / "embedded" / "corpus-000001.bin").unlink()
    build_corpus(tmp_path, FILES)
    assert complete(engine, *CURSOR) == EXPECTED


def test_a_source_that_cannot_be_read_leaves_the_old_corpus(tmp_path: Path) -> None:
    def torn() -> Iterator[File]:
        yield FILES[1]
        raise PermissionError("no")

    build_corpus(tmp_path, FILES)
    with pytest.raises(StorageError):
        build_corpus(tmp_path, torn())
    assert complete(new_engine(tmp_path), *CURSOR) == EXPECTED
    assert [path.name for path in (tmp_path / "embedded").iterdir()] == ["corpus-000001.bin"]


@pytest.mark.parametrize("keep", [0, 10, 200, -1, -30], ids=["empty", "ten bytes", "a bit", "one less", "no footer"])
def test_a_truncated_corpus_is_passed_over_with_a_warning(
    tmp_path: Path, keep: int, caplog: pytest.LogCaptureFixture
) -> None:
    build_corpus(tmp_path, FILES)
    path = tmp_path / "embedded" / "corpus-000001.bin"
    path.write_bytes(path.read_bytes()[:keep])
    with caplog.at_level(logging.WARNING):
        engine = new_engine(tmp_path)
        assert (engine.refresh(), engine.refresh()) == (False, False)
    assert len(caplog.records) == 1
    assert complete(engine, *CURSOR) == ""
    build_corpus(tmp_path, FILES)
    assert complete(engine, *CURSOR) == EXPECTED


@pytest.mark.parametrize("byte", [0x00, 0xFF], ids=["zeros", "ones"])
def test_a_scribbled_corpus_never_raises(tmp_path: Path, byte: int) -> None:
    build_corpus(tmp_path, FILES)
    path = tmp_path / "embedded" / "corpus-000001.bin"
    good = path.read_bytes()
    for start in range(0, len(good), 64):
        path.write_bytes(good[:start] + bytes([byte]) * min(64, len(good) - start) + good[start + 64 :])
        assert complete(new_engine(tmp_path, threshold=0.0), *CURSOR) is not None


def test_killed_while_building_the_old_corpus_stands(tmp_path: Path) -> None:
    build_corpus(tmp_path, FILES)
    script = (
        "import sys, time; from pathlib import Path; from types import SimpleNamespace as F\n"
        "from holdfast.inference.embedded.build import build_corpus\n"
        "def files():\n"
        "    yield F(path='a', language='', text='a = 1')\n"
        "    Path(sys.argv[1], 'reached').touch()\n"
        "    time.sleep(60)\n"
        "build_corpus(Path(sys.argv[1]), files())\n"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(tmp_path)]) as builder:
        while not (tmp_path / "reached").exists():
            assert builder.poll() is None
            time.sleep(0.01)
        builder.send_signal(signal.SIGKILL)
    assert complete(new_engine(tmp_path), *CURSOR) == EXPECTED
    build_corpus(tmp_path, FILES)
    assert [path.name for path in (tmp_path / "embedded").iterdir()] == ["corpus-000002.bin"]


@pytest.mark.parametrize(
    ("number", "kind"),
    [(errno.ENOSPC, DiskFull), (errno.EDQUOT, DiskFull), (errno.EROFS, StorageError), (errno.EACCES, StorageError)],
    ids=["full", "over quota", "read-only", "forbidden"],
)
def test_the_file_system_speaks_in_our_words(tmp_path: Path, number: int, kind: type[StorageError]) -> None:
    with pytest.raises(StorageError) as caught, translated_errors(tmp_path):
        raise OSError(number, os.strerror(number))
    assert type(caught.value) is kind


def test_files_over_the_limit_of_the_process_are_a_storage_error(tmp_path: Path) -> None:
    build_corpus(tmp_path, FILES)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    previous = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(StorageError):
            build_corpus(tmp_path, [File("big.py", "python", "".join(f"name_{n} = {n}\n" for n in range(5000)))])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, previous)
    assert complete(new_engine(tmp_path), *CURSOR) == EXPECTED
