"""Whether the session log is what was written: every entry's id, every series' chain, the file itself, what is derived."""

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Final

from holdfast.sessions.entries.canonical_json import has_canonical_form
from holdfast.sessions.entries.clock import next_stamp, wall_clock_ms
from holdfast.sessions.entries.entry import Entry, read_entry, readable_entry
from holdfast.sessions.entries.kinds import CONTROL, RETENTION
from holdfast.sessions.log.derived import speaks
from holdfast.sessions.log.made_again import differences
from holdfast.sessions.log.rebuild import LogProgress, quietly
from holdfast.sessions.log.state import last_row
from holdfast.sessions.log.tombstones import EXPIRED, FORGOTTEN
from holdfast.sessions.log.words import entry_words

_Row = tuple[str, str, int, str, str, str, str | None, str]
_DAY_MS: Final = 86_400_000
_SAMPLED: Final = 50
_PAGE: Final = 500
_SESSION: Final = (
    f"iif(session LIKE '_%/%' AND session NOT LIKE '{CONTROL}/%', substr(session, 1, instr(session, '/') - 1), session)"
)
"""`session_of` (`entries/strand.py`) in SQL."""
_REMEDY: Final = "`holdfast sessions rebuild` makes it again"


def verify_log(connection: sqlite3.Connection, progress: LogProgress = quietly) -> list[str]:
    """One line for each thing that is wrong, in the order it is found; empty when all is well.

    An entry without its text is in order where a tombstone names it, or where it is older than this machine keeps them.
    Others may write meanwhile: all of it is asked of one state of the database.
    """
    connection.execute("BEGIN")
    try:
        problems = _entry_problems(connection, _part(progress, connection, 0))
    finally:
        connection.execute("ROLLBACK")
    # Of entries that are damaged something else is derived, too: one cause is enough.
    return problems or list(_derived_problems(connection, _part(progress, connection, 1)))


def _part(progress: LogProgress, connection: sqlite3.Connection, number: int) -> LogProgress:
    """Of both passes over the rows, so far in the one numbered `number`."""
    rows = last_row(connection)
    return lambda done, _: progress(number * rows + done, 2 * rows)


def _entry_problems(connection: sqlite3.Connection, progress: LogProgress) -> list[str]:
    problems = [f"The database file: {line}." for (line,) in connection.execute("PRAGMA quick_check") if line != "ok"]
    tips = {
        (dev, session): (last_seq, tip)
        for dev, session, last_seq, tip in connection.execute("SELECT dev, session, max_contig, tip_id FROM series")
    }
    emptied = _Emptied(connection)
    rows: Iterable[_Row] = connection.execute(
        "SELECT dev, session, seq, id, hlc, kind, project, body FROM entry ORDER BY dev, session, seq"
    )
    for key, of_series in groupby(_counted(rows, progress), key=itemgetter(0, 1)):
        problems += _chain_problems(of_series, tips.pop(key, None), emptied)
    problems += [f"Session {session}: all {last + 1} entries are missing." for (_, session), (last, _) in tips.items()]
    return problems


def _counted(rows: Iterable[_Row], progress: LogProgress) -> Iterator[_Row]:
    for number, row in enumerate(rows):
        if number % _PAGE == 0:
            progress(number, 0)
        yield row


class _Emptied:
    """Which entries may be without their text."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._named = frozenset(
            target for (target,) in connection.execute("SELECT target FROM tombstone WHERE kind = 'entry'")
        )
        asked = connection.execute(
            "SELECT body FROM entry WHERE session = ? AND kind = ? AND body <> ''", (CONTROL, RETENTION)
        )
        entries = [entry for (body,) in asked if (entry := readable_entry(body)) is not None]
        days = [days for entry in entries for part in entry.parts if isinstance(days := part.get("days"), int)]
        self._kept_since = next_stamp(None, wall_clock_ms() - min(days) * _DAY_MS) if days else ""

    def allows(self, row_id: str, kind: str, hlc: str) -> bool:
        return (kind == FORGOTTEN and row_id in self._named) or (kind == EXPIRED and hlc < self._kept_since)


def _chain_problems(rows: Iterable[_Row], tip: tuple[int, str] | None, emptied: _Emptied) -> Iterator[str]:
    """What is wrong in one series, whose rows come in the order of `seq`."""
    expected, before, stamp, session = 0, None, "", ""
    for row in rows:
        _, session, seq, row_id, hlc, kind, _, body = row
        place = f"Session {session}, entry {seq}"
        if seq != expected:
            yield f"{place}: entries {expected} to {seq - 1} before it are missing."
        if body or not emptied.allows(row_id, kind, hlc):
            problem, entry = _row_problem(row)
            if problem:
                yield f"{place}: {problem}."
            if entry and seq == expected and entry.place.prev != before:
                yield f"{place}: it does not follow the entry before it."
        if hlc <= stamp:
            yield f"{place}: its time is not after that of the entry before it."
        expected, before, stamp = seq + 1, row_id, max(stamp, hlc)
    if tip is None:
        yield f"Session {session}: its end is not recorded."
    elif tip != (expected - 1, before):
        yield f"Session {session}: it ended with entry {tip[0]}, and now with entry {expected - 1}."


def _row_problem(row: _Row) -> tuple[str | None, Entry | None]:
    dev, session, seq, row_id, hlc, kind, project, body = row
    if not body:
        return "its text is gone, and nobody asked for that", None
    try:
        entry = read_entry(body)
        is_canonical = has_canonical_form(body)
    except (ValueError, TypeError, AttributeError, RecursionError):
        return "its text is no entry", None
    if not is_canonical:
        return "its text is not in canonical form", entry
    if entry.id != row_id:
        return "its text is not what its id was made from", entry
    place = entry.place
    columns = (place.dev, place.session, place.seq, place.hlc, entry.kind, place.project)
    if columns != (dev, session, seq, hlc, kind, project):
        return "its columns say something else than its text", entry
    return None, entry


def _derived_problems(connection: sqlite3.Connection, progress: LogProgress) -> Iterator[str]:
    """What lists, search and memory would get wrong."""
    plain = list(_plain_problems(connection))
    yield from plain
    if not plain:
        (file,) = (name for _, schema, name in connection.execute("PRAGMA database_list") if schema == "main")
        for count, what in differences(Path(file), progress):
            yield f"What is derived: {count} {what} are not what the entries say; {_REMEDY}."


def _plain_problems(connection: sqlite3.Connection) -> Iterator[str]:
    """What shows without making it again."""
    unlisted = connection.execute(
        f"SELECT count(DISTINCT {_SESSION}) FROM entry"  # noqa: S608 - an expression
        f" WHERE body <> '' AND session <> ? AND {_SESSION} NOT IN (SELECT session FROM session)",
        (CONTROL,),
    ).fetchone()[0]
    if unlisted:
        yield f"What is derived: {unlisted} sessions are in no list; {_REMEDY}."
    for table, what, key, known in (
        ("session", "sessions", "session", f"SELECT {_SESSION} FROM entry"),  # noqa: S608 - an expression
        ("native_message", "messages", "session", "SELECT session FROM entry"),
        ("memory_item", "memories", "entry", "SELECT rowid FROM entry WHERE body <> ''"),
    ):
        stray = connection.execute(
            f"SELECT count(*) FROM {table} WHERE {key} NOT IN ({known})"  # noqa: S608 - names of this schema
        ).fetchone()[0]
        if stray:
            yield f"What is derived: {stray} {what} have no entry; {_REMEDY}."
    try:
        (stray,) = connection.execute(
            "SELECT count(*) FROM entry_words_docsize WHERE id NOT IN (SELECT rowid FROM entry WHERE body <> '')"
        ).fetchone()
        unfound = sum(not _is_found(connection, *row) for row in _sample(connection))
    except sqlite3.DatabaseError as error:
        yield f"What is derived: the index of words cannot be read ({error}); {_REMEDY}."
        return
    if unfound:
        yield f"What is derived: {unfound} of {_SAMPLED} entries or fewer are not found by their words; {_REMEDY}."
    if stray:
        yield f"What is derived: {stray} entries that are gone can still be searched; {_REMEDY}."


def _sample(connection: sqlite3.Connection) -> list[tuple[int, str]]:
    """Some entries with something said, from all over the log."""
    (last,) = connection.execute("SELECT coalesce(max(rowid), 0) FROM entry").fetchone()
    rows: list[tuple[int, str]] = []
    for start in range(0, last, max(1, last // _SAMPLED)):
        rows += connection.execute(
            "SELECT rowid, body FROM entry WHERE rowid > ? AND body <> '' AND kind IN ('msg', 'decision', 'summary')"
            " ORDER BY rowid LIMIT 1",
            (start,),
        )
    return rows[:_SAMPLED]


def _is_found(connection: sqlite3.Connection, row: int, body: str) -> bool:
    """Whether the entry is in the index by one of its words; of copies of one message only one is."""
    entry = readable_entry(body)
    words = entry_words(entry).split() if entry is not None else []
    if entry is None or not words or not speaks(connection, entry):
        return True
    query = (
        "SELECT 1 FROM entry_words WHERE entry_words MATCH ?1 AND rowid = ?2"
        " AND EXISTS (SELECT 1 FROM entry_words_docsize WHERE id = ?2)"
    )
    return connection.execute(query, (f'"{words[-1]}"', row)).fetchone() is not None
