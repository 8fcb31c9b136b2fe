"""`.holdfast/memory.md`: off until switched on, unseen by git, whole or not at all."""

import os
import stat
import subprocess
from pathlib import Path

import pytest

from holdfast.errors import HoldfastError
from holdfast.sessions.identity.project import find_project
from holdfast.sessions.memory.memory_file import MemoryFile, rewrite_memory_files
from holdfast.sessions.memory.reader import MemoryReader
from remembered import draft, fill
from sessions_fixture import tamper

RULE = "Never use eval on user input."


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=n", "-c", "user.email=n@example.invalid")
    ran = subprocess.run(["git", "-C", folder, *identity, *arguments], check=True, capture_output=True)
    return ran.stdout.decode()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    git(folder, "init", "-q")
    (folder / "a.py").write_text("x = 1\n")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "one")
    return folder


def file_of(root: Path, data: Path, *said: str) -> MemoryFile:
    if said:
        fill(data / "sessions.db", [draft(text) for text in said], project=find_project(root, data))
    reader = MemoryReader(data / "sessions.db", root)
    reader.find_project()
    return MemoryFile(root, data, reader)


def untracked(root: Path) -> str:
    return git(root, "status", "--porcelain", "--untracked-files=all")


def test_it_is_off_until_it_is_switched_on(repository: Path, data: Path) -> None:
    file = file_of(repository, data, RULE)

    assert not file.is_on
    with pytest.raises(HoldfastError, match="holdfast memory on"):
        file.write()
    assert sorted(path.name for path in repository.iterdir()) == [".git", "a.py"]


def test_it_is_written_where_git_does_not_see_it_and_only_where_it_changed(repository: Path, data: Path) -> None:
    file = file_of(repository, data, RULE)
    file.switch_on()
    written = [file.write(), file.write()]
    first = file.path.stat()
    fill(data / "sessions.db", [draft("From now on use tabs in makefiles.")], project=find_project(repository, data))
    written += [file.write(), file.write()]

    assert written == [True, False, True, False]
    assert file.path.stat().st_ino != first.st_ino
    assert stat.S_IMODE(first.st_mode) == 0o600
    assert RULE in file.path.read_text()
    assert "use tabs in makefiles" in file.path.read_text()
    assert untracked(repository) == ""
    assert (repository / ".git/info/exclude").read_text().splitlines().count(".holdfast/") == 1
    assert sorted(path.name for path in file.path.parent.iterdir()) == [".gitignore", "memory.md"]


def test_switching_on_twice_adds_one_line_and_keeps_what_stood_there(repository: Path, data: Path) -> None:
    exclude = repository / ".git/info/exclude"
    exclude.write_text("*.log")
    file = file_of(repository, data)
    file.switch_on()
    file.switch_on()

    assert exclude.read_text() == "*.log\n.holdfast/\n"


def test_a_gitignore_that_says_otherwise_does_not_help(repository: Path, data: Path) -> None:
    (repository / ".gitignore").write_text("!.holdfast/\n!.holdfast/*\n")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "two")
    file = file_of(repository, data, RULE)
    file.switch_on()
    file.write()

    assert untracked(repository) == ""


def test_refused_where_git_tracks_it(repository: Path, data: Path) -> None:
    (repository / ".holdfast").mkdir()
    (repository / ".holdfast/memory.md").write_text("ours\n")
    git(repository, "add", "-Af")
    file = file_of(repository, data, RULE)

    with pytest.raises(HoldfastError, match=r"Git tracks \.holdfast/memory\.md"):
        file.switch_on()
    assert not file.is_on
    assert file.path.read_text() == "ours\n"


def test_refused_where_git_begins_to_track_it_later(repository: Path, data: Path) -> None:
    file = file_of(repository, data, RULE)
    file.switch_on()
    file.write()
    before = file.path.read_text()
    git(repository, "add", "-f", ".holdfast/memory.md")
    fill(data / "sessions.db", [draft("From now on use tabs.")], project=find_project(repository, data))

    with pytest.raises(HoldfastError, match="git rm --cached"):
        file.write()
    assert file.path.read_text() == before


def test_in_a_linked_work_tree(repository: Path, data: Path, tmp_path: Path) -> None:
    linked = tmp_path / "linked"
    git(repository, "worktree", "add", "-q", str(linked))
    file = file_of(linked, data, RULE)
    file.switch_on()
    file.write()

    assert RULE in (linked / ".holdfast/memory.md").read_text()
    assert (untracked(linked), untracked(repository)) == ("", "")


def test_in_a_folder_of_a_repository(repository: Path, data: Path) -> None:
    (repository / "part [1]").mkdir()
    file = file_of(repository / "part [1]", data, RULE)
    file.switch_on()
    file.write()

    assert RULE in (repository / "part [1]/.holdfast/memory.md").read_text()
    assert untracked(repository) == ""


def test_without_git(tmp_path: Path, data: Path) -> None:
    root = tmp_path / "plain"
    root.mkdir()
    file = file_of(root, data, RULE)
    file.switch_on()
    file.write()
    git(root, "init", "-q")

    assert RULE in file.path.read_text()
    assert untracked(root) == ""


def test_a_link_in_its_place_is_replaced_and_not_followed(repository: Path, data: Path) -> None:
    file = file_of(repository, data, RULE)
    file.switch_on()
    file.path.symlink_to(repository / "a.py")
    file.write()

    assert not file.path.is_symlink()
    assert (repository / "a.py").read_text() == "x = 1\n"


def test_a_link_in_the_place_of_the_folder_is_refused(repository: Path, data: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/memory.md").write_text("theirs\n")
    (repository / ".holdfast").symlink_to(tmp_path / "elsewhere")
    file = file_of(repository, data, RULE)

    with pytest.raises(HoldfastError, match="no folder of its own"):
        file.switch_on()
    assert file.switch_off() is False
    assert [path.name for path in (tmp_path / "elsewhere").iterdir()] == ["memory.md"]


def test_switched_off_it_is_gone(repository: Path, data: Path) -> None:
    file = file_of(repository, data, RULE)
    file.switch_on()
    file.write()

    assert [file.switch_off(), file.switch_off(), file.is_on, file.path.parent.exists()] == [True, False, False, False]


def test_what_else_lies_in_the_folder_stays(repository: Path, data: Path) -> None:
    file = file_of(repository, data, RULE)
    file.switch_on()
    file.write()
    (file.path.parent / "notes.txt").write_text("mine\n")
    file.switch_off()

    assert sorted(path.name for path in file.path.parent.iterdir()) == [".gitignore", "notes.txt"]
    assert untracked(repository) == ""


def test_what_a_killed_process_left_behind_goes_too(repository: Path, data: Path) -> None:
    file = file_of(repository, data, RULE)
    file.switch_on()
    old, new = (file.path.with_name(f".memory.md.{name}") for name in ("00112233", "44556677"))
    for part in (old, new):
        part.write_text(RULE)
    os.utime(old, (0, 0))
    file.write()
    left = [old.exists(), new.exists()]
    file.switch_off()

    assert left == [False, True]  # another window may be writing the new one
    assert not file.path.parent.exists()


def test_a_folder_whose_name_is_not_utf_8(tmp_path: Path, data: Path) -> None:
    root = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
    root.mkdir()
    file = file_of(root, data, RULE)
    file.switch_on()
    file.write()
    tamper(data / "sessions.db", "DELETE FROM memory_item")
    rewrite_memory_files(data)

    assert "## Corrected" not in file.path.read_text()


def test_in_a_submodule(repository: Path, data: Path, tmp_path: Path) -> None:
    library = tmp_path / "library"
    git(tmp_path, "clone", "-q", str(repository), str(library))
    git(repository, "-c", "protocol.file.allow=always", "submodule", "add", str(library), "lib")
    git(repository, "commit", "-qm", "two")
    file = file_of(repository / "lib", data, RULE)
    file.switch_on()
    file.write()

    assert [untracked(repository), untracked(repository / "lib")] == ["", ""]


def test_one_folder_is_not_another(repository: Path, data: Path, tmp_path: Path) -> None:
    file_of(repository, data).switch_on()
    (tmp_path / "other").mkdir()

    assert not file_of(tmp_path / "other", data).is_on


def test_a_secret_that_older_rules_let_through_is_taken_out_once_more(repository: Path, data: Path) -> None:
    token = "gh" + "p_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    file = file_of(repository, data, f"From now on use the token {token} for releases.")
    file.switch_on()
    file.write()

    assert token not in file.path.read_text()
    assert "[REDACTED:" in file.path.read_text()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_says_so(repository: Path, data: Path) -> None:
    repository.chmod(0o500)
    try:
        with pytest.raises(HoldfastError, match="permissions"):
            file_of(repository, data).switch_on()
    finally:
        repository.chmod(0o700)
