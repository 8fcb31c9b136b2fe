"""Reads what is remembered of one project out of sessions.db: lazily, off the loop, and without ever getting in the way.

A database that is missing, locked, damaged or from a newer Holdfast is no memory, and one line in the log. Whether anything
changed costs a read of SQLite's own counter; only where that moved is the table asked, and only where the table differs is
it read again.
"""

import json
import logging
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from holdfast.errors import HoldfastError, StorageError
from holdfast.sessions.entries.clock import wall_clock_ms
from holdfast.sessions.identity.project import find_project
from holdfast.sessions.log.schema import MIGRATIONS
from holdfast.sessions.memory.digest import LastSession
from holdfast.sessions.memory.item import MemoryItem
from holdfast.sessions.memory.rank import Memory, Remembered
from holdfast.sqlite.connection import open_for_reading, translated_errors
from holdfast.sqlite.migrations import pending_migrations

logger = logging.getLogger(__name__)

T = TypeVar("T")

MemoryStamp = tuple[int, ...]
"""Another one where another memory would be read; () where there is none."""

PageStamp = tuple[object, ...]
"""Another one where the page for other tools (`digest.py`) would say something else that matters."""

_BUSY_MS: Final = 50
_CLOSE_SECONDS: Final = 0.05
_MOST_OF: Final = {
    "decision": 1_000,
    "correction": 600,
    "unfinished": 150,
    "settled": 50,
    "summary": 100,
    "reverted": 100,
}
"""The newest so many of each kind are looked at: two thousand in all."""
_COUNTED: Final = """
SELECT count(*), coalesce(sum(id), 0), coalesce(sum(at_ms & 0xffffffff), 0) FROM memory_item WHERE project = ?
"""
"""Another where one was forgotten and another one, which got its number, came; read from the index alone."""
_PINNED: Final = """
SELECT target, at_ms FROM pin WHERE EXISTS (SELECT 1 FROM session AS s WHERE s.session = target AND s.project = ?1)
    OR EXISTS (SELECT 1 FROM entry AS e WHERE e.id = target AND e.project = ?1) ORDER BY target
"""
_OTHERS: Final = "SELECT dev, standing, injected, project FROM device WHERE standing <> 'own' ORDER BY dev"
_TRUSTED: Final = """(d.standing = 'own' OR (d.standing IS NULL AND {dev} NOT IN (SELECT dev FROM segment WHERE own = 0))
    OR (d.standing = 'teammate' AND d.injected = 1 AND (d.project IS NULL OR d.project = ?1)))"""
"""The person's own devices count always, a teammate's once they are approved, and a revoked one never.

Nor does one that something came from and that is in no vault any more: whose it was is not known.
"""
_NEWEST: Final = f"""
SELECT m.kind, m.at_ms, m.key, m.text, m.paths, m.author, m.tool, e.id, m.session, m.branch,
    EXISTS (SELECT 1 FROM pin WHERE target IN (e.id, m.session))
FROM memory_item AS m JOIN entry AS e ON e.rowid = m.entry LEFT JOIN device AS d ON d.dev = m.dev
WHERE m.project = ?1 AND m.kind = ?2 AND {_TRUSTED.format(dev="m.dev")}
ORDER BY m.at_ms DESC, m.id DESC LIMIT ?3
"""  # noqa: S608 - a condition without values
_SESSIONS: Final = f"""
SELECT s.title, s.tool, s.last_ms FROM session AS s LEFT JOIN device AS d ON d.dev = s.device
WHERE s.project = ?1 AND {_TRUSTED.format(dev="s.device")} ORDER BY s.last_ms DESC LIMIT 5
"""  # noqa: S608 - a condition without values

_NAMED: Final = f"""
SELECT s.session, iif(s.title_rank > 0, s.title, ''), s.last_ms / 86400000
FROM session AS s LEFT JOIN device AS d ON d.dev = s.device
WHERE s.project = ?1 AND {_TRUSTED.format(dev="s.device")} ORDER BY s.last_ms DESC LIMIT 5
"""  # noqa: S608 - a condition without values
"""A title that counts what happens in a session under way is another one every few seconds: it waits for something else."""


class MemoryReader:
    """The memory of the project that `workspace` is, in the log at `path`. For any thread; calls wait for each other."""

    def __init__(self, path: Path, workspace: Path) -> None:
        self._path = path
        self._workspace = workspace
        self._lock = threading.Lock()
        self._project: str | None = None
        self._finding: threading.Thread | None = None
        self._connection: sqlite3.Connection | None = None
        self._opened: tuple[int, int] | None = None
        self._seen: int | None = None
        self._stamp: MemoryStamp = ()
        self._read: tuple[MemoryStamp, Memory] = ((), Memory(()))
        self._named: tuple[int | None, PageStamp] = (None, ())
        self._complained = ""
        self.is_sure = False
        """Whether the last answer is what the log says, and not only all that could be had of it."""

    def find_project(self) -> None:
        """Find out which project it is, and wait for that; may run git. Without this call a thread does so meanwhile."""
        try:
            self._project = find_project(self._workspace, self._path.parent)
        except (HoldfastError, OSError) as error:
            self._complain(f"There is no session memory: {error}")

    @property
    def project(self) -> str | None:
        """The project's id, once it is known."""
        return self._project

    def stamp(self) -> MemoryStamp:
        """What `memory` would be made from now."""
        with self._lock:
            return self._guarded(self._look, ())

    def memory(self) -> Memory:
        """What is remembered; read again only where it has changed."""
        with self._lock:
            return self._guarded(self._remember, Memory(()))

    def page_stamp(self) -> PageStamp:
        """What the page for other tools would be made from now: what is remembered, and which sessions came last."""
        with self._lock:
            return self._guarded(self._look_at_page, ())

    def last_sessions(self) -> tuple[LastSession, ...]:
        """The project's sessions of the person and of approved teammates, the latest first; at most five."""
        with self._lock:
            return self._guarded(self._list_sessions, ())

    def close(self) -> None:
        """Let go of the database; of one that somebody reads from just now, on a disk that does not answer, once he is done."""
        if self._lock.acquire(timeout=_CLOSE_SECONDS):
            try:
                self._close()
            finally:
                self._lock.release()

    def _guarded(self, call: Callable[[], T], without: T) -> T:
        if not self._is_known():
            return without
        try:
            with translated_errors(self._path):
                self.is_sure = True
                return call()
        except StorageError as error:
            self.is_sure = False
            self._close()
            self._complain(f"There is no session memory: {error}")
            return without

    def _is_known(self) -> bool:
        """Whether it is known which project this is; it may take git a while to say so, and nobody waits for that."""
        if self._project is None and self._finding is None:
            self._finding = threading.Thread(target=self.find_project, name="find project", daemon=True)
            self._finding.start()
        return self._project is not None

    def _remember(self) -> Memory:
        stamp = self._look()
        if self._read[0] != stamp:
            connection = self._connected()
            rows = [] if connection is None else _rows(connection, self._project or "")
            self._read = (stamp, Memory(rows, now_ms=wall_clock_ms()))
        return self._read[1]

    def _list_sessions(self) -> tuple[LastSession, ...]:
        connection = self._connected()
        rows = connection.execute(_SESSIONS, (self._project,)) if connection is not None else ()
        return tuple(LastSession(str(title), str(tool), int(last_ms)) for title, tool, last_ms in rows)

    def _look_at_page(self) -> PageStamp:
        stamp, connection = self._look(), self._connected()
        if connection is not None and self._named[0] != self._seen:
            self._named = (self._seen, tuple(connection.execute(_NAMED, (self._project,)).fetchall()))
        return (*stamp, *self._named[1]) if connection is not None else ()

    def _look(self) -> MemoryStamp:
        connection = self._connected()
        if connection is None:
            self._stamp = ()
            return ()
        version = int(connection.execute("PRAGMA data_version").fetchone()[0])
        if version != self._seen:
            counted = connection.execute(_COUNTED, (self._project,)).fetchone()
            rest = (connection.execute(_PINNED, (self._project,)).fetchall(), connection.execute(_OTHERS).fetchall())
            self._seen = version
            self._stamp = (*(self._opened or ()), *counted, hash(repr(rest))) if counted[0] else ()
        return self._stamp

    def _connected(self) -> sqlite3.Connection | None:
        file = _file_at(self._path)
        if file != self._opened:
            self._close()
        if self._connection is None and file is not None:
            connection = open_for_reading(self._path)
            try:
                connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
                if pending_migrations(connection, MIGRATIONS, self._path):
                    connection.close()  # An older Holdfast wrote it; the recorder brings it up to date.
                    self.is_sure = False
                    return None
            except BaseException:
                connection.close()
                raise
            self._connection, self._opened = connection, file
        return self._connection

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        self._opened, self._seen, self._stamp = None, None, ()
        self._named = (None, ())
        if connection is not None:
            connection.close()

    def _complain(self, words: str) -> None:
        if words != self._complained:
            self._complained = words
            logger.warning("%s", words)


def _rows(connection: sqlite3.Connection, project: str) -> list[Remembered]:
    return [
        _remembered(row)
        for kind, most in _MOST_OF.items()
        for row in connection.execute(_NEWEST, (project, kind, most))
    ]


def _remembered(row: tuple[object, ...]) -> Remembered:
    kind, at_ms, key, text, paths, author, tool, entry, session, branch, pinned = row
    told = json.loads(str(paths))
    item = MemoryItem(
        kind,  # type: ignore[arg-type]  # what rows.py wrote
        int(str(at_ms)),
        str(key),
        str(text),
        tuple(str(path) for path in told) if isinstance(told, list) else (),
        "person" if author == "person" else "model",
        str(tool),
    )
    return Remembered(item, str(entry), str(session), str(branch) if branch else None, bool(pinned))


def _file_at(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
