"""Where git keeps its ignore rules for a folder: the repository's top, `info/exclude`, `core.excludesFile`."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_GIT_TIMEOUT_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class GitPlaces:
    """`top` is the repository's working folder, or the workspace itself outside of git.

    `settings` are the files that may name a `core.excludesFile`, there or not.
    """

    top: Path
    info_exclude: Path | None
    settings: tuple[Path, ...]


def find_git_places(root: Path) -> GitPlaces:
    """Look upwards from `root` for a repository."""
    # The first is there as soon as `git init` is run in a workspace that was in no repository.
    settings = (root / ".git" / "config", Path("~/.gitconfig").expanduser(), _config_home() / "git" / "config")
    for folder in (root, *root.parents):
        git_directory = _git_directory(folder / ".git")
        if git_directory is not None:
            return GitPlaces(folder, git_directory / "info" / "exclude", (git_directory / "config", *settings))
    return GitPlaces(root, None, settings)


def _git_directory(dot_git: Path) -> Path | None:
    """The common directory of a repository; a work tree and a submodule have a file that points to theirs."""
    try:
        if dot_git.is_dir():
            return dot_git
        if not dot_git.is_file():
            return None
        pointer = dot_git.read_text("utf-8", errors="replace").strip()
        if not pointer.startswith("gitdir:"):
            return None
        directory = dot_git.parent / pointer.removeprefix("gitdir:").strip()
        common = directory / "commondir"
        if common.is_file():
            directory = directory / common.read_text("utf-8", errors="replace").strip()
    except OSError:
        return None
    return directory


def ask_excludes_file(root: Path) -> Path:
    """What git says is `core.excludesFile` in `root`, or its default place. Runs git: not for an event loop."""
    try:
        answer = subprocess.run(
            ["git", "config", "--path", "--get", "core.excludesFile"],
            cwd=root,
            capture_output=True,
            timeout=_GIT_TIMEOUT_S,
            check=False,
        )
        configured = os.fsdecode(answer.stdout).strip()
        if answer.returncode == 0 and configured:
            return Path(configured).expanduser()
    except (OSError, subprocess.SubprocessError):
        pass  # no git on this machine: its default place may still hold rules
    return _config_home() / "git" / "ignore"


def _config_home() -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or "~/.config").expanduser()
