"""The folder `.holdfast` in a workspace, which git never sees: it may hold what people said.

Two things keep it out, because each alone can be undone by somebody else: a line in git's own list of what this clone
ignores (`info/exclude`, which is no tracked file), and an ignore file inside that ignores all beside it, which holds where a
`.gitignore` above says otherwise and where there is no repository yet.
"""

import os
import secrets
from pathlib import Path
from typing import Final

from holdfast.errors import HoldfastError, StorageError
from holdfast.sessions.identity.quiet_git import ask_git
from holdfast.sessions.identity.repository import Repository, find_repository

FOLDER: Final = ".holdfast"
_LINE: Final = f"{FOLDER}/"
_IGNORED: Final = frozenset({_LINE, f"/{_LINE}", FOLDER, f"**/{_LINE}"})
_LARGEST: Final = 4_000_000


def hidden_folder(root: Path) -> Path:
    """The folder in the workspace `root`, made and hidden from git. Raises HoldfastError, and has then made nothing.

    Refuses where git tracks something in it, where git cannot be asked, and where it is a link.
    """
    folder = root / FOLDER
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise HoldfastError(f"{folder} is no folder of its own.", remedy="Move it away; nothing was written.")
    repository = find_repository(root)
    if repository is not None:
        _refuse_tracked(repository, folder)
        _exclude(repository)
    try:
        folder.mkdir(exist_ok=True)
        if not (folder / ".gitignore").exists():
            write_whole(folder / ".gitignore", "*\n")
    except OSError as error:
        raise _not_written(folder, error) from error
    return folder


def write_whole(path: Path, text: str) -> None:
    """Write a private file (0600) whole or not at all; a link in its place is replaced, not followed. Raises StorageError."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", errors="surrogateescape", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise _not_written(path, error) from error


def _refuse_tracked(repository: Repository, folder: Path) -> None:
    place = folder.resolve().relative_to(repository.root.resolve()).as_posix()
    tracked = ask_git(repository, f"--work-tree={repository.root}", "ls-files", "-z", "--", f":(top,literal){place}")
    if tracked is None:
        raise HoldfastError(
            f"Git could not say whether it tracks {folder}.", remedy="Is git installed? Nothing was written."
        )
    if tracked:
        raise HoldfastError(
            f"Git tracks {tracked.split(chr(0))[0]}, and what sessions said must not be committed.",
            remedy=f"Run `git rm --cached -r {FOLDER}` and commit that; nothing was written.",
        )


def _exclude(repository: Repository) -> None:
    exclude = repository.common_dir / "info" / "exclude"
    try:
        known = exclude.read_bytes()[:_LARGEST] if exclude.exists() else b""
        if any(line.strip().decode("utf-8", "replace") in _IGNORED for line in known.splitlines()):
            return
        exclude.parent.mkdir(exist_ok=True)
        with exclude.open("ab") as file:
            file.write((b"" if not known or known.endswith(b"\n") else b"\n") + f"{_LINE}\n".encode())
    except OSError as error:
        raise _not_written(exclude, error) from error


def _not_written(path: Path, error: OSError) -> StorageError:
    return StorageError(f"{path} cannot be written: {error.strerror}.", remedy="Check space and permissions.")
