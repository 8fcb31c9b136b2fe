"""The folder a dataset is written into: new, private, and there as a whole or not at all."""

import errno
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TextIO

from holdfast.errors import DiskFull, StorageError, UsageError
from holdfast.sessions.identity.quiet_git import ask_git
from holdfast.sessions.identity.repository import find_repository

_PARTIAL: Final = ".partial"


def check_place(out: Path, root: Path) -> None:
    """Raise UsageError where `out` is taken, has no folder to lie in, or lies in the project at `root` and git would see it."""
    if os.path.lexists(out):
        raise UsageError(f"{out} exists, and nothing is written over.", remedy="Name a folder that does not exist yet.")
    if not out.parent.is_dir():
        raise UsageError(f"There is no folder {out.parent}.", remedy="Make it first, or name another.")
    place = out.parent.resolve() / out.name
    if place.is_relative_to(root) and not _is_ignored(place, root):
        raise UsageError(
            f"{out} lies in the project, where git does not ignore it.",
            remedy="Name a folder elsewhere, or put it into .gitignore first.",
        )


def _is_ignored(place: Path, root: Path) -> bool:
    repository = find_repository(root)
    if repository is None:
        return False
    # With "/", for a pattern that means folders alone must match one that is not there yet.
    return (
        ask_git(repository, f"--work-tree={repository.root}", "check-ignore", "--no-index", "--", f"{place}/")
        is not None
    )


class NewFolder:
    """A folder of files that appear together: until `keep`, they have names that end in `.partial`."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self._names: list[str] = []

    @property
    def size(self) -> int:
        """Bytes written so far."""
        return sum((self.out / f"{name}{_PARTIAL}").stat().st_size for name in self._names)

    @contextmanager
    def file(self, name: str) -> Iterator[TextIO]:
        """A new private file in it."""
        path = self.out / f"{name}{_PARTIAL}"
        with _errors(path):
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            self._names.append(name)
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
                yield file

    def keep(self) -> None:
        """Give the files their names."""
        with _errors(self.out):
            for name in self._names:
                (self.out / f"{name}{_PARTIAL}").rename(self.out / name)


@contextmanager
def new_folder(out: Path) -> Iterator[NewFolder]:
    """The new folder `out`; taken away again when anything is raised. Raises DiskFull or StorageError."""
    with _errors(out):
        out.mkdir(mode=0o700)
    try:
        yield NewFolder(out)
    except BaseException:
        shutil.rmtree(out, ignore_errors=True)
        raise


def write_row(file: TextIO, row: Mapping[str, object]) -> None:
    """One line of JSON."""
    file.write(json.dumps(row, ensure_ascii=False) + "\n")


@contextmanager
def _errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFull(f"No space left to write {path}.", remedy="Free some space and try again.") from error
        raise StorageError(f"{path} cannot be written: {error.strerror}.", remedy="Check its permissions.") from error
