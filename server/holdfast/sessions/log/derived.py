"""What the log knows beside its entries, and could make again from them: kept in the transaction that adds an entry.

Where two devices imported one session, a message of it is there twice, under one native id. The copy that came first speaks
for both: it alone is counted, searched and remembered. Where one file of a tool repeats another (`entries/strand.py`), the
other one speaks, whichever came first, and of two that repeat it the first by name.
"""

import sqlite3
from collections.abc import Callable
from typing import Final

from holdfast.sessions.entries.entry import Entry, readable_entry
from holdfast.sessions.entries.strand import is_copy, session_of
from holdfast.sessions.log.session_row import begin_row, count_entry, discount_entry, drop_row, meet_copy
from holdfast.sessions.log.strands import copies_in, in_session
from holdfast.sessions.log.words import WORDS_VERSION, entry_words
from holdfast.sessions.memory.extract import EXTRACTION_VERSION
from holdfast.sessions.memory.rows import forget_items, keep_items

DERIVED: Final = f"2.{WORDS_VERSION}.{EXTRACTION_VERSION}"
"""The form of what is derived. Where a database holds another, all of it is made again.

A new form comes with a migration, which an older Holdfast refuses: it would go on in its own form."""


def derive(connection: sqlite3.Connection, row: int, entry: Entry) -> None:
    """Take over what `entry` of a session, which has just been added as the row numbered `row`, says."""
    _know(connection, entry)
    if not speaks(connection, entry):
        if is_copy(entry.place.session):
            meet_copy(connection, entry)
        else:
            begin_row(connection, entry)
        return
    for other_row, other in _repeating(connection, entry):
        _take_words(connection, other_row, other)
        discount_entry(connection, other)
    _keep_words(connection, row, entry, count_entry(connection, entry))


def underive(connection: sqlite3.Connection, row: int, entry: Entry, *, keep_native: bool = False) -> None:
    """Take back what was derived from `entry`, save its part in the row of its session (`recount`).

    With `keep_native` its message still counts as known, so that importing the session again does not bring it back.
    """
    # Whether a copy spoke is no longer told by what is known: that may have been taken back just before.
    if _has_words(connection, row) if is_copy(entry.place.session) else speaks(connection, entry):
        _take_words(connection, row, entry)
    if entry.native_id is not None and not keep_native:
        place = entry.place
        connection.execute(
            "DELETE FROM native_message WHERE session = ? AND native_id = ? AND dev = ? AND seq = ?",
            (place.session, entry.native_id, place.dev, place.seq),
        )


def recount(connection: sqlite3.Connection, session: str) -> None:
    """Make the row of `session`, or of the session that is a strand of, again from the entries that are left of it."""
    session = session_of(session)
    drop_row(connection, session)
    found = connection.execute(
        f"SELECT rowid, body FROM entry WHERE {in_session(connection, session)} AND body <> '' ORDER BY rowid",  # noqa: S608 - a condition
        {"session": session},
    ).fetchall()
    entries = [(row, entry) for row, body in found if (entry := readable_entry(body)) is not None]
    if entries:
        begin_row(connection, entries[0][1])
    new = {row for row, entry in entries if _know(connection, entry)}
    silent: list[Entry] = []
    for row, entry in entries:
        if not speaks(connection, entry):
            silent += [entry] if is_copy(entry.place.session) else []
            continue
        branch_then = count_entry(connection, entry)
        if row in new or (is_copy(entry.place.session) and not _is_remembered(connection, row)):
            # The copy that spoke for this one is gone.
            _keep_words(connection, row, entry, branch_then)
        # The branch that a memory was made on may have been known from what is gone.
        if _is_remembered(connection, row):
            told = (branch_then(), row)
            connection.execute("UPDATE memory_item SET branch = ?1 WHERE entry = ?2 AND branch IS NOT ?1", told)
    for entry in silent:
        meet_copy(connection, entry)


def speaks(connection: sqlite3.Connection, entry: Entry) -> bool:
    """Whether `entry` is the copy of its message that speaks for all."""
    place = entry.place
    if entry.native_id is None:
        return True
    if _known(connection, place.session, entry.native_id) != (place.dev, place.seq):
        return False
    if not is_copy(place.session):
        return True
    session = session_of(place.session)
    before = [session, *(copy for copy in copies_in(connection, session) if copy < place.session)]
    return all(_known(connection, series, entry.native_id) is None for series in before)


def _know(connection: sqlite3.Connection, entry: Entry) -> bool:
    """Note that the message of `entry` is in its series; whether that is new. Of several devices' copies the first stays."""
    if entry.native_id is None:
        return False
    place = entry.place
    added = connection.execute(
        "INSERT OR IGNORE INTO native_message (session, native_id, dev, seq) VALUES (?, ?, ?, ?)",
        (place.session, entry.native_id, place.dev, place.seq),
    )
    return added.rowcount > 0


def _known(connection: sqlite3.Connection, series: str, native_id: str) -> tuple[str, int] | None:
    """Device and number of the entry of `series` that is the message `native_id`; None where none is."""
    found: tuple[str, int] | None = connection.execute(
        "SELECT dev, seq FROM native_message WHERE session = ? AND native_id = ?", (series, native_id)
    ).fetchone()
    return found


def _repeating(connection: sqlite3.Connection, entry: Entry) -> list[tuple[int, Entry]]:
    """The copy that spoke until now for the message of `entry`, which speaks from now on."""
    place, native_id = entry.place, entry.native_id
    session = session_of(place.session)
    if native_id is None or (place.session != session and not is_copy(place.session)):
        return []
    for series in copies_in(connection, session):
        known = _known(connection, series, native_id) if series > place.session else None
        if known is not None:
            row, body = connection.execute(
                "SELECT rowid, body FROM entry WHERE dev = ? AND session = ? AND seq = ?", (known[0], series, known[1])
            ).fetchone()
            other = readable_entry(body)
            return [(row, other)] if other is not None else []
    return []


def _keep_words(connection: sqlite3.Connection, row: int, entry: Entry, branch_then: Callable[[], str | None]) -> None:
    words = entry_words(entry)
    if words and not (is_copy(entry.place.session) and _has_words(connection, row)):
        connection.execute("INSERT INTO entry_words (rowid, words) VALUES (?, ?)", (row, words))
    keep_items(connection, row, entry, branch_then)


def _take_words(connection: sqlite3.Connection, row: int, entry: Entry) -> None:
    words = entry_words(entry)
    if words:
        connection.execute("INSERT INTO entry_words (entry_words, rowid, words) VALUES ('delete', ?, ?)", (row, words))
    forget_items(connection, row)


def _has_words(connection: sqlite3.Connection, row: int) -> bool:
    return connection.execute("SELECT 1 FROM entry_words_docsize WHERE id = ?", (row,)).fetchone() is not None


def _is_remembered(connection: sqlite3.Connection, row: int) -> bool:
    return connection.execute("SELECT 1 FROM memory_item WHERE entry = ? LIMIT 1", (row,)).fetchone() is not None
