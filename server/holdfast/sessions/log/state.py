"""What the database notes about itself: whether what is derived is in today's form, and what is still to be wiped."""

import logging
import sqlite3
from typing import Final

from holdfast.sqlite.connection import BUSY_TIMEOUT_MS, transaction

_LOG: Final = logging.getLogger(__name__)
_SHORT_WAIT_MS: Final = 250
_WORDS, _FILE = "words", "file"


def derived_form(connection: sqlite3.Connection) -> str | None:
    """The form in which the derived tables are; None where they were never made, or must be made again."""
    return _read(connection, "derived")


def note_derived(connection: sqlite3.Connection, form: str) -> None:
    """The derived tables are in this form now."""
    _write(connection, "derived", form)


def make_again_later(connection: sqlite3.Connection) -> None:
    """What is derived no longer fits the entries; it is made again when the log is next opened for writing."""
    connection.execute("DELETE FROM state WHERE name = 'derived'")


def noted_last_row(connection: sqlite3.Connection) -> int | None:
    """The last row of `entry` when this version last changed the log; None where none did yet."""
    row = _read(connection, "row")
    return int(row) if row is not None and row.isdecimal() else None


def note_last_row(connection: sqlite3.Connection) -> None:
    """All rows of `entry` there are now have been taken into what is derived."""
    last = last_row(connection)
    if noted_last_row(connection) != last:
        _write(connection, "row", str(last))


def last_row(connection: sqlite3.Connection) -> int:
    """The number of the last row of `entry`; 0 where there is none."""
    (last,) = connection.execute("SELECT coalesce(max(rowid), 0) FROM entry").fetchone()
    return int(last)


def scrub_later(connection: sqlite3.Connection) -> None:
    """Text was taken out in this transaction: once it is done, `scrub` wipes what the file still holds of it."""
    _write(connection, "scrub", _WORDS)


def scrub(connection: sqlite3.Connection) -> bool:
    """Wipe forgotten text from the files, if any is left in them; whether nothing is left to do.

    Deleted rows are overwritten as they are deleted (`secure_delete`). What remains is the index of words, which only notes
    that a row is gone until it is merged, and the write-ahead log. While another process reads an old state of the database,
    or the disk is full, the rest waits for the next change. Outside a transaction; never raises.
    """
    try:
        step = _read(connection, "scrub")
        if step is None:
            return True
        if step == _WORDS:
            with transaction(connection):
                connection.execute("INSERT INTO entry_words (entry_words) VALUES ('optimize')")
                _write(connection, "scrub", _FILE)
        connection.execute(f"PRAGMA busy_timeout = {_SHORT_WAIT_MS}")
        try:
            busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        if busy:
            return False
        with transaction(connection):
            connection.execute("DELETE FROM state WHERE name = 'scrub' AND value = ?", (_FILE,))
    except sqlite3.Error as error:
        _LOG.warning("What was forgotten is not wiped from the file yet: %s.", error)
        return False
    return True


def _read(connection: sqlite3.Connection, name: str) -> str | None:
    row = connection.execute("SELECT value FROM state WHERE name = ?", (name,)).fetchone()
    return str(row[0]) if row is not None else None


def _write(connection: sqlite3.Connection, name: str, value: str) -> None:
    connection.execute("INSERT OR REPLACE INTO state (name, value) VALUES (?, ?)", (name, value))
