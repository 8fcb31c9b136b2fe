"""The writing side of sessions.db: adds sealed entries, whole batches or nothing."""

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from holdfast.errors import StorageError
from holdfast.sessions.entries.clock import stamp_ms
from holdfast.sessions.entries.entry import Draft, Entry, Place
from holdfast.sessions.entries.kinds import CONTROL, SESSION_END
from holdfast.sessions.entries.series import Series, Tip
from holdfast.sessions.entries.strand import session_of
from holdfast.sessions.log.busy import told_when_busy
from holdfast.sessions.log.control import take_control
from holdfast.sessions.log.derived import derive, recount
from holdfast.sessions.log.forgetting import forget
from holdfast.sessions.log.rebuild import LogProgress, bring_up_to_date, catch_up, is_behind, quietly
from holdfast.sessions.log.state import note_last_row, scrub
from holdfast.sessions.log.tombstones import (
    FORGOTTEN,
    Tombstone,
    is_entry_forgotten,
    is_message_forgotten,
    is_session_forgotten,
    keep_tombstone,
)
from holdfast.sqlite.connection import open_for_writing, snapshot, transaction, translated_errors
from holdfast.sqlite.reopened import ReopenedDatabase

T = TypeVar("T")


class SeriesBroken(StorageError):
    """An entry does not follow what the database holds of its series: the database was replaced, or two write one series."""


class SessionLog:
    """sessions.db at `path`; opened, made and migrated at the first call, and again after a failure.

    For one thread. Any number of processes may add at once: each its own series, SQLite's lock between them.
    `connect` opens a database that may be written; `progress` hears of what is derived being made again, which may take long.
    """

    def __init__(
        self,
        path: Path,
        connect: Callable[[Path], sqlite3.Connection] = open_for_writing,
        progress: LogProgress = quietly,
    ) -> None:
        self.path = path
        self._database = ReopenedDatabase(
            path, lambda connection: bring_up_to_date(connection, path, progress), connect
        )

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
            with told_when_busy(self.path), translated_errors(self.path):
                connection = self._database.connection()
                with transaction(connection):
                    catch_up(connection)
                    done = work(connection)
                    note_last_row(connection)
                scrub(connection)
                return done
        except StorageError:
            # A commit that failed may have left its transaction open; a new connection has none.
            self.close()
            raise

    def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do `work`, which writes nothing, on one state of the log, without keeping others from writing. Raises StorageError."""
        try:
            with told_when_busy(self.path), translated_errors(self.path):
                connection = self._database.connection()
                if is_behind(connection):
                    with transaction(connection):
                        catch_up(connection)
                with snapshot(connection):
                    return work(connection)
        except StorageError:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the database; the next call opens it again."""
        self._database.close()


def append_drafts(
    connection: sqlite3.Connection, dev: str, session: str, project: str | None, drafts: Sequence[Draft]
) -> list[Entry]:
    """`SessionLog.append` within a transaction that is under way. What was forgotten is left out of what it returns."""
    if session != CONTROL and is_session_forgotten(connection, session, dev):
        return []
    row = connection.execute(
        "SELECT seq, id, hlc FROM entry WHERE dev = ? AND session = ? ORDER BY seq DESC LIMIT 1", (dev, session)
    ).fetchone()
    series = Series(dev=dev, session=session, project=project, tip=Tip(*row) if row is not None else None)
    entries = []
    for draft in drafts:
        native_id = draft.src.get("native_id")
        if isinstance(native_id, str) and is_message_forgotten(connection, session, native_id, dev):
            continue
        entry = series.extend(draft)
        add_entry(connection, entry)
        entries.append(entry)
    return entries


def add_entry(connection: sqlite3.Connection, entry: Entry) -> int:
    """Add one entry within a transaction that is under way; how many are new. Raises SeriesBroken.

    Of a forgotten session nothing is added; of a forgotten entry its place alone, so that what follows it has one.
    """
    place = entry.place
    if place.session == CONTROL:
        if _is_there(connection, entry.id, place):
            return 0
        _insert(connection, entry.id, place, entry.kind, entry.body)
        take_control(connection, entry)
        return 1
    if is_session_forgotten(connection, place.session, place.dev) or _is_there(connection, entry.id, place):
        return 0
    if is_entry_forgotten(connection, entry):
        _insert_place(connection, entry.id, place)
        keep_tombstone(connection, _tombstone(entry.id, place, entry.tool, entry.native_id))
    else:
        derive(connection, _insert(connection, entry.id, place, entry.kind, entry.body), entry)
    return 1


def add_forgotten(connection: sqlite3.Connection, entry_id: str, place: Place) -> int:
    """Add the place of an entry that its own device forgot before it travelled, or forget it here; how many are new.

    Within a transaction that is under way. Raises SeriesBroken.
    """
    if is_session_forgotten(connection, place.session, place.dev):
        return 0
    is_there = _is_there(connection, entry_id, place)
    if not is_there:
        _insert_place(connection, entry_id, place)
    forget(connection, [_tombstone(entry_id, place, None, None)])
    return int(not is_there)


def _tombstone(entry_id: str, place: Place, tool: str | None, native_id: str | None) -> Tombstone:
    at_ms = stamp_ms(place.hlc)
    return Tombstone(entry_id, "entry", place.session, tool, native_id, at_ms, place.dev, only_dev=place.dev)


def _is_there(connection: sqlite3.Connection, entry_id: str, place: Place) -> bool:
    """Whether the entry is in the log; if not, it must follow the last of its series. Raises SeriesBroken."""
    key = (place.dev, place.session)
    tip = connection.execute("SELECT max_contig, tip_id FROM series WHERE dev = ? AND session = ?", key).fetchone()
    last_seq, last_id = tip if tip is not None else (-1, None)
    if place.seq <= last_seq:
        found = connection.execute(
            "SELECT id FROM entry WHERE dev = ? AND session = ? AND seq = ?", (*key, place.seq)
        ).fetchone()
        if found != (entry_id,):
            raise SeriesBroken(f"Entry {place.seq} of session {place.session} is another one in the session log.")
        return True
    if place.seq != last_seq + 1 or place.prev != last_id:
        raise SeriesBroken(f"Entry {place.seq} of session {place.session} does not follow entry {last_seq}.")
    return False


def _insert_place(connection: sqlite3.Connection, entry_id: str, place: Place) -> None:
    """Insert a forgotten entry. Once a session's own series has begun, what others say of its branch counts no longer."""
    _insert(connection, entry_id, place, FORGOTTEN, "")
    if place.seq == 0 and place.session == session_of(place.session) != CONTROL:
        recount(connection, place.session)


def _insert(connection: sqlite3.Connection, entry_id: str, place: Place, kind: str, body: str) -> int:
    """The new row's number."""
    row = connection.execute(
        "INSERT INTO entry (dev, session, seq, id, hlc, kind, project, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (place.dev, place.session, place.seq, entry_id, place.hlc, kind, place.project, body),
    )
    connection.execute(
        "INSERT OR REPLACE INTO series (dev, session, max_contig, tip_id, state) VALUES (?, ?, ?, ?, ?)",
        (place.dev, place.session, place.seq, entry_id, "ended" if kind == SESSION_END else "open"),
    )
    return int(row.lastrowid or 0)
