import zipfile
from pathlib import Path

import pytest

from holdfast.errors import StorageError
from holdfast.evaluation.third_party import PackageUnavailable, fetch_package, read_package, unpack_wheel


def wheel(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def test_python_files_are_unpacked_and_read_in_order(tmp_path: Path) -> None:
    source = wheel(tmp_path / "p.whl", {"p/b.py": b"b = 1\n", "p/a.py": b"\xff\n", "p/data.txt": b"no"})
    unpack_wheel(source, tmp_path / "p-1")
    assert [(file.path, file.text) for file in read_package(tmp_path / "p-1")] == [
        ("p/a.py", "\ufffd\n"),
        ("p/b.py", "b = 1\n"),
    ]


@pytest.mark.parametrize("name", ["../evil.py", "/evil.py", "a/../../evil.py", "C:/evil.py", "a\\..\\evil.py"])
def test_nothing_is_written_outside_the_folder(tmp_path: Path, name: str) -> None:
    source = wheel(tmp_path / "p.whl", {name: b"evil"})
    with pytest.raises(StorageError):
        unpack_wheel(source, tmp_path / "in" / "p-1")
    assert not list(tmp_path.rglob("evil.py"))


def test_a_torn_wheel_is_an_error_and_leaves_no_folder(tmp_path: Path) -> None:
    source = tmp_path / "p.whl"
    source.write_bytes(b"PK\x03\x04 torn")
    with pytest.raises(StorageError):
        unpack_wheel(source, tmp_path / "p-1")
    assert not (tmp_path / "p-1").exists()


@pytest.mark.parametrize(("name", "version"), [("--index-url=x", "1"), ("p", "1 --pre"), ("", "1"), ("../p", "1")])
def test_what_is_no_package_name_never_reaches_the_command_line(tmp_path: Path, name: str, version: str) -> None:
    with pytest.raises(PackageUnavailable):
        fetch_package(name, version, tmp_path)


def test_an_unpacked_package_is_found_again(tmp_path: Path) -> None:
    (tmp_path / "p-1").mkdir()
    assert fetch_package("p", "1", tmp_path) == tmp_path / "p-1"
