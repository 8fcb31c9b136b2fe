"""The ways by which another person's text comes in without a commit that is behind HEAD, and what must not be held."""

import os
import sqlite3
from pathlib import Path

import pytest

from holdfast.manifest.git_history import GitDoesNotAnswer, authors_since, checked_out
from holdfast.manifest.workspace_manifests import WorkspaceManifests
from manifest_repository import ADA, Repository
from manifest_workspace import ManifestWorkspace

FILE = "CLAUDE.md"


class Clock:
    """Seconds, moved by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    found = Repository(tmp_path)
    found.commit({FILE: "One."})
    return found


def hanging_git(place: Path) -> str:
    """A folder for PATH whose git counts its calls in `place/calls` and never answers."""
    git = place / "bin" / "git"
    git.parent.mkdir(exist_ok=True)
    git.write_text(f"#!/bin/sh\necho x >> {place}/calls\nexec sleep 60\n")
    git.chmod(0o755)
    return f"{git.parent}:/usr/bin:/bin"


def test_a_merge_that_waits_for_its_conflict_lets_nothing_in(repository: Repository) -> None:
    repository.commit({"a.txt": "1"})
    repository.used()
    repository.git("switch", "--quiet", "--create", "theirs")
    repository.commit({FILE: "Theirs.", "a.txt": "2"}, by=ADA)
    repository.git("switch", "--quiet", "main")
    repository.commit({"a.txt": "3"})
    with pytest.raises(Exception, match="merge"):
        repository.git("merge", "--quiet", "theirs")
    during = repository.used(), [change.authors for change in repository.held()]
    repository.commit({"a.txt": "4"})

    assert repository.at(FILE).read_text() == "Theirs."
    assert during == (["One."], [("Ada <ada@example.org>",)])
    assert (repository.used(), len(repository.held())) == (["One."], 1)


def test_while_git_writes_the_text_from_before_is_used_and_nobody_is_asked(repository: Repository) -> None:
    repository.used()
    lock = repository.root / ".git" / "index.lock"
    lock.touch()
    repository.write({FILE: "Two."})
    during = repository.used(), repository.held(), repository.manifests.read("app.py").is_provisional
    told = repository.problems("app.py")
    lock.unlink()

    assert during == (["One."], [], True)
    assert any("while git is at work" in problem for problem in told)
    assert repository.used() == ["Two."]


@pytest.mark.parametrize("target", ["../../docs/there.txt", "../../built/out.txt"], ids=["tracked", "ignored"])
def test_a_link_that_another_person_added_waits(repository: Repository, target: str) -> None:
    repository.commit({".gitignore": "built/\n", "docs/there.txt": "Text.", "built/out.txt": "Text."})
    repository.used()
    repository.commit({".claude/rules/a.md": f"-> {target}"}, by=ADA)

    assert repository.used() == ["One."]
    assert [(change.file.name, change.after) for change in repository.held()] == [("a.md", f"-> {target}\n")]
    repository.approve()
    assert repository.used() == ["One.", "Text."]


def test_a_link_of_my_own_is_followed(repository: Repository) -> None:
    repository.used()
    repository.commit({"docs/there.txt": "Text.", ".claude/rules/a.md": "-> ../../docs/there.txt"})

    assert repository.used() == ["One.", "Text."]


def test_files_that_look_like_a_bare_repository_are_the_workspaces(repository: Repository) -> None:
    repository.used()
    bare = {"HEAD": "ref: refs/heads/main\n", "config": "[core]\n bare=true\n", "objects/x": "", "refs/x": ""}
    repository.commit({f"sub/{name}": text for name, text in {**bare, FILE: "Theirs."}.items()}, by=ADA)

    assert repository.used("sub/app.py") == ["One."]
    assert len(repository.held("sub/app.py")) == 1


@pytest.mark.parametrize(("by", "used"), [(ADA, ["One."]), (None, ["One.", "Library."])], ids=["another", "me"])
def test_a_submodule_is_as_trusted_as_who_brought_it(
    repository: Repository, tmp_path: Path, by: tuple[str, str] | None, used: list[str]
) -> None:
    library = Repository(tmp_path / "library")
    library.commit({FILE: "Library."}, by=ADA)
    repository.used()
    local = ("-c", "protocol.file.allow=always")
    repository.git(*local, "submodule", "--quiet", "add", str(library.root), "lib")
    if by is not None:
        repository.commit({}, by=by)
    else:
        repository.commit({})

    assert repository.used("lib/app.py") == used


@pytest.mark.parametrize("path", [FILE, ".claude/rules/a.md", "notes.md"])
def test_what_another_person_deleted_goes_on_being_used(repository: Repository, path: str) -> None:
    repository.commit(
        {FILE: "One. @notes.md", "notes.md": "Notes.", ".claude/rules/a.md": "Rule.", "AGENTS.md": "Other."}
    )
    before = repository.used()
    repository.at(path).unlink()
    repository.commit({}, by=ADA)

    assert repository.used() == before
    assert [(change.file.name, change.after) for change in repository.held()] == [(Path(path).name, "")]
    repository.approve()
    assert repository.used() != before
    assert repository.held() == []


def test_what_i_deleted_is_gone(repository: Repository) -> None:
    repository.used()
    repository.at(FILE).unlink()

    assert (repository.used(), repository.held()) == ([], [])


def test_a_git_that_hangs_at_first_is_asked_again_for_the_commit_to_begin_from(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = os.environ["PATH"]
    monkeypatch.setattr("holdfast.manifest.git_history._TIMEOUT_S", 0.2)
    repository.at(FILE).unlink()
    repository.commit({})
    monkeypatch.setenv("PATH", hanging_git(tmp_path))
    repository.used()
    monkeypatch.setenv("PATH", path)
    monkeypatch.setattr("holdfast.manifest.git_history._TIMEOUT_S", 5.0)
    repository.used("src/app.py")
    repository.commit({FILE: "Theirs."}, by=ADA)

    assert repository.used() == []


def test_a_git_that_hangs_is_waited_for_once_in_a_reading(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    repository.write({f".claude/rules/{number}.md": "Rule." for number in range(5)})
    monkeypatch.setattr("holdfast.manifest.git_history._TIMEOUT_S", 0.2)
    monkeypatch.setenv("PATH", hanging_git(tmp_path))
    repository.used()

    assert (tmp_path / "calls").read_text() == "x\n"


def test_a_locked_ledger_is_waited_for_once_and_asked_again_later(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("holdfast.sqlite.connection.BUSY_TIMEOUT_MS", 50)
    clock = Clock()
    manifests = WorkspaceManifests(repository.source, FILE, clock)
    manifests.read("")
    manifests.close()
    repository.write({FILE: "Two.", ".claude/rules/a.md": "Rule."})
    lock = sqlite3.connect(repository.ledger.path, isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")
    during = manifests.read("")
    lock.close()
    stamp = manifests.stamp("")
    clock.now = 11.0

    assert during.sections_for("app.py") == ()
    assert sum("database is locked" in problem for problem in during.problems) >= 2
    assert manifests.stamp("") != stamp
    assert [section.text for section in manifests.read("").sections_for("app.py")] == ["Two.", "Rule."]


def test_where_git_cannot_tell_the_change_waits(repository: Repository) -> None:
    repository.used()
    tree = checked_out(repository.root)
    assert tree is not None
    repository.commit({FILE: "Two."}, by=ADA)
    for objects in (repository.git("rev-parse", "HEAD^{tree}"), repository.git("rev-parse", "HEAD^^{tree}")):
        (repository.root / ".git" / "objects" / objects[:2] / objects[2:]).unlink()

    with pytest.raises(GitDoesNotAnswer, match="cannot tell"):
        authors_since(repository.root / FILE, tree.head, tree)
    assert repository.used() == ["One."]


def test_my_own_line_counts_after_another_persons_change_was_taken_back(repository: Repository) -> None:
    repository.used()
    repository.commit({FILE: "Two."}, by=ADA)
    repository.commit({FILE: "One."}, by=ADA)
    repository.write({FILE: "One and mine."})
    uncommitted = repository.used()
    repository.write({FILE: "One."})
    repository.used()
    repository.commit({FILE: "One and also mine."})

    assert (uncommitted, repository.used()) == (["One and mine."], ["One and also mine."])


def test_a_text_that_came_back_without_its_commit_does_not_settle_the_commit(repository: Repository) -> None:
    repository.used()
    repository.commit({FILE: "Two."}, by=ADA)
    repository.write({FILE: "One."})
    repository.used()
    repository.git("checkout", "--quiet", "--", FILE)

    assert repository.used() == ["One."]


def test_an_older_branch_whose_text_is_another_persons_waits(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.commit({FILE: "Old, by Ada."}, by=ADA)
    repository.git("branch", "old")
    repository.commit({FILE: "Mine."})
    repository.used()
    repository.git("switch", "--quiet", "old")

    assert repository.used() == ["Mine."]


def test_without_an_address_of_my_own_an_empty_one_is_not_mine(repository: Repository) -> None:
    repository.used()
    repository.commit({FILE: "Two."}, by=("Nobody", ""))
    repository.git("config", "user.email", "")

    assert repository.used() == ["One."]


def test_a_damaged_ledger_says_what_to_do(tmp_path: Path) -> None:
    workspace = ManifestWorkspace(tmp_path)
    workspace.write({FILE: "One."})
    workspace.ledger.path.parent.mkdir()
    workspace.ledger.path.write_bytes(b"no database at all, " * 100)
    told = " ".join(workspace.problems())

    assert f"Move {workspace.ledger.path} away" in told
    assert ".." not in told


def test_what_lies_outside_by_its_name_is_not_looked_at_before_it_is_approved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = ManifestWorkspace(tmp_path)
    workspace.write({FILE: "@//example.invalid/share/x.md @../x.md", "../x.md": "X."})
    asked: list[str] = []
    stat = os.stat

    def noted(path: str | Path, *, follow_symlinks: bool = True) -> os.stat_result:
        asked.append(str(path))
        return stat(path, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(os, "stat", noted)
    workspace.shown()

    assert [path for path in asked if path.endswith("x.md")] == []
    assert len(workspace.manifests.read("src/app.py").outside) == 2


def test_files_that_import_each_other_are_all_shown(tmp_path: Path) -> None:
    workspace = ManifestWorkspace(tmp_path)
    every = "".join(f"@f{number}.md\n" for number in range(30))
    workspace.write({FILE: every, **{f"f{number}.md": f"T{number}\n{every}" for number in range(30)}})

    assert len(workspace.shown()) == 31


@pytest.mark.parametrize("first", ["@a.md @d.md", "@d.md @a.md"])
def test_the_shortest_way_to_an_import_counts(tmp_path: Path, first: str) -> None:
    workspace = ManifestWorkspace(tmp_path)
    chain = {f"{name}.md": f"@{following}.md" for name, following in zip("abcd", "bcde", strict=True)}
    workspace.write({FILE: first, **chain, "e.md": "End."})

    assert "import e.md | End." in workspace.shown()
    assert workspace.problems() == ()
