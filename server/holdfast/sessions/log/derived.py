"""What the log knows beside its entries, and could make again from them: kept in the transaction that adds an entry.

Where two devices imported one session, a message of it is there twice, under one native id. The copy that came first speaks
for both: it alone is counted, searched and remembered. Where one file of a tool repeats another (`entries/strand.py`), the
other one speaks, whichever came first, and of two that repeat it the first by name. Where a machine read a session when all
its files went into one series, and another one read a helper's file into its strand, the strand's messages speak; a
teammate's strand lets only teammates' messages fall silent.
"""

import sqlite3
from typing import Final

from holdfast.sessions.entries.entry import Entry, readable_entry
from holdfast.sessions.entries.strand import is_copy, is_helper, is_undivided, session_of
from holdfast.sessions.log.session_row import begin_row, count_entry, discount_entry, drop_row, meet_silent
from holdfast.sessions.log.strands import copies_in, helpers_with, in_session
from holdfast.sessions.log.words import WORDS_VERSION, entry_words
from holdfast.sessions.memory.extract import EXTRACTION_VERSION
from holdfast.sessions.memory.rows import forget_items, keep_items

DERIVED: Final = f"2.{WORDS_VERSION}.{EXTRACTION_VERSION}"
"""The form of what is derived. Where a database holds another, all of it is made again.

A new form comes with a migration, which an older Holdfast refuses: it would go on in its own form."""


def derive(connection: sqlite3.Connection, row: int, entry: Entry, *, with_words: bool = True) -> None:
    """Take over what `entry` of a session, which has just been added as the row numbered `row`, says.

    Without its words nothing is changed in the index of words.
    """
    is_listed = _know(connection, entry) or entry.native_id is None
    silenced = _silenced(connection, entry) if is_listed else None
    if silenced is not None:
        if with_words:
            _take_words(connection, *silenced)
        forget_items(connection, silenced[0])
        discount_entry(connection, silenced[1])
    if is_listed and _speaks_beside_others(connection, entry):
        branch_then = count_entry(connection, entry)
        if with_words:
            _keep_words(connection, row, entry)
        keep_items(connection, row, entry, branch_then)
    else:
        meet_silent(connection, entry, is_listed=is_listed)


def underive(connection: sqlite3.Connection, row: int, entry: Entry, *, keep_native: bool = False) -> None:
    """Take back what was derived from `entry`, save its part in the row of its session (`recount`).

    With `keep_native` its message still counts as known, so that importing the session again does not bring it back.
    """
    # Whether it spoke is no longer told by what is known: that may have been taken back just before.
    if _has_words(connection, row):
        _take_words(connection, row, entry)
    forget_items(connection, row)
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
    for row, entry in entries:
        if not speaks(connection, entry):
            meet_silent(connection, entry, is_listed=_is_listed(connection, entry))
            continue
        branch_then = count_entry(connection, entry)
        if row in new or (_heeds_others(entry) and not _is_taken_over(connection, row)):
            # What spoke for this one is gone.
            _keep_words(connection, row, entry)
            keep_items(connection, row, entry, branch_then)
        # The branch that a memory was made on may have been known from what is gone.
        if _is_remembered(connection, row):
            told = (branch_then(), row)
            connection.execute("UPDATE memory_item SET branch = ?1 WHERE entry = ?2 AND branch IS NOT ?1", told)


def speaks(connection: sqlite3.Connection, entry: Entry) -> bool:
    """Whether `entry` is the copy of its message that speaks for all."""
    return _is_listed(connection, entry) and _speaks_beside_others(connection, entry)


def _is_listed(connection: sqlite3.Connection, entry: Entry) -> bool:
    """Whether `entry` is the copy of its message that speaks for those in its own series."""
    if entry.native_id is None:
        return True
    place = entry.place
    return _known(connection, place.session, entry.native_id) == (place.dev, place.seq)


def _heeds_others(entry: Entry) -> bool:
    """Whether it depends on other series if `entry` speaks."""
    return entry.native_id is not None and (is_copy(entry.place.session) or is_undivided(entry))


def _speaks_beside_others(connection: sqlite3.Connection, entry: Entry) -> bool:
    """Whether `entry`, which speaks for those in its own series, does so beside the session's other series."""
    if entry.native_id is None or not _heeds_others(entry):
        return True
    series, session = entry.place.session, session_of(entry.place.session)
    if series == session:
        return not helpers_with(connection, session, entry.native_id, entry.place.dev)
    before = [session, *(copy for copy in copies_in(connection, session) if copy < series)]
    return all(_known(connection, other, entry.native_id) is None for other in before)


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


def _silenced(connection: sqlite3.Connection, entry: Entry) -> tuple[int, Entry] | None:
    """Row and entry of what spoke until now for the message of `entry`, which has just been listed, and does so no longer.

    A message of the session's own series silences the copies of it even where a helper's silences itself.
    """
    series, native_id = entry.place.session, entry.native_id
    if native_id is None:
        return None
    session = session_of(series)
    if is_helper(series):
        other = _entry_of(connection, session, native_id)
        if other is None or not is_undivided(other[1]):
            return None
        return other if helpers_with(connection, session, native_id, other[1].place.dev) == [series] else None
    if is_copy(series) and not _speaks_beside_others(connection, entry):
        return None
    behind = (copy for copy in copies_in(connection, session) if copy > series)
    spoke = next((copy for copy in behind if _known(connection, copy, native_id) is not None), None)
    return _entry_of(connection, spoke, native_id) if spoke is not None else None


def _entry_of(connection: sqlite3.Connection, series: str, native_id: str) -> tuple[int, Entry] | None:
    """Row and entry of the message `native_id` in `series`; None where it is not there, or its text is gone."""
    found = connection.execute(
        "SELECT entry.rowid, entry.body FROM native_message AS native JOIN entry"
        " ON entry.dev = native.dev AND entry.session = native.session AND entry.seq = native.seq"
        " WHERE native.session = ? AND native.native_id = ?",
        (series, native_id),
    ).fetchone()
    entry = readable_entry(found[1]) if found is not None else None
    return (found[0], entry) if entry is not None else None


def _keep_words(connection: sqlite3.Connection, row: int, entry: Entry) -> None:
    words = entry_words(entry)
    if words and not (_heeds_others(entry) and _has_words(connection, row)):
        connection.execute("INSERT INTO entry_words (rowid, words) VALUES (?, ?)", (row, words))


def _take_words(connection: sqlite3.Connection, row: int, entry: Entry) -> None:
    words = entry_words(entry)
    if words:
        connection.execute("INSERT INTO entry_words (entry_words, rowid, words) VALUES ('delete', ?, ?)", (row, words))


def _has_words(connection: sqlite3.Connection, row: int) -> bool:
    return connection.execute("SELECT 1 FROM entry_words_docsize WHERE id = ?", (row,)).fetchone() is not None


def _is_taken_over(connection: sqlite3.Connection, row: int) -> bool:
    """Whether something is derived of the entry alone; of what a tool did that may be a memory and no words."""
    return _has_words(connection, row) or _is_remembered(connection, row)


def _is_remembered(connection: sqlite3.Connection, row: int) -> bool:
    return connection.execute("SELECT 1 FROM memory_item WHERE entry = ? LIMIT 1", (row,)).fetchone() is not None
