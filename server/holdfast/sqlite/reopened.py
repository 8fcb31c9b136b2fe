"""A connection to a recorded database that is held open, and opened anew where the file is another one now."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

from holdfast.sqlite.connection import open_for_writing


class ReopenedDatabase:
    """The database at `path`, for one thread. `connect` opens it for writing, `prepare` brings it up to date after that."""

    def __init__(
        self,
        path: Path,
        prepare: Callable[[sqlite3.Connection], object],
        connect: Callable[[Path], sqlite3.Connection] = open_for_writing,
    ) -> None:
        self.path = path
        self._prepare = prepare
        self._connect = connect
        self._connection: sqlite3.Connection | None = None
        self._inode: tuple[int, int] | None = None

    def connection(self) -> sqlite3.Connection:
        """The connection, opened and prepared where there is none; raises what those raise, and holds none then."""
        # SQLite would go on writing to a file that was deleted or replaced under it, and nobody would ever read that.
        if self._connection is not None and _inode(self.path) != self._inode:
            self.close()
        if self._connection is None:
            connection = self._connect(self.path)
            try:
                self._prepare(connection)
            except BaseException:
                connection.close()
                raise
            self._connection, self._inode = connection, _inode(self.path)
        return self._connection

    def close(self) -> None:
        """Let go of the database; the next `connection` opens it again."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _inode(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
