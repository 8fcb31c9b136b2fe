"""A connection to index.db that follows it: made before the index exists, kept when it is dropped and built anew."""

import sqlite3
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from holdfast.errors import StorageError
from holdfast.index.schema import SCHEMA_VERSION
from holdfast.sqlite.connection import open_for_reading, translated_errors

_T = TypeVar("_T")
Value = str | int


class ReadConnection:
    """Reads `path` from any process while its one writer writes; from any thread, one question at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._identity: tuple[int, int] | None = None
        self._data_version = -1
        self.revision = 0
        """Grows whenever a question met an index that had changed since the question before."""

    def close(self) -> None:
        """Close the connection; a later question opens it again."""
        with self._lock:
            self._drop()

    def ask(self, sql: str, values: Sequence[Value] = ()) -> list[tuple]:  # type: ignore[type-arg]
        """The rows of one question; [] while there is no index. Raises StorageError when it cannot be read."""
        with self._lock:
            return self._with_connection(lambda connection: connection.execute(sql, values).fetchall(), [])

    def look(self) -> int:
        """The revision there is now, looked at without a question."""
        with self._lock:
            return self._with_connection(lambda _: self.revision, self.revision)

    def _with_connection(self, question: Callable[[sqlite3.Connection], _T], nothing: _T) -> _T:
        try:
            connection = self._current()
            if connection is None:
                return nothing
            with translated_errors(self._path):
                return question(connection)
        except StorageError:
            # The writer may be just now replacing the file under us: only a second failure counts.
            self._drop()
            connection = self._current()
            if connection is None:
                return nothing
            with translated_errors(self._path):
                return question(connection)

    def _current(self) -> sqlite3.Connection | None:
        """The connection to the index that is there now, or None."""
        try:
            status = self._path.stat()
        except OSError:
            self._drop()
            return None
        identity = (status.st_dev, status.st_ino)
        if self._connection is None or identity != self._identity:
            self._drop()
            connection = open_for_reading(self._path)
            if connection.execute("PRAGMA user_version").fetchone()[0] != SCHEMA_VERSION:
                connection.close()
                return None
            self._connection, self._identity = connection, identity
        version = self._connection.execute("PRAGMA data_version").fetchone()[0]
        if version != self._data_version:
            self._data_version = version
            self.revision += 1
        return self._connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self.revision += 1
        self._connection, self._identity, self._data_version = None, None, -1
