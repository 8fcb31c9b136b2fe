"""What the log knows beside its entries, and could make again from them: kept in the transaction that adds an entry.

Where two devices imported one session, a message of it is there twice, under one native id. The copy that came first speaks
for both: it alone is counted, searched and remembered.
"""

import sqlite3
from typing import Final

from holdfast.sessions.entries.entry import Entry, readable_entry
from holdfast.sessions.log.session_row import count_entry, drop_row
from holdfast.sessions.log.words import WORDS_VERSION, entry_words
from holdfast.sessions.memory.extract import EXTRACTION_VERSION
from holdfast.sessions.memory.rows import forget_items, keep_items

DERIVED: Final = f"1.{WORDS_VERSION}.{EXTRACTION_VERSION}"
"""The form of what is derived. Where a database holds another, all of it is made again.

A new form comes with a migration, which an older Holdfast refuses: it would go on in its own form."""


def derive(connection: sqlite3.Connection, row: int, entry: Entry) -> None:
    """Take over what `entry` of a session, which has just been added as the row numbered `row`, says."""
    if not _is_first_copy(connection, entry):
        return
    session = count_entry(connection, entry)
    words = entry_words(entry)
    if words:
        connection.execute("INSERT INTO entry_words (rowid, words) VALUES (?, ?)", (row, words))
    keep_items(connection, row, entry, session.branch if session else None)


def underive(connection: sqlite3.Connection, row: int, entry: Entry, *, keep_native: bool = False) -> None:
    """Take back what was derived from `entry`, save its part in the row of its session (`recount`).

    With `keep_native` its message still counts as known, so that importing the session again does not bring it back.
    """
    if not speaks(connection, entry):
        return
    words = entry_words(entry)
    if words:
        connection.execute("INSERT INTO entry_words (entry_words, rowid, words) VALUES ('delete', ?, ?)", (row, words))
    forget_items(connection, row)
    if entry.native_id is not None and not keep_native:
        place = entry.place
        connection.execute(
            "DELETE FROM native_message WHERE session = ? AND native_id = ? AND dev = ? AND seq = ?",
            (place.session, entry.native_id, place.dev, place.seq),
        )


def recount(connection: sqlite3.Connection, session: str) -> None:
    """Make the row of `session` again from the entries that are left of it."""
    drop_row(connection, session)
    for row, body in connection.execute(
        "SELECT rowid, body FROM entry WHERE session = ? AND body <> '' ORDER BY rowid", (session,)
    ).fetchall():
        entry = readable_entry(body)
        if entry is None:
            continue
        if _speaker(connection, entry) is None:
            derive(connection, row, entry)  # The copy that spoke for this one is gone.
        elif speaks(connection, entry):
            counted = count_entry(connection, entry)
            # The branch that a memory was made on may have been known from what is gone.
            branch = counted.branch if counted else None
            connection.execute(
                "UPDATE memory_item SET branch = ?1 WHERE entry = ?2 AND branch IS NOT ?1", (branch, row)
            )


def _is_first_copy(connection: sqlite3.Connection, entry: Entry) -> bool:
    if entry.native_id is None:
        return True
    place = entry.place
    connection.execute(
        "INSERT OR IGNORE INTO native_message (session, native_id, dev, seq) VALUES (?, ?, ?, ?)",
        (place.session, entry.native_id, place.dev, place.seq),
    )
    return speaks(connection, entry)


def speaks(connection: sqlite3.Connection, entry: Entry) -> bool:
    """Whether `entry` is the copy of its message that speaks for all."""
    return _speaker(connection, entry) == (entry.place.dev, entry.place.seq)


def _speaker(connection: sqlite3.Connection, entry: Entry) -> tuple[str, int] | None:
    """Device and number of the copy that speaks for the message of `entry`; None where none does yet."""
    place = entry.place
    if entry.native_id is None:
        return place.dev, place.seq
    found: tuple[str, int] | None = connection.execute(
        "SELECT dev, seq FROM native_message WHERE session = ? AND native_id = ?", (place.session, entry.native_id)
    ).fetchone()
    return found
