"""Where editors keep their folders, on each system."""

import json
from pathlib import Path

import pytest

from holdfast.sessions.importers.editor_folders import editor_folders, path_of, project_of
from holdfast.sessions.importers.surroundings import Surroundings


@pytest.mark.parametrize(
    ("platform", "environment", "folder"),
    [
        pytest.param("linux", {}, ".config/Code/User", id="Linux"),
        pytest.param("linux", {}, ".config/Code - Insiders/User", id="Insiders"),
        pytest.param("linux", {}, ".config/VSCodium/User", id="VSCodium"),
        pytest.param("linux", {"XDG_CONFIG_HOME": "~/conf"}, "conf/Cursor/User", id="XDG_CONFIG_HOME"),
        pytest.param("darwin", {}, "Library/Application Support/Windsurf/User", id="macOS"),
        pytest.param("win32", {}, "AppData/Roaming/Code/User", id="Windows"),
        pytest.param("win32", {"APPDATA": "~/Roam"}, "Roam/Code/User", id="APPDATA"),
        pytest.param("linux", {"VSCODE_APPDATA": "~/elsewhere"}, "elsewhere/Code/User", id="VSCODE_APPDATA"),
        pytest.param("linux", {"VSCODE_PORTABLE": "~/stick"}, "stick/user-data/User", id="portable"),
        pytest.param("linux", {"VSCODE_AGENT_FOLDER": "~/agent"}, "agent/data/User", id="VSCODE_AGENT_FOLDER"),
        pytest.param("linux", {}, ".vscode-server/data/User", id="a server"),
        pytest.param("linux", {}, ".vscode-server-insiders/data/User", id="a server of Insiders"),
    ],
)
def test_an_editor_is_found_where_it_keeps_its_folder(
    platform: str, environment: dict[str, str], folder: str, tmp_path: Path
) -> None:
    (tmp_path / folder).mkdir(parents=True)

    found = editor_folders(Surroundings(tmp_path, environment, platform))

    assert [editor.user for editor in found] == [tmp_path / folder]


def test_a_folder_that_two_ways_lead_to_counts_once(tmp_path: Path) -> None:
    (tmp_path / ".config" / "Code" / "User").mkdir(parents=True)

    found = editor_folders(Surroundings(tmp_path, {"VSCODE_APPDATA": "~/.config"}))

    assert [editor.user for editor in found] == [tmp_path / ".config" / "Code" / "User"]


def test_the_storage_of_each_profile_counts(tmp_path: Path) -> None:
    user = tmp_path / ".config" / "Code" / "User"
    (user / "profiles" / "work").mkdir(parents=True)
    (user / "workspaceStorage" / "0a1b").mkdir(parents=True)

    (editor,) = editor_folders(Surroundings(tmp_path))

    assert list(editor.global_storages()) == [user / "globalStorage", user / "profiles" / "work" / "globalStorage"]
    assert list(editor.workspace_storages()) == [user / "workspaceStorage" / "0a1b"]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("file:///home/ada/my%20harbour", "/home/ada/my harbour"),
        ("file:///c%3A/Users/ada", "c:/Users/ada"),
        ("file://server/share/harbour", "//server/share/harbour"),
        ("vscode-remote://ssh-remote%2Bbox/home/ada/harbour", "/home/ada/harbour"),
        ("/home/ada/harbour", "/home/ada/harbour"),
        ("C:\\Users\\ada", "C:\\Users\\ada"),
        ("untitled://x", None),
        ("file://[bad", None),
        ("", None),
    ],
)
def test_an_address_names_a_path(address: str, expected: str | None) -> None:
    assert path_of(address) == expected


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        pytest.param({"folder": "file:///home/ada/harbour"}, "/home/ada/harbour", id="a folder"),
        pytest.param({"workspace": "file:///home/ada/harbour/all.code-workspace"}, "/home/ada/harbour", id="several"),
        pytest.param({"configuration": "file:///w/x.code-workspace"}, "/w", id="an older name"),
        pytest.param({"folder": 7}, None, id="no text"),
        pytest.param([], None, id="no object"),
    ],
)
def test_a_storage_names_its_project(named: object, expected: str | None, tmp_path: Path) -> None:
    (tmp_path / "workspace.json").write_text(json.dumps(named))

    assert project_of(tmp_path) == expected


def test_a_storage_without_a_name_has_no_project(tmp_path: Path) -> None:
    assert project_of(tmp_path) is None
    (tmp_path / "workspace.json").write_text('{"folder": "file:///ho')
    assert project_of(tmp_path) is None
