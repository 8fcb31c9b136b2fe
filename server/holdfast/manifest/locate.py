"""Where manifests lie, and in which order they apply to a file: as Claude Code reads them.

First the machine's and the person's own, then those of each folder from the workspace's root down to the file's: its
CLAUDE.md (beside it or in `.claude`), its rules, its CLAUDE.local.md. Nothing above the workspace is looked at: an editor
was told to trust the workspace, not what lies around it.
"""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from holdfast.manifest.section import Scope

DEFAULT_NAME: Final = "CLAUDE.md"
LOCAL_NAME: Final = "CLAUDE.local.md"
OTHER_NAME: Final = "AGENTS.md"
_MOST_FOLDERS: Final = 64


@dataclass(frozen=True, slots=True)
class Homes:
    """The folders outside of a workspace that manifests are read from."""

    home: Path
    config: Path
    managed: Path

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Homes":
        """Those of this person and this machine; `CLAUDE_CONFIG_DIR` as Claude Code has it."""
        found = Path(os.path.expanduser("~"))  # noqa: PTH111 - it raises nothing where nobody knows the home folder
        home = found if found.is_absolute() else Path(os.devnull)
        config = environment.get("CLAUDE_CONFIG_DIR", "").strip()
        return cls(home, Path(os.path.expanduser(config)) if config else home / ".claude", _managed_folder())  # noqa: PTH111


@dataclass(frozen=True, slots=True)
class ManifestPlace:
    """A file to read, or (`is_folder`) a folder of rules. `base` is what patterns are relative to."""

    path: Path
    scope: Scope
    base: Path
    is_users: bool = False
    is_folder: bool = False


def places_for(
    root: Path, folder: str, name: str, homes: Homes, is_there: Callable[[Path], bool]
) -> Iterator[ManifestPlace]:
    """What is there for a file in `folder` (relative to `root`, "" is the root), in the order in which it applies.

    `name` stands for CLAUDE.md in every folder; one with a "/" names one file of the workspace.
    """
    for own in (
        ManifestPlace(homes.managed / DEFAULT_NAME, "user", root, is_users=True),
        ManifestPlace(homes.config / DEFAULT_NAME, "user", root, is_users=True),
        ManifestPlace(homes.config / "rules", "rules", root, is_users=True, is_folder=True),
    ):
        if is_there(own.path):
            yield own
    has_manifest = False
    for below in _folders_down_to(folder):
        place = root / below if below else root
        scope: Scope = "nested" if below else "project"
        found = [path for path in _manifests_in(place, name, is_root=not below) if is_there(path)]
        local = place / LOCAL_NAME
        has_local = is_there(local)
        has_manifest = has_manifest or has_local or bool(found)
        if not has_manifest and is_there(place / OTHER_NAME):
            found = [place / OTHER_NAME]
        yield from (ManifestPlace(path, scope, place) for path in found)
        rules = place / ".claude" / "rules"
        if is_there(rules):
            yield ManifestPlace(rules, "rules", place, is_folder=True)
        if has_local:
            yield ManifestPlace(local, "local", place)


def shown_path(path: Path, root: Path, home: Path) -> str:
    """`path` as a person and a prompt read it: relative to the workspace, with `~/` in the home folder, else `../`."""
    path = Path(os.path.normpath(path))
    if path.is_relative_to(root):
        return path.relative_to(root).as_posix()
    if path.is_relative_to(home):
        return f"~/{path.relative_to(home).as_posix()}"
    try:
        return os.path.relpath(path, root).replace(os.sep, "/")
    except ValueError:  # another drive
        return path.name


def _manifests_in(folder: Path, name: str, *, is_root: bool) -> list[Path]:
    if name == DEFAULT_NAME:
        return [folder / DEFAULT_NAME, folder / ".claude" / DEFAULT_NAME]
    return [folder / name] if is_root or "/" not in name.replace("\\", "/") else []


def _folders_down_to(folder: str) -> list[str]:
    parts = [part for part in PurePosixPath(folder).parts if part not in {".", "/"}]
    if ".." in parts:
        return [""]
    return ["/".join(parts[:end]) for end in range(min(len(parts), _MOST_FOLDERS) + 1)]


def _managed_folder() -> Path:
    """Where an organisation's policy for Claude Code lies."""
    if sys.platform == "darwin":
        return Path("/Library/Application Support/ClaudeCode")
    return Path(r"C:\Program Files\ClaudeCode") if sys.platform == "win32" else Path("/etc/claude-code")
