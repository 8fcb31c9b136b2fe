"""A lock between processes, by a file: at most one holds it, and the system frees it when that process dies."""

import os
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from holdfast.locations import make_private
from holdfast.sqlite.connection import translated_errors

if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class ProcessLock:
    """The lock `file` in `directory`, held from a successful `try_acquire` to `release` or the end of the process."""

    def __init__(self, directory: Path, file: str) -> None:
        self._directory = directory
        self._file = file
        self._descriptor: int | None = None

    def try_acquire(self) -> bool:
        """Take the lock if nobody has it; never waits. Raises StorageError when the file cannot be made."""
        make_private(self._directory)
        path = self._directory / self._file
        with translated_errors(path):
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _take(descriptor)
        except OSError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        """Give the lock back; nothing happens when it is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
