"""Where a dataset may be written, and that it is there as a whole or not at all."""

import subprocess
from pathlib import Path

import pytest

from holdfast.dataset.new_folder import check_place, new_folder
from holdfast.errors import StorageError, UsageError


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository that ignores `build/` and knows nothing of `data/`."""
    root = tmp_path / "project"
    (root / "data").mkdir(parents=True)
    (root / "build").mkdir()
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    (root / ".gitignore").write_text("build/\n/export/\n")
    return root


@pytest.mark.parametrize("name", ["../out", "build/out", "export"])
def test_a_folder_elsewhere_or_one_that_git_ignores_will_do(root: Path, name: str) -> None:
    check_place(root / name, root)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("out", "lies in the project, where git does not ignore it"),
        ("data/out", "lies in the project, where git does not ignore it"),
        ("data", "exists, and nothing is written over"),
        (".gitignore", "exists, and nothing is written over"),
        ("link", "exists, and nothing is written over"),
        ("none/out", "There is no folder"),
        ("way/out", "lies in the project, where git does not ignore it"),
    ],
)
def test_any_other_place_is_refused(root: Path, name: str, words: str) -> None:
    (root / "link").symlink_to(root / "nowhere")
    (root / "way").symlink_to(root / "data")
    with pytest.raises(UsageError, match=words):
        check_place(root / name, root)


def test_without_git_nothing_is_ignored(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("out/\n")
    with pytest.raises(UsageError, match="lies in the project"):
        check_place(tmp_path / "out", tmp_path)


def test_files_have_their_names_once_they_are_kept(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with new_folder(out) as folder:
        with folder.file("a.txt") as file:
            file.write("ä\n")
        before = sorted(path.name for path in out.iterdir())
        size = folder.size
        folder.keep()

    assert (before, size) == (["a.txt.partial"], 3)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == {"a.txt": "ä\n".encode()}


def test_what_fails_leaves_nothing(tmp_path: Path) -> None:
    def fail() -> None:
        with new_folder(tmp_path / "out") as folder, folder.file("a.txt") as file:
            file.write("half")
            raise StorageError("The disk went away.")

    with pytest.raises(StorageError):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_has_come_meanwhile_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    with pytest.raises(StorageError, match="cannot be written"), new_folder(tmp_path / "out"):
        pass
    assert (tmp_path / "out" / "mine.txt").read_text() == "mine"


def test_a_folder_that_may_not_be_written_is_an_error_with_its_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="Check its permissions"), new_folder(tmp_path / "file" / "out"):
        pass
