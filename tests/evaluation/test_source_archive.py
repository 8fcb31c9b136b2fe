import io
import tarfile
from pathlib import Path

import pytest

from holdfast.errors import StorageError
from holdfast.evaluation.source_archive import LARGEST_FILE, unpack_sources


def archive(path: Path, files: dict[str, bytes], links: dict[str, str] | None = None) -> Path:
    with tarfile.open(path, "w:gz") as made:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            made.addfile(member, io.BytesIO(content))
        for name, target in (links or {}).items():
            member = tarfile.TarInfo(name)
            member.type, member.linkname = tarfile.SYMTYPE, target
            made.addfile(member)
    return path


def unpacked(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_source_files_alone_come_out_without_the_packages_own_folder(tmp_path: Path) -> None:
    files = {"p-1/src/a.go": b"package a\n", "p-1/go.mod": b"module p\n", "p-1/logo.png": b"\x89", "p-1/big.c": b""}
    files["p-1/big.c"] = b" " * (LARGEST_FILE + 1)
    unpack_sources([archive(tmp_path / "p.tgz", files, {"p-1/link.c": "/etc/passwd"})], tmp_path / "p")

    assert unpacked(tmp_path / "p") == ["go.mod", "src/a.go"]


def test_one_folder_can_be_asked_for_beside_the_files_at_the_top(tmp_path: Path) -> None:
    files = {"p/src/a.ts": b"a", "p/dist/a.js": b"a", "p/package.json": b"{}"}
    unpack_sources([archive(tmp_path / "p.tgz", files)], tmp_path / "p", below="src")

    assert unpacked(tmp_path / "p") == ["package.json", "src/a.ts"]


@pytest.mark.parametrize("name", ["p/../../evil.c", "/evil.c", "p/a\\..\\evil.c", "C:/evil.c"])
def test_nothing_is_written_outside_the_folder(tmp_path: Path, name: str) -> None:
    hostile = archive(tmp_path / "p.tgz", {name: b"evil"})

    with pytest.raises(StorageError, match="outside"):
        unpack_sources([hostile], tmp_path / "in" / "p")
    assert not list(tmp_path.rglob("evil.c"))


def test_a_torn_archive_is_an_error_and_leaves_no_folder(tmp_path: Path) -> None:
    whole = archive(tmp_path / "p.tgz", {"p/a.c": b"int x;\n" * 9999})
    whole.write_bytes(whole.read_bytes()[:60])

    with pytest.raises(StorageError, match="fetch again"):
        unpack_sources([whole], tmp_path / "p")
    assert not (tmp_path / "p").exists()


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("holdfast.evaluation.source_archive.MOST_FILES", 2)
    many = archive(tmp_path / "p.tgz", {f"p/{at}.c": b"" for at in range(3)})

    with pytest.raises(StorageError, match="over 2 source files"):
        unpack_sources([many], tmp_path / "p")


def test_more_bytes_than_can_be_read_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("holdfast.evaluation.source_archive.MOST_BYTES", 1000)
    large = archive(tmp_path / "p.tgz", {"p/data.bin": b" " * 2000})

    with pytest.raises(StorageError, match="holds over"):
        unpack_sources([large], tmp_path / "p")
