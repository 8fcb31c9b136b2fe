"""Ignore rules that a workspace declares elsewhere: as strong as `.holdfastignore`, noticed when they change."""

from pathlib import Path

import pytest

from holdfast.errors import StorageError
from holdfast.index.declared_rules import declare_rules, declared_rules
from holdfast.index.ignore_rules import IgnoreRules
from holdfast.index.index_once import index_once
from holdfast.index.why import why_indexed


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    (root / "gen").mkdir(parents=True)
    for name in ("a.py", "b.py", "gen/c.py"):
        (root / name).write_text("x = 1\n")
    return root


def files(root: Path, directory: Path) -> int:
    return index_once(root, directory, lambda _: None).files


def test_they_hold_for_the_index_and_for_who_asks_why(workspace: Path, tmp_path: Path) -> None:
    directory = tmp_path / "cache"
    counts = []
    for patterns in ((), ("gen/", "b.py"), ("gen/",), ()):
        declare_rules(directory, patterns)
        counts.append(files(workspace, directory))
    declare_rules(directory, ["gen/"])

    assert counts == [3, 1, 2, 3]
    assert why_indexed(workspace, "gen/c.py", directory).reason == "ignored: json holdfast: gen/"


def test_they_stand_above_the_ignore_files_and_bring_back_what_git_ignores(workspace: Path, tmp_path: Path) -> None:
    (workspace / ".gitignore").write_text("a.py\n")
    (workspace / ".holdfastignore").write_text("!gen/\nb.py\n")
    declare_rules(tmp_path, ["!a.py", "!b.py", "gen/"])
    rules = IgnoreRules(workspace, declared_rules(tmp_path))

    assert [rules.why_ignored(name, is_directory=False) for name in ("a.py", "b.py", "gen/c.py")] == [
        None,
        None,
        "json holdfast: gen/",
    ]


def test_a_change_is_noticed(workspace: Path, tmp_path: Path) -> None:
    rules = IgnoreRules(workspace, declared_rules(tmp_path))
    seen = []
    for patterns in (("a.py",), ("b.py",), ()):
        declare_rules(tmp_path, patterns)
        rules.reread()
        seen.append([name for name in ("a.py", "b.py") if rules.why_ignored(name, is_directory=False)])

    assert seen == [["a.py"], ["b.py"], []]
    assert declared_rules(tmp_path) in rules.outer_rule_files()


def test_below_a_repository_they_are_relative_to_the_workspace(workspace: Path, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    declare_rules(tmp_path / "cache", ["/gen/"])
    rules = IgnoreRules(workspace, declared_rules(tmp_path / "cache"))

    assert rules.why_ignored("gen/c.py", is_directory=False) == "json holdfast: /gen/"


def test_nothing_is_written_where_nothing_is_declared(tmp_path: Path) -> None:
    declare_rules(tmp_path / "cache", ())

    assert not (tmp_path / "cache").exists()


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError):
        declare_rules(tmp_path / "file", ["a"])
