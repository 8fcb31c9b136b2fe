from pathlib import Path

import pytest

from holdfast.errors import WorkspaceError
from holdfast.evaluation.workspace_copy import WorkspaceCopy, copy_workspace
from holdfast.index.chunk_reader import ChunkReader
from project_texts import write_project

TEXTS = {"a.py": "def one():\r\n    return 1\r\n", "b/c.py": "def two():\n    return 2\n", ".gitignore": "left/\n"}


@pytest.fixture
def copy(tmp_path: Path) -> WorkspaceCopy:
    root = write_project(tmp_path / "mine", {**TEXTS, "left/out.py": "x = 1\n", ".env": "KEY=1\n"})
    (root / "link.py").symlink_to(root / "a.py")
    return copy_workspace(root, tmp_path / "place")


def texts_in_index(copy: WorkspaceCopy) -> str:
    reader = ChunkReader(copy.directory)
    found = reader.definitions_named(["one", "two", "three"])
    reader.close()
    return "\n".join(stored.chunk.text for stored in sorted(found, key=lambda stored: stored.chunk.path))


def test_what_counts_is_copied_and_indexed_with_the_name_of_the_original(copy: WorkspaceCopy) -> None:
    assert copy.root.name == "mine"
    assert {file.path for file in copy.files} == {"a.py", "b/c.py", ".gitignore"}
    assert copy.files[1].text == "def one():\n    return 1\n", "with the line ends of an editor"
    assert "def two():" in texts_in_index(copy)
    assert not list(copy.root.rglob("out.py"))


def test_while_a_text_is_put_in_its_place_the_index_has_that_text(copy: WorkspaceCopy) -> None:
    with copy.with_text("b/c.py", "def three():\n    return 3\n"):
        assert "def three():" in texts_in_index(copy)
        assert "def two():" not in texts_in_index(copy)
    copy.bring_up_to_date()

    assert "def three():" not in texts_in_index(copy)
    assert (copy.root / "b/c.py").read_text() == TEXTS["b/c.py"]


def test_the_original_stays_as_it_is(tmp_path: Path, copy: WorkspaceCopy) -> None:
    with copy.with_text("a.py", "x = 1\n"):
        assert (tmp_path / "mine" / "a.py").read_bytes().decode() == TEXTS["a.py"]
    assert (tmp_path / "mine" / "left" / "out.py").read_text() == "x = 1\n"


def test_a_file_is_put_back_when_the_work_breaks(copy: WorkspaceCopy) -> None:
    with pytest.raises(RuntimeError), copy.with_text("a.py", "x = 1\n"):
        raise RuntimeError
    assert (copy.root / "a.py").read_bytes().decode() == TEXTS["a.py"]


def test_a_folder_that_is_too_large_is_refused_with_a_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_project(tmp_path / "mine", TEXTS)
    monkeypatch.setattr("holdfast.evaluation.workspace_copy.MOST_BYTES", 10)

    with pytest.raises(WorkspaceError, match="Name a folder inside it"):
        copy_workspace(root, tmp_path / "place")
    assert not (tmp_path / "place").exists()
