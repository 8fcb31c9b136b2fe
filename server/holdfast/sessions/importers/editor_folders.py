"""The folders in which VS Code and the editors made from it keep what their extensions wrote.

An editor keeps them in its `User` folder: `globalStorage/<extension>` for all projects (again in each profile), and
`workspaceStorage/<hash>` for one project, named by the `workspace.json` beside it. A server on a remote machine, in a
container or in WSL has a `User` folder of its own.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from holdfast.sessions.importers.fields import record, text
from holdfast.sessions.importers.on_disk import inside, is_folder
from holdfast.sessions.importers.surroundings import Surroundings

EDITORS: Final = ("Code", "Code - Insiders", "VSCodium", "Cursor", "Windsurf")
SERVERS: Final = (
    ".vscode-server",
    ".vscode-server-insiders",
    ".vscodium-server",
    ".cursor-server",
    ".windsurf-server",
    ".vscode-remote",
)
_MOST_OF_A_NAME_FILE: Final = 64 * 1024
_DRIVE_AND_COLON: Final = 3


@dataclass(frozen=True, slots=True)
class EditorFolder:
    """One editor's `User` folder; `editor` is its name."""

    editor: str
    user: Path

    def global_storages(self) -> Iterator[Path]:
        """Where extensions keep what belongs to no project: the editor's own, then that of each profile."""
        yield self.user / "globalStorage"
        for profile in inside(self.user / "profiles"):
            yield profile / "globalStorage"

    def workspace_storages(self) -> Iterator[Path]:
        """The folder of each project that was ever open."""
        yield from inside(self.user / "workspaceStorage")


def editor_folders(where: Surroundings) -> list[EditorFolder]:
    """Those that are there, in a steady order, each once."""
    candidates = [
        *(EditorFolder(name, base / name / "User") for base in _application_data(where) for name in EDITORS),
        *(EditorFolder(name.removeprefix("."), where.home / name / "data" / "User") for name in SERVERS),
    ]
    if (portable := where.named("VSCODE_PORTABLE")) is not None:
        candidates.append(EditorFolder("Code (portable)", portable / "user-data" / "User"))
    if (agent := where.named("VSCODE_AGENT_FOLDER")) is not None:
        candidates.append(EditorFolder("Code (server)", agent / "data" / "User"))
    there = [candidate for candidate in candidates if is_folder(candidate.user)]
    return list({candidate.user: candidate for candidate in there}.values())


def _application_data(where: Surroundings) -> Iterator[Path]:
    """Where programs of this system keep their data, as Electron finds it; `VSCODE_APPDATA` goes before."""
    if (named := where.named("VSCODE_APPDATA")) is not None:
        yield named
    if where.platform == "win32":
        yield where.named("APPDATA") or where.home / "AppData" / "Roaming"
    elif where.platform == "darwin":
        yield where.home / "Library" / "Application Support"
    else:
        yield where.named("XDG_CONFIG_HOME") or where.home / ".config"


def project_of(workspace_storage: Path) -> str | None:
    """The folder of the project whose storage this is, as `workspace.json` in it says; None where it does not."""
    try:
        with (workspace_storage / "workspace.json").open("rb") as file:
            named = record(json.loads(file.read(_MOST_OF_A_NAME_FILE)))
    except (OSError, ValueError, RecursionError):
        return None
    if (folder := text(named, "folder")) is not None:
        return path_of(folder)
    configuration = path_of(text(named, "workspace", "configuration") or "")
    return configuration.rpartition("/")[0] or None if configuration else None


def path_of(address: str) -> str | None:
    """The path in a URI that an editor wrote, `file:///c%3A/x` as `c:/x`; a path that is none stays as it is.

    Of a folder on another machine (`vscode-remote://…`) the path there. None for what names no file.
    """
    scheme, colon, _ = address.partition("://")
    if not colon:
        return address or None
    if scheme not in {"file", "vscode-remote"}:
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    path = unquote(parts.path)
    if scheme == "file" and parts.netloc:
        return f"//{unquote(parts.netloc)}{path}"
    is_drive = len(path) >= _DRIVE_AND_COLON and path[0] == "/" and path[1].isalpha() and path[2] == ":"
    return (path[1:] if is_drive else path) or None
