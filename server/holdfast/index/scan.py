"""Walking a workspace: which files count, which directories to watch, and why the rest was left out."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from holdfast.errors import WorkspaceError
from holdfast.index.generated import unwritten_name
from holdfast.index.ignore_rules import IgnoreRules
from holdfast.index.never_source import is_vendored
from holdfast.index.secret_files import is_secret
from holdfast.index.skip_reasons import SkipReason
from holdfast.index.source_text import LARGEST_FILE_BYTES

ListDirectory = Callable[[str], AbstractContextManager[Iterator["os.DirEntry[str]"]]]


@dataclass(frozen=True, slots=True)
class ScannedFile:
    """A file that counts by name and size; its content may still say otherwise."""

    path: str
    mtime_ns: int
    size: int


@dataclass(frozen=True, slots=True)
class Scan:
    """`files` newest first; `directories` relative with "/", "" is the root; `skipped` counts by reason."""

    files: tuple[ScannedFile, ...]
    directories: tuple[str, ...]
    skipped: Counter[str]


def scan(root: Path, rules: IgnoreRules, *, below: str = "", list_directory: ListDirectory = os.scandir) -> Scan:
    """Walk `root`, or its folder `below`, without following links. An ignored folder counts as one.

    Raises WorkspaceError when the folder to begin with cannot be read; any other is counted as unreadable.
    """
    files: list[ScannedFile] = []
    directories: list[str] = []
    skipped: Counter[str] = Counter()
    pending = [below]
    while pending:
        directory = pending.pop()
        try:
            with list_directory(str(root / directory)) as entries:
                for entry in entries:
                    _sort_in(
                        entry, f"{directory}/{entry.name}" if directory else entry.name, rules, files, pending, skipped
                    )
            directories.append(directory)
        except OSError as error:
            if directory == below:
                raise WorkspaceError(
                    f"The folder {root / below} cannot be read: {error.strerror}.",
                    remedy="Check that it exists and that you may read it.",
                ) from error
            skipped["unreadable"] += 1
    files.sort(key=lambda file: (-file.mtime_ns, file.path))
    return Scan(tuple(files), tuple(sorted(directories)), skipped)


def _sort_in(
    entry: "os.DirEntry[str]",
    path: str,
    rules: IgnoreRules,
    files: list[ScannedFile],
    pending: list[str],
    skipped: Counter[str],
) -> None:
    try:
        if entry.is_symlink():
            skipped["symlink"] += 1
        elif entry.is_dir():
            cause = rules.why_ignored(path, is_directory=True)
            if cause is None:
                pending.append(path)
            else:
                skipped[ignored_reason(cause)] += 1
        elif not entry.is_file():
            skipped["not_a_file"] += 1
        else:
            status = entry.stat(follow_symlinks=False)
            reason = why_skipped(path, status.st_size, rules)
            if reason is None:
                files.append(ScannedFile(path, status.st_mtime_ns, status.st_size))
            else:
                skipped[reason] += 1
    except OSError:
        skipped["unreadable"] += 1


def ignored_reason(cause: str) -> SkipReason:
    """The skip reason of what the ignore rules leave out because of `cause`."""
    return "vendored" if is_vendored(cause) else "ignored"


def why_skipped(path: str, size: int, rules: IgnoreRules) -> SkipReason | None:
    """The skip reason that name and size alone give, in the order in which they are told."""
    cause = rules.why_ignored(path, is_directory=False)
    if cause is not None:
        return ignored_reason(cause)
    if is_secret(path):
        return "secret"
    if not is_utf8(path):
        return "unreadable"
    if size > LARGEST_FILE_BYTES:
        return "too_large"
    named = unwritten_name(path)
    return None if named is None else named.reason


def is_utf8(path: str) -> bool:
    """Whether a file name is text. File names that are no UTF-8 reach Python with lone surrogates, which neither SQLite nor an editor takes."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True
