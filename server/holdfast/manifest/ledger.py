"""manifests.db: what a person let pass, per workspace. Recorded, never derived: losing it would ask for consent again.

A content that was accepted stays accepted: who changes branches back and forth is asked once.
"""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from holdfast.errors import StorageError
from holdfast.sqlite.connection import open_for_writing, transaction, translated_errors
from holdfast.sqlite.migrations import Migration, migrate

_KEPT_CONTENTS: Final = 16
_DAMAGED: Final = frozenset({sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT})
_IF_DAMAGED: Final = "Move {path} away; what was let pass is asked about again."
_MIGRATIONS: Final = (
    Migration(
        "2026-11-21 what was accepted",
        (
            """
            CREATE TABLE accepted (
                id INTEGER PRIMARY KEY,
                workspace TEXT NOT NULL,
                path TEXT NOT NULL,
                digest TEXT NOT NULL,
                text TEXT NOT NULL,
                head TEXT NOT NULL,
                accepted_at TEXT NOT NULL
            )
            """,
            "CREATE INDEX accepted_path ON accepted (workspace, path)",
            """
            CREATE TABLE first_seen (
                workspace TEXT NOT NULL,
                repository TEXT NOT NULL,
                head TEXT NOT NULL,
                PRIMARY KEY (workspace, repository)
            ) WITHOUT ROWID
            """,
            """
            CREATE TABLE approved_outside (
                workspace TEXT NOT NULL,
                path TEXT NOT NULL,
                approved_at TEXT NOT NULL,
                PRIMARY KEY (workspace, path)
            ) WITHOUT ROWID
            """,
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A content of a file that may be used, and the commit that was checked out then ("" outside of git)."""

    digest: str
    text: str
    head: str


class Ledger:
    """manifests.db at `path`, for one workspace; opened and made at the first question, and again after a failure.

    Any thread may ask, one at a time. Raises StorageError or DiskFull.
    """

    def __init__(self, path: Path, workspace: Path) -> None:
        self.path = path
        self._workspace = _key(workspace)
        self._connection: sqlite3.Connection | None = None
        self._lock = threading.Lock()

    @property
    def approvals(self) -> Path:
        """A file that changes whenever something is approved: what other processes look at."""
        return self.path.with_name("manifests.approved")

    def accepted(self, path: Path, digest: str) -> tuple[Accepted | None, bool]:
        """The content of `path` accepted last, and whether the content `digest` is one that was accepted."""
        with self._open() as connection:
            place = (self._workspace, _key(path))
            last = connection.execute(
                "SELECT digest, text, head FROM accepted WHERE workspace = ? AND path = ? ORDER BY id DESC LIMIT 1",
                place,
            ).fetchone()
            known = connection.execute(
                "SELECT 1 FROM accepted WHERE workspace = ? AND path = ? AND digest = ?", (*place, digest)
            ).fetchone()
        return (Accepted(*last) if last is not None else None), known is not None

    def accept(self, path: Path, content: Accepted) -> None:
        """`content` may be used from now on; it is the last one accepted."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        place = (self._workspace, _key(path))
        with self._open() as connection, transaction(connection):
            connection.execute(
                "DELETE FROM accepted WHERE workspace = ? AND path = ? AND digest = ?", (*place, content.digest)
            )
            connection.execute(
                "INSERT INTO accepted (workspace, path, digest, text, head, accepted_at) VALUES (?, ?, ?, ?, ?, ?)",
                (*place, content.digest, content.text, content.head, now),
            )
            connection.execute(
                "DELETE FROM accepted WHERE workspace = ? AND path = ? AND id NOT IN"
                " (SELECT id FROM accepted WHERE workspace = ? AND path = ? ORDER BY id DESC LIMIT ?)",
                (*place, *place, _KEPT_CONTENTS),
            )

    def remembered(self) -> tuple[Path, ...]:
        """The files whose content was let pass last, and is not that of a link or of a file that is gone."""
        with self._open() as connection:
            rows = connection.execute(
                "SELECT path FROM accepted WHERE id IN (SELECT max(id) FROM accepted WHERE workspace = ? GROUP BY path)"
                " AND text <> '' AND digest NOT LIKE 'link:%' ORDER BY path",
                (self._workspace,),
            ).fetchall()
        return tuple(Path(row[0]) for row in rows)

    def first_seen(self, repository: str) -> str | None:
        """The commit at which `repository` was first met from this workspace; None if it never was."""
        with self._open() as connection:
            row = connection.execute(
                "SELECT head FROM first_seen WHERE workspace = ? AND repository = ?", (self._workspace, repository)
            ).fetchone()
        return str(row[0]) if row is not None else None

    def see(self, repository: str, head: str) -> None:
        """Remember the commit at which `repository` was first met."""
        with self._open() as connection, transaction(connection):
            connection.execute("INSERT OR IGNORE INTO first_seen VALUES (?, ?, ?)", (self._workspace, repository, head))

    def is_known(self) -> bool:
        """Whether anything was met or accepted in this workspace."""
        with self._open() as connection:
            row = connection.execute(
                "SELECT EXISTS (SELECT 1 FROM first_seen WHERE workspace = ?1)"
                " OR EXISTS (SELECT 1 FROM accepted WHERE workspace = ?1)",
                (self._workspace,),
            ).fetchone()
        return bool(row[0])

    def approve_outside(self, path: Path) -> None:
        """A file or folder outside of the workspace may be read for it."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._open() as connection, transaction(connection):
            connection.execute(
                "INSERT OR REPLACE INTO approved_outside VALUES (?, ?, ?)", (self._workspace, _key(path), now)
            )

    def has_approvals(self) -> bool:
        """Whether anything outside of the workspace was approved."""
        with self._open() as connection:
            row = connection.execute(
                "SELECT EXISTS (SELECT 1 FROM approved_outside WHERE workspace = ?)", (self._workspace,)
            ).fetchone()
        return bool(row[0])

    def is_approved_outside(self, path: Path) -> bool:
        """Whether `path` (resolved), or a folder above it, was approved."""
        with self._open() as connection:
            rows = connection.execute(
                "SELECT path FROM approved_outside WHERE workspace = ?", (self._workspace,)
            ).fetchall()
        approved = {row[0] for row in rows}
        return any(_key(place) in approved for place in (path, *path.parents))

    def tell_others(self) -> None:
        """Let other processes notice that something was approved; raises StorageError."""
        with translated_errors(self.approvals):
            self.approvals.touch(mode=0o600)
            self.approvals.write_text(datetime.now(UTC).isoformat(), encoding="ascii")

    def close(self) -> None:
        """Let go of the database; the next question opens it again."""
        with self._lock:
            self._close()

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                with translated_errors(self.path):
                    if self._connection is None:
                        self._connection = open_for_writing(self.path)
                        migrate(self._connection, _MIGRATIONS, self.path)
                    yield self._connection
            except StorageError as error:
                self._close()
                cause = error.__cause__
                if isinstance(cause, sqlite3.DatabaseError) and cause.sqlite_errorcode in _DAMAGED:
                    raise StorageError(error.message, remedy=_IF_DAMAGED.format(path=self.path)) from cause
                raise

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _key(path: Path) -> str:
    """A path as SQLite takes it, also where its name is not UTF-8."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
