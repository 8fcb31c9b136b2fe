"""What the git folder of a workspace says of itself, by plain reads: no git needed, nothing run."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_LARGEST_POINTER: Final = 4096
_LARGEST_CONFIG: Final = 1_000_000
_LARGEST_PACKED_REFS: Final = 16_000_000
_COMMIT: Final = re.compile("[0-9a-f]{40}|[0-9a-f]{64}")
_BRANCH: Final = "ref: refs/heads/"
_SHORT_HASH: Final = 10
_REFTABLE_HEAD: Final = ".invalid"
_SECTION: Final = re.compile(r"\s*\[\s*([\w.-]+)(?:\s+\"((?:[^\"\\]|\\.)*)\")?\s*\]")
_URL: Final = re.compile(r"\s*url\s*=\s*(.*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Repository:
    """`root` is the work tree's top, `git_dir` its own git folder, `common_dir` the one all its work trees share."""

    root: Path
    git_dir: Path
    common_dir: Path


def find_repository(folder: Path) -> Repository | None:
    """The repository that `folder` is in, walking up; a linked work tree and a submodule have theirs."""
    absolute = folder.absolute()
    for root in (absolute, *absolute.parents):
        git_dir = _git_dir(root)
        if git_dir is not None:
            return Repository(root, git_dir, _common_dir(git_dir))
    return None


def read_branch(workspace: Path) -> str | None:
    """The branch checked out in `workspace`, or the short hash of a detached head; None when there is neither."""
    repository = find_repository(workspace)
    head = _read(repository.git_dir / "HEAD", _LARGEST_POINTER) if repository else None
    if head is None:
        return None
    if head.startswith(_BRANCH):
        branch = head.removeprefix(_BRANCH).strip()
        return branch if branch and branch != _REFTABLE_HEAD else None
    commit = head.strip()
    return commit[:_SHORT_HASH] if _COMMIT.fullmatch(commit) else None


def read_commit(workspace: Path) -> str | None:
    """The id of the commit checked out in `workspace`; None when there is none, or only git itself could tell."""
    repository = find_repository(workspace)
    head = _read(repository.git_dir / "HEAD", _LARGEST_POINTER) if repository else None
    if repository is None or head is None:
        return None
    name = head.removeprefix("ref:").strip()
    if not head.startswith("ref:"):
        return name if _COMMIT.fullmatch(name) else None
    if not name.startswith("refs/") or ".." in name:
        return None
    loose = _read(repository.common_dir / name, _LARGEST_POINTER)
    if loose is not None:
        return loose.strip() if _COMMIT.fullmatch(loose.strip()) else None
    packed = _read(repository.common_dir / "packed-refs", _LARGEST_PACKED_REFS) or ""
    found = re.search(rf"^([0-9a-f]{{40,64}}) {re.escape(name)}$", packed, re.MULTILINE)
    return found[1] if found else None


def origin_url(repository: Repository) -> str | None:
    """The URL of the remote `origin` as the repository's own configuration has it."""
    config = _read(repository.common_dir / "config", _LARGEST_CONFIG) or ""
    in_origin = False
    for line in config.splitlines():
        section = _SECTION.match(line)
        if section:
            in_origin = section[1].lower() == "remote" and section[2] == "origin"
        found = _URL.match(line[section.end() :] if section else line) if in_origin else None
        if found:
            return _config_value(found[1])
    return None


def _config_value(text: str) -> str | None:
    """The value of a line in git-config(1)'s syntax: quotes dropped, comments cut, escapes resolved."""
    value, quoted, escaped = "", False, False
    for character in text.strip():
        if escaped:
            value, escaped = value + character, False
        elif character == "\\":
            escaped = True
        elif character == '"':
            quoted = not quoted
        elif character in "#;" and not quoted:
            break
        else:
            value += character
    return value.strip() or None


def _git_dir(root: Path) -> Path | None:
    dot_git = root / ".git"
    pointer = _read(dot_git, _LARGEST_POINTER)
    if pointer is not None:
        target = pointer.removeprefix("gitdir:").strip()
        dot_git = root / target if pointer.startswith("gitdir:") and target else dot_git
    return dot_git if _read(dot_git / "HEAD", _LARGEST_POINTER) is not None else None


def _common_dir(git_dir: Path) -> Path:
    pointer = _read(git_dir / "commondir", _LARGEST_POINTER)
    return git_dir / pointer.strip() if pointer else git_dir


def _read(path: Path, limit: int) -> str | None:
    """The beginning of `path`; None when it is missing, a folder, out of reach, or its name no path at all."""
    try:
        if not path.is_file():
            return None
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(limit)
    except (OSError, ValueError):
        return None
