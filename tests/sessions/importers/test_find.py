"""What there is to import, and whose a file is that a person names."""

import shutil
from pathlib import Path

import pytest

from holdfast.errors import PositionError, UsageError
from holdfast.sessions.importers.claude_code import claude_folders
from holdfast.sessions.importers.find import find_all, find_at
from holdfast.sessions.importers.registry import importers
from holdfast.sessions.importers.surroundings import Surroundings
from sessions_golden import FIXTURES

HOME = FIXTURES / "claude-code" / "normal" / "home"


def test_sessions_are_counted_by_project_and_helpers_apart() -> None:
    (files,) = find_all(importers(Surroundings(HOME)))

    assert (files.importer.tool, files.sessions, len(files.files)) == ("claude-code", 1, 2)
    assert files.projects == {"-home-ana-shop": 1}


def test_where_no_tool_was_used_there_is_nothing(tmp_path: Path) -> None:
    assert find_all(importers(Surroundings(tmp_path))) == []
    assert find_all(importers(Surroundings(HOME)), "codex") == []


@pytest.mark.parametrize(
    ("place", "tool", "files"),
    [
        ("chatgpt/zip/export.zip", "chatgpt", 1),
        ("chatgpt/normal", "chatgpt", 2),
        ("claude-ai/normal/conversations.json", "claude-ai", 1),
        ("codex/normal/home/.codex", "codex", 1),
        ("cowork/normal", "cowork", 1),
        ("claude-code/compaction", "claude-code", 2),
        ("claude-code/web/session.json", "claude-code", 1),
    ],
)
def test_what_a_person_names_is_known_for_what_it_is(place: str, tool: str, files: int) -> None:
    found = find_at(importers(Surroundings(HOME)), FIXTURES / place)

    assert [(one.importer.tool, len(one.files)) for one in found] == [(tool, files)]


def test_in_a_folder_of_several_tools_each_has_its_files_and_texts_beside_them_are_no_sessions(tmp_path: Path) -> None:
    shutil.copytree(FIXTURES / "chatgpt" / "normal", tmp_path / "b")
    shutil.copytree(FIXTURES / "claude-ai" / "normal", tmp_path / "a")
    (tmp_path / "notes.md").write_text("## User\n\nhello\n\n## Assistant\n\nhello\n")
    known = importers(Surroundings(HOME))

    found = [find_at(known, tmp_path), find_at(known, tmp_path, "markdown")]

    assert [[(one.importer.tool, len(one.files)) for one in each] for each in found] == [
        [("claude-ai", 1), ("chatgpt", 2)],
        [("markdown", 1)],
    ]


def test_what_is_no_session_is_refused(tmp_path: Path) -> None:
    (tmp_path / "photo.png").write_bytes(b"\x89PNG")
    (tmp_path / "list.json").write_text("[1, 2]")
    known = importers(Surroundings(tmp_path))

    for path in (tmp_path / "photo.png", tmp_path / "list.json", tmp_path):
        with pytest.raises(UsageError, match="does not look like sessions of a known tool"):
            find_at(known, path)
    with pytest.raises(UsageError, match="does not look like sessions of codex"):
        find_at(known, FIXTURES / "chatgpt" / "normal", "codex")
    with pytest.raises(UsageError, match="No importer is called “emacs”"):
        find_all(known, "emacs")
    with pytest.raises(PositionError):
        find_at(known, tmp_path / "nothing")


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, ["~/.claude", "~/.config/claude"]),
        ({"XDG_CONFIG_HOME": "/etc/xdg"}, ["~/.claude", "/etc/xdg/claude"]),
        ({"CLAUDE_CONFIG_DIR": "/a, ~/b,,/a"}, ["/a", "~/b"]),
    ],
    ids=["usual", "XDG", "several"],
)
def test_claude_code_is_looked_for_where_it_says(environment: dict[str, str], expected: list[str]) -> None:
    found = claude_folders(Surroundings(Path("/home/ana"), environment))

    assert [str(folder) for folder in found] == [name.replace("~", "/home/ana") for name in expected]
