"""A copy of a workspace with an index of its own, so that lines can be taken out of files and typed again.

What a user has is only read: the copy, its index and every change lie under a folder of the evaluation.
"""

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from holdfast.errors import DiskFull, StorageError, WorkspaceError
from holdfast.evaluation.project_names import ProjectFile, project_file
from holdfast.index.ignore_rules import IgnoreRules
from holdfast.index.index_once import index_once
from holdfast.index.indexer_state import IndexerState
from holdfast.index.scan import scan
from holdfast.index.source_text import read_source
from holdfast.locations import Locations

MOST_FILES: Final = 20_000
MOST_BYTES: Final = 100_000_000


@dataclass(frozen=True, slots=True)
class WorkspaceCopy:
    """`root` is the copy, of the same name as the original; its index is where `locations` says; `files` by path."""

    root: Path
    locations: Locations
    files: tuple[ProjectFile, ...]

    @property
    def directory(self) -> Path:
        """Where the index of the copy lies."""
        return self.locations.workspace_cache(self.root)

    @contextmanager
    def with_text(self, path: str, text: str) -> Iterator[None]:
        """While it lasts, the file at `path` is `text`, on disk and in the index."""
        file = self.root / path
        original, status = file.read_bytes(), file.stat()
        with _written(file):
            file.write_bytes(text.encode(errors="replace"))
        try:
            self.bring_up_to_date()
            yield
        finally:
            file.write_bytes(original)
            os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))

    def bring_up_to_date(self, on_progress: Callable[[IndexerState], None] = lambda _: None) -> None:
        """Index what changed."""
        index_once(self.root, self.directory, on_progress)


def copy_workspace(
    root: Path, place: Path, on_progress: Callable[[IndexerState], None] = lambda _: None
) -> WorkspaceCopy:
    """Copy the files of `root` that count into `place` and index them there.

    Raises WorkspaceError when the folder cannot be read, holds nothing that counts or more than can be measured, and
    StorageError or DiskFull when the copy cannot be written.
    """
    found = scan(root, IgnoreRules(root))
    size = sum(file.size for file in found.files)
    if len(found.files) > MOST_FILES or size > MOST_BYTES:
        raise WorkspaceError(
            f"{root} has {len(found.files):,} files with {size // 1_000_000:,} MB; at most {MOST_FILES:,} files with"
            f" {MOST_BYTES // 1_000_000} MB are measured at a time.",
            remedy="Name a folder inside it.",
        )
    target = place / "copy" / (root.name or "workspace")
    files = []
    with _written(target):
        target.mkdir(parents=True)
        for file in found.files:
            read = read_source(root, file.path)
            if isinstance(read, str):
                continue
            _copy(root / file.path, target / file.path, file.mtime_ns)
            files.append(project_file(read.source))
    copy = WorkspaceCopy(
        target.resolve(), Locations(data=place / "data", cache=place / "cache"), tuple(sorted(files, key=_path))
    )
    copy.bring_up_to_date(on_progress)
    return copy


@contextmanager
def _written(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFull(f"No space left to copy to {target}.", remedy="Free some space and try again.") from error
        raise StorageError(f"{target} cannot be written: {error.strerror}.", remedy="Check its permissions.") from error


def _copy(source: Path, target: Path, mtime_ns: int) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target, follow_symlinks=False)
    os.utime(target, ns=(mtime_ns, mtime_ns))


def _path(file: ProjectFile) -> str:
    return file.path
