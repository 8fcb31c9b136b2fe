"""What is derived, made again from the entries: after a change of its form, or when it was damaged."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from holdfast.sessions.entries.entry import readable_entry
from holdfast.sessions.entries.kinds import CONTROL
from holdfast.sessions.log.control import take_control
from holdfast.sessions.log.derived import DERIVED, derive
from holdfast.sessions.log.schema import MIGRATIONS, WORDS_TABLE
from holdfast.sessions.log.state import (
    derived_form,
    last_row,
    note_derived,
    note_last_row,
    noted_last_row,
    scrub,
)
from holdfast.sessions.log.tombstones import EXPIRED
from holdfast.sqlite.connection import transaction
from holdfast.sqlite.migrations import migrate, pending_migrations

_PAGE: Final = 500
LogProgress = Callable[[int, int], None]
"""Is told now and then how many of how many rows are done."""
_EMPTIED: Final = ("session", "touched", "memory_item", "pin_word", "keep")


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """From how many entries it was made, and how many could not be read."""

    entries: int
    unreadable: int


def quietly(_done: int, _of: int) -> None:
    """A progress that nobody looks at."""


def rebuild(connection: sqlite3.Connection, progress: LogProgress = quietly) -> Rebuilt:
    """Make all that is derived again, within a transaction that is under way. Doing it twice changes nothing.

    What is known of messages that grew too old stays: it keeps an import from bringing them back.
    """
    _drop_words(connection)
    connection.execute(WORDS_TABLE)
    for table in _EMPTIED:
        connection.execute(f"DELETE FROM {table}")  # noqa: S608 - names of tables
    connection.execute(
        """
        DELETE FROM native_message WHERE NOT EXISTS (
            SELECT 1 FROM entry WHERE entry.dev = native_message.dev AND entry.session = native_message.session
            AND entry.seq = native_message.seq AND entry.kind = ?
        )
        """,
        (EXPIRED,),
    )
    made = take_over_rows(connection, 0, progress)
    note_derived(connection, DERIVED)
    note_last_row(connection)
    return made


def is_up_to_date(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether the database at `path` has today's tables, with what is derived in today's form. Raises StorageError."""
    return (
        not pending_migrations(connection, MIGRATIONS, path)
        and derived_form(connection) == DERIVED
        and not is_behind(connection)
    )


def is_behind(connection: sqlite3.Connection) -> bool:
    """Whether there are entries of such a Holdfast as `catch_up` speaks of."""
    noted = noted_last_row(connection)
    return noted is not None and noted < last_row(connection)


def catch_up(connection: sqlite3.Connection) -> None:
    """Take over entries of a Holdfast that was already running when this one changed the tables, and derives nothing.

    Within a transaction that is under way.
    """
    if is_behind(connection):
        take_over_rows(connection, noted_last_row(connection) or 0)
        note_last_row(connection)


def bring_up_to_date(connection: sqlite3.Connection, path: Path, progress: LogProgress = quietly) -> None:
    """Migrate the database, make what is derived again if it must be, and wipe what was to be wiped. Raises StorageError.

    From here on the connection overwrites what it deletes.
    """
    connection.execute("PRAGMA secure_delete = ON")
    migrate(connection, MIGRATIONS, path)
    if derived_form(connection) != DERIVED:
        with transaction(connection):
            # Asked again under the lock: another process may have been faster.
            if derived_form(connection) != DERIVED:
                rebuild(connection, progress)
    elif is_behind(connection):
        with transaction(connection):
            catch_up(connection)
    scrub(connection)


def _drop_words(connection: sqlite3.Connection) -> None:
    try:
        connection.execute("DROP TABLE IF EXISTS entry_words")
    except sqlite3.DatabaseError:
        # An index so damaged that it cannot be opened cannot be dropped either: its tables are dropped one by one.
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("DELETE FROM sqlite_master WHERE name = 'entry_words'")
        connection.execute("PRAGMA writable_schema = RESET")
        for part in ("data", "idx", "docsize", "config", "content"):
            connection.execute(f"DROP TABLE IF EXISTS entry_words_{part}")


def take_over_rows(
    connection: sqlite3.Connection, last: int, progress: LogProgress = quietly, *, with_words: bool = True
) -> Rebuilt:
    """Derive from the rows after `last`."""
    entries = unreadable = 0
    of = last_row(connection)
    while page := connection.execute(
        "SELECT rowid, body FROM entry WHERE rowid > ? ORDER BY rowid LIMIT ?", (last, _PAGE)
    ).fetchall():
        for row, body in page:
            if body:
                is_read = _take_over(connection, row, body, with_words=with_words)
                entries, unreadable = entries + is_read, unreadable + (not is_read)
        last = page[-1][0]
        progress(last, of)
    return Rebuilt(entries, unreadable)


def _take_over(connection: sqlite3.Connection, row: int, body: str, *, with_words: bool) -> bool:
    entry = readable_entry(body)
    if entry is None:
        return False
    if entry.place.session == CONTROL:
        take_control(connection, entry)
    else:
        derive(connection, row, entry, with_words=with_words)
    return True
