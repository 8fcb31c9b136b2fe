"""The writing side of sessions.db: adds sealed entries, whole batches or nothing."""

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from holdfast.errors import StorageError
from holdfast.sessions.entries.entry import Draft, Entry
from holdfast.sessions.entries.kinds import SESSION_END
from holdfast.sessions.entries.series import Series, Tip
from holdfast.sessions.log.derived import derive
from holdfast.sessions.log.schema import MIGRATIONS
from holdfast.sqlite.connection import open_for_writing, transaction, translated_errors
from holdfast.sqlite.migrations import migrate

T = TypeVar("T")


class SeriesBroken(StorageError):
    """An entry does not follow what the database holds of its series: the database was replaced, or two write one series."""


class SessionLog:
    """sessions.db at `path`; opened, made and migrated at the first `add`, and again after a failure.

    For one thread. Any number of processes may add at once: each its own series, SQLite's lock between them.
    `connect` opens a database that may be written.
    """

    def __init__(self, path: Path, connect: Callable[[Path], sqlite3.Connection] = open_for_writing) -> None:
        self.path = path
        self._connect = connect
        self._connection: sqlite3.Connection | None = None
        self._inode: tuple[int, int] | None = None

    def add(self, entries: Sequence[Entry]) -> int:
        """Add `entries` and return how many are new; once it returns, they survive the end of this process.

        Adding an entry twice changes nothing. Raises SeriesBroken, DiskFull or StorageError, and has then added nothing.
        """
        return self.change(lambda connection: sum(add_entry(connection, entry) for entry in entries))

    def append(self, dev: str, session: str, project: str | None, drafts: Sequence[Draft]) -> list[Entry]:
        """Seal `drafts` behind what the log holds of the series `(dev, session)`, and add them; of several processes, one by one.

        Raises ValueError for a draft without canonical form, DiskFull or StorageError, and has then added nothing.
        """
        return self.change(lambda connection: append_drafts(connection, dev, session, project, drafts))

    def change(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do `work` in one transaction: all of it, or nothing where anything is raised. Raises DiskFull or StorageError."""
        try:
            with translated_errors(self.path):
                connection = self._connected()
                with transaction(connection):
                    return work(connection)
        except StorageError:
            # A commit that failed may have left its transaction open; a new connection has none.
            self.close()
            raise

    def close(self) -> None:
        """Let go of the database; the next `add` opens it again."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _connected(self) -> sqlite3.Connection:
        # SQLite would go on writing to a file that was deleted or replaced under it, and nobody would ever read that.
        if self._connection is not None and _inode(self.path) != self._inode:
            self.close()
        if self._connection is None:
            connection = self._connect(self.path)
            try:
                migrate(connection, MIGRATIONS, self.path)
            except BaseException:
                connection.close()
                raise
            self._connection, self._inode = connection, _inode(self.path)
        return self._connection


def _inode(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def append_drafts(
    connection: sqlite3.Connection, dev: str, session: str, project: str | None, drafts: Sequence[Draft]
) -> list[Entry]:
    """`SessionLog.append` within a transaction that is under way."""
    row = connection.execute(
        "SELECT seq, id, hlc FROM entry WHERE dev = ? AND session = ? ORDER BY seq DESC LIMIT 1", (dev, session)
    ).fetchone()
    series = Series(dev=dev, session=session, project=project, tip=Tip(*row) if row is not None else None)
    entries = [series.extend(draft) for draft in drafts]
    for entry in entries:
        add_entry(connection, entry)
    return entries


def add_entry(connection: sqlite3.Connection, entry: Entry) -> int:
    """Add one entry within a transaction that is under way; how many are new. Raises SeriesBroken."""
    place = entry.place
    key = (place.dev, place.session)
    tip = connection.execute("SELECT max_contig, tip_id FROM series WHERE dev = ? AND session = ?", key).fetchone()
    last_seq, last_id = tip if tip is not None else (-1, None)
    if place.seq <= last_seq:
        found = connection.execute(
            "SELECT id FROM entry WHERE dev = ? AND session = ? AND seq = ?", (*key, place.seq)
        ).fetchone()
        if found != (entry.id,):
            raise SeriesBroken(f"Entry {place.seq} of session {place.session} is another one in the session log.")
        return 0
    if place.seq != last_seq + 1 or place.prev != last_id:
        raise SeriesBroken(f"Entry {place.seq} of session {place.session} does not follow entry {last_seq}.")
    row = connection.execute(
        "INSERT INTO entry (dev, session, seq, id, hlc, kind, project, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (*key, place.seq, entry.id, place.hlc, entry.kind, place.project, entry.body),
    )
    connection.execute(
        "INSERT OR REPLACE INTO series (dev, session, max_contig, tip_id, state) VALUES (?, ?, ?, ?, ?)",
        (*key, place.seq, entry.id, "ended" if entry.kind == SESSION_END else "open"),
    )
    derive(connection, int(row.lastrowid or 0), entry)
    return 1
