"""A word for when another process writes to the session log for longer than one waits."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from holdfast.errors import StorageError


@contextmanager
def told_when_busy(path: Path) -> Iterator[None]:
    """Say of a StorageError about the log at `path` that it is busy, where that is its cause."""
    try:
        yield
    except StorageError as error:
        cause = error.__cause__
        code = getattr(cause, "sqlite_errorcode", None) if isinstance(cause, sqlite3.OperationalError) else None
        if not isinstance(code, int) or code & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        raise StorageError(
            f"The session log {path} is busy: another Holdfast is writing to it.",
            remedy="Try again in a moment; making lists and search again takes long where the log is large.",
        ) from error
