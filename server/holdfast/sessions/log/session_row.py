"""The table `session`: one row for each session, as lists show it, kept with every entry that comes or goes.

Of a session that lies in several files (`entries/strand.py`) the first file says where it was and what it was called. While
that is not there, the others do, by a rule that does not depend on which of them came first.
"""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import Final

from holdfast.sessions.entries.canonical_json import JsonObject
from holdfast.sessions.entries.clock import stamp_ms
from holdfast.sessions.entries.entry import Entry, Place, readable_entry
from holdfast.sessions.entries.kinds import CONTROL, DECISION, MESSAGE, SESSION_META, SESSION_START
from holdfast.sessions.entries.strand import is_copy, session_of
from holdfast.sessions.log.strands import has_own_series, in_session
from holdfast.sessions.log.title import counted_title, first_words
from holdfast.sessions.log.words import said_in

_COUNTED, _ASKED_IN_COPY, _ASKED, _NAMED = 0, 1, 2, 3
_TAKEN: Final = frozenset({"accepted", "partly_accepted", "typed_through"})
_LONGEST_TITLE: Final = 300


@dataclass(slots=True)
class SessionRow:
    """A row of the table, column by column; `title_rank` says where the title is from, times in ms since 1970."""

    session: str
    tool: str
    title: str
    title_rank: int
    device: str
    project: str | None
    branch: str | None
    folder: str | None
    started_ms: int
    last_ms: int
    entries: int = 0
    bytes: int = 0
    suggestions: int = 0
    accepted: int = 0
    decisions: int = 0


_COLUMNS: Final = tuple(column.name for column in fields(SessionRow))
_TOUCH: Final = (
    "INSERT INTO touched (session, path, at_ms) VALUES (?, ?, ?)"
    " ON CONFLICT DO UPDATE SET at_ms = max(at_ms, excluded.at_ms)"
)
_READ: Final = f"SELECT {', '.join(_COLUMNS)} FROM session WHERE session = ?"  # noqa: S608 - names of columns
_WRITE: Final = (
    f"INSERT OR REPLACE INTO session ({', '.join(_COLUMNS)})"  # noqa: S608 - names of columns
    f" VALUES ({', '.join('?' * len(_COLUMNS))})"
)


def begin_row(connection: sqlite3.Connection, entry: Entry) -> SessionRow:
    """The row of the session of `entry`; where there is none yet, `entry` is the first that came of it."""
    session = session_of(entry.place.session)
    found = connection.execute(_READ, (session,)).fetchone()
    if found is not None:
        return SessionRow(*found)
    at_ms = stamp_ms(entry.place.hlc)
    row = SessionRow(session, entry.tool, "", _COUNTED, entry.place.dev, None, None, None, at_ms, at_ms)
    _write(connection, row)
    return row


def count_entry(connection: sqlite3.Connection, entry: Entry) -> Callable[[], str | None]:
    """Take `entry` into the row of its session; what tells the branch it was made on, None where that is not known.

    In a strand it is looked for from the entry back to its start: only who needs it asks.
    """
    place = entry.place
    if place.session == CONTROL:
        return _no_branch
    at_ms = stamp_ms(place.hlc)
    session = session_of(place.session)
    row = begin_row(connection, entry)
    row.started_ms, row.last_ms = min(row.started_ms, at_ms), max(row.last_ms, at_ms)
    _take_project(connection, row, place)
    row.entries += 1
    row.bytes += len(entry.body.encode("utf-8"))
    row.decisions += entry.kind == DECISION
    _take_facts(connection, row, entry, at_ms)
    _write(connection, row)
    if place.session == session:
        return lambda: row.branch
    return lambda: _branch_of_strand(connection, entry)


def _no_branch() -> None:
    """What is told of no branch."""


def meet_silent(connection: sqlite3.Connection, entry: Entry, *, is_listed: bool) -> None:
    """Take from `entry`, for whose message another one speaks, only what would count if it had come first.

    `is_listed`: whether the other one is of another series. Of one that another device has in the same, first come is
    first served: only the project counts.
    """
    place, at_ms = entry.place, stamp_ms(entry.place.hlc)
    row = begin_row(connection, entry)
    _take_project(connection, row, place)
    if is_listed or is_copy(place.session):
        row.started_ms, row.last_ms = min(row.started_ms, at_ms), max(row.last_ms, at_ms)
        if is_copy(place.session):
            connection.executemany(_TOUCH, [(row.session, path, at_ms) for path in _files(entry)])
        else:
            _take_facts(connection, row, entry, at_ms)
    _write(connection, row)


def discount_entry(connection: sqlite3.Connection, entry: Entry) -> None:
    """Take `entry` out of the row of its session, where another one with the same message comes in its place."""
    connection.execute(
        "UPDATE session SET entries = entries - 1, bytes = bytes - ?, decisions = decisions - ? WHERE session = ?",
        (len(entry.body.encode("utf-8")), entry.kind == DECISION, session_of(entry.place.session)),
    )


def _write(connection: sqlite3.Connection, row: SessionRow) -> None:
    if row.title_rank == _COUNTED:
        row.title = _counted(connection, row)
    connection.execute(_WRITE, tuple(getattr(row, name) for name in _COLUMNS))


def drop_row(connection: sqlite3.Connection, session: str) -> None:
    """Forget what lists know of `session`."""
    connection.execute("DELETE FROM session WHERE session = ?", (session,))
    connection.execute("DELETE FROM touched WHERE session = ?", (session,))


def _take_project(connection: sqlite3.Connection, row: SessionRow, place: Place) -> None:
    """Keep the row's project that of the first entry that has one, whether it speaks or not, now that one at `place` is there.

    One that stands behind another of its series that has one is not the first: that other one was looked at when it came.
    """
    if place.project is None or place.project == row.project:
        return
    before = (
        "SELECT 1 FROM entry WHERE dev = ? AND session = ? AND seq < ? AND hlc < ?"
        " AND project IS NOT NULL AND body <> '' ORDER BY seq DESC LIMIT 1"
    )
    key = (place.dev, place.session, place.seq, place.hlc)
    if row.project is None or connection.execute(before, key).fetchone() is None:
        row.project = _project(connection, row.session)


def _project(connection: sqlite3.Connection, session: str) -> str | None:
    """That of the session's own series, or of its first strand by name, that has one."""
    found = connection.execute(
        f"SELECT project FROM entry WHERE {in_session(connection, session)} AND project IS NOT NULL AND body <> ''"  # noqa: S608 - a condition
        " ORDER BY session, hlc, dev, seq LIMIT 1",
        {"session": session},
    ).fetchone()
    return found[0] if found is not None else None


def _branch_of_strand(connection: sqlite3.Connection, entry: Entry) -> str | None:
    """The branch that was last told in the strand before `entry`."""
    place = entry.place
    rows = connection.execute(
        "SELECT body FROM entry WHERE dev = ? AND session = ? AND seq <= ? AND kind IN (?, ?) ORDER BY seq DESC",
        (place.dev, place.session, place.seq, SESSION_START, SESSION_META),
    )
    told = (readable_entry(body) for (body,) in rows)
    names = (part.get("name") for one in told if one for part in one.parts if part.get("to") == "branch")
    return next((name for name in names if isinstance(name, str)), None)


def _take_facts(connection: sqlite3.Connection, row: SessionRow, entry: Entry, at_ms: int) -> None:
    series = entry.place.session
    is_first = series == row.session
    is_heard = is_first or not has_own_series(connection, row.session)
    if is_first and entry.place.seq == 0 and _is_only(connection, series):
        row.branch = row.folder = None  # What other files said while this one was not there.
    for part in entry.parts:
        if part.get("type") == "ref":
            _take_reference(connection, row, part, at_ms, is_first=is_first, is_heard=is_heard)
        elif part.get("type") == "tool_result" and "outcome" in part:
            row.suggestions += 1
            row.accepted += part.get("outcome") in _TAKEN
    rank = _ASKED_IN_COPY if is_copy(series) else _ASKED
    if row.title_rank < rank and entry.kind == MESSAGE and entry.role == "user":
        asked = first_words(said_in(entry))
        if asked:
            row.title, row.title_rank = asked, rank


def _is_only(connection: sqlite3.Connection, series: str) -> bool:
    (devices,) = connection.execute("SELECT count(*) FROM series WHERE session = ?", (series,)).fetchone()
    return int(devices) == 1


def _take_reference(
    connection: sqlite3.Connection, row: SessionRow, part: JsonObject, at_ms: int, *, is_first: bool, is_heard: bool
) -> None:
    name, path = part.get("name"), part.get("path")
    match part.get("to"):
        case "title" if isinstance(name, str) and name.strip() and is_first:
            given = part.get("rank")
            rank = _NAMED + (given if isinstance(given, int) and given > 0 else 0)
            if rank >= row.title_rank:
                row.title, row.title_rank = " ".join(name.split())[:_LONGEST_TITLE], rank
        case "branch" if isinstance(name, str) and is_heard:
            row.branch = name if is_first or row.branch is None else min(row.branch, name)
        case "folder" if isinstance(path, str) and is_heard:
            row.folder = path if is_first or row.folder is None else min(row.folder, path)
        case "file" if isinstance(path, str):
            connection.execute(_TOUCH, (row.session, path, at_ms))
        case _:
            pass


def _files(entry: Entry) -> Iterator[str]:
    references = (part for part in entry.parts if part.get("type") == "ref" and part.get("to") == "file")
    return (path for part in references if isinstance(path := part.get("path"), str))


def _counted(connection: sqlite3.Connection, row: SessionRow) -> str:
    (files,) = connection.execute("SELECT count(*) FROM touched WHERE session = ?", (row.session,)).fetchone()
    return counted_title(
        row.tool, row.branch, files=files, suggestions=row.suggestions, accepted=row.accepted, decisions=row.decisions
    )


def rows_of(connection: sqlite3.Connection, where: str, values: tuple[str | int, ...]) -> Iterator[SessionRow]:
    """The rows that `where` (a condition on the columns, and what follows it) chooses."""
    query = f"SELECT {', '.join(_COLUMNS)} FROM session WHERE {where}"  # noqa: S608 - `where` comes from this package
    return (SessionRow(*row) for row in connection.execute(query, values))
