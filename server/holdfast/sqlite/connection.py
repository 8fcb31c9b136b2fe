"""SQLite connections as Holdfast uses them: WAL, a busy timeout, private files, errors in our words."""

import errno
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from holdfast.errors import DiskFull, StorageError
from holdfast.locations import make_private

BUSY_TIMEOUT_MS = 5000
_PRIVATE_FILE = 0o600
_WAL_RETRY_SECONDS = 0.02


def open_for_writing(path: Path) -> sqlite3.Connection:
    """A connection that may write; makes the file (0600) and its folder (0700) when they are missing.

    Transactions are explicit (`BEGIN IMMEDIATE`); `synchronous=NORMAL`: a power cut loses at most the last second.
    """
    make_private(path.parent)
    with translated_errors(path):
        path.touch(mode=_PRIVATE_FILE, exist_ok=True)
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        with _closed_on_error(connection):
            connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
            _switch_to_wal(connection)
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
    return connection


def open_for_reading(path: Path) -> sqlite3.Connection:
    """A connection that cannot write; raises StorageError when there is no such database."""
    with translated_errors(path):
        uri = f"{path.absolute().as_uri()}?mode=ro"
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
        with _closed_on_error(connection):
            connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
            connection.execute("PRAGMA query_only = ON")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """One `BEGIN IMMEDIATE` … `COMMIT`, rolled back when anything is raised."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # On a full disk SQLite has rolled back by itself.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def snapshot(connection: sqlite3.Connection) -> Iterator[None]:
    """One state of the database, whatever others write meanwhile, and without their lock; nothing can be written in it."""
    connection.execute("PRAGMA query_only = ON")
    try:
        connection.execute("BEGIN")
        yield
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        connection.execute("PRAGMA query_only = OFF")


@contextmanager
def translated_errors(path: Path) -> Iterator[None]:
    """Map SQLite's and the file system's errors about `path` to StorageError or DiskFull."""
    try:
        yield
    except sqlite3.Error as error:
        if "full" in str(error):
            raise DiskFull(f"No space left to write {path}.", remedy="Free some space; nothing is lost.") from error
        raise StorageError(f"The database {path} cannot be used: {error}.") from error
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFull(f"No space left to write {path}.", remedy="Free some space; nothing is lost.") from error
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise StorageError(f"The database {path} cannot be used: {reason}.", remedy="Check its permissions.") from error


@contextmanager
def _closed_on_error(connection: sqlite3.Connection) -> Iterator[None]:
    try:
        yield
    except BaseException:
        connection.close()
        raise


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """Two processes that make one database at once: SQLite answers "locked" here without waiting, so we wait."""
    deadline = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(_WAL_RETRY_SECONDS)
        else:
            return
