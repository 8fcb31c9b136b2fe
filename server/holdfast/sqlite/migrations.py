"""Dated schema changes of a recorded database: in order, each in one transaction with the record that it was made.

A migration that a person's database may have met is never edited; a correction is a new migration.
(sqlite-utils reads which migrations are pending outside the transaction that applies them, so two processes
that start together would both apply the first; hence this.)
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from holdfast.errors import StorageError
from holdfast.sqlite.connection import transaction

_RECORD = "CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY NOT NULL, applied_at TEXT NOT NULL)"


@dataclass(frozen=True, slots=True)
class Migration:
    """`name` begins with its date (`2026-11-20 …`), so that names sort in the order they are applied."""

    name: str
    statements: tuple[str, ...]


def migrate(connection: sqlite3.Connection, migrations: Sequence[Migration], path: Path) -> None:
    """Apply what is missing; of two processes at once, one does it and the other finds it done.

    Raises StorageError, and changes nothing, when a newer Holdfast has written the database at `path`.
    """
    for migration in pending_migrations(connection, migrations, path):
        with transaction(connection):
            # Asked again under the lock: another process may have been faster.
            if migration not in pending_migrations(connection, migrations, path):
                continue
            connection.execute(_RECORD)
            for statement in migration.statements:
                connection.execute(statement)
            applied_at = datetime.now(UTC).isoformat(timespec="seconds")
            connection.execute("INSERT INTO migration (name, applied_at) VALUES (?, ?)", (migration.name, applied_at))


def pending_migrations(
    connection: sqlite3.Connection, migrations: Sequence[Migration], path: Path
) -> tuple[Migration, ...]:
    """Those not applied yet, in order; raises StorageError for a database from a newer Holdfast."""
    applied = _applied_names(connection)
    unknown = sorted(applied - {migration.name for migration in migrations})
    if unknown:
        raise StorageError(
            f"The database {path} was written by a newer Holdfast (it knows “{unknown[-1]}”).",
            remedy="Update this Holdfast; the database was left as it is.",
        )
    return tuple(migration for migration in migrations if migration.name not in applied)


def _applied_names(connection: sqlite3.Connection) -> frozenset[str]:
    exists = connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'migration'").fetchone()
    if exists is None:
        return frozenset()
    return frozenset(name for (name,) in connection.execute("SELECT name FROM migration"))
