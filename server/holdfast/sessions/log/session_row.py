"""The table `session`: one row for each session, as lists show it, kept with every entry that comes or goes."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Final

from holdfast.sessions.entries.canonical_json import JsonObject
from holdfast.sessions.entries.clock import stamp_ms
from holdfast.sessions.entries.entry import Entry
from holdfast.sessions.entries.kinds import CONTROL, DECISION, MESSAGE
from holdfast.sessions.log.title import counted_title, first_words
from holdfast.sessions.log.words import said_in

_COUNTED, _ASKED, _NAMED = 0, 1, 2
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
_READ: Final = f"SELECT {', '.join(_COLUMNS)} FROM session WHERE session = ?"  # noqa: S608 - names of columns
_WRITE: Final = (
    f"INSERT OR REPLACE INTO session ({', '.join(_COLUMNS)})"  # noqa: S608 - names of columns
    f" VALUES ({', '.join('?' * len(_COLUMNS))})"
)


def count_entry(connection: sqlite3.Connection, entry: Entry) -> SessionRow | None:
    """Take `entry` into the row of its session; the row, or None for an entry of a control series."""
    place = entry.place
    if place.session == CONTROL:
        return None
    at_ms = stamp_ms(place.hlc)
    found = connection.execute(_READ, (place.session,)).fetchone()
    row = (
        SessionRow(*found)
        if found is not None
        else SessionRow(place.session, entry.tool, "", _COUNTED, place.dev, place.project, None, None, at_ms, at_ms)
    )
    row.started_ms, row.last_ms = min(row.started_ms, at_ms), max(row.last_ms, at_ms)
    row.project = row.project or place.project
    row.entries += 1
    row.bytes += len(entry.body.encode("utf-8"))
    row.decisions += entry.kind == DECISION
    _take_facts(connection, row, entry, at_ms)
    if row.title_rank == _COUNTED:
        row.title = _counted(connection, row)
    connection.execute(_WRITE, tuple(getattr(row, name) for name in _COLUMNS))
    return row


def drop_row(connection: sqlite3.Connection, session: str) -> None:
    """Forget what lists know of `session`."""
    connection.execute("DELETE FROM session WHERE session = ?", (session,))
    connection.execute("DELETE FROM touched WHERE session = ?", (session,))


def _take_facts(connection: sqlite3.Connection, row: SessionRow, entry: Entry, at_ms: int) -> None:
    for part in entry.parts:
        if part.get("type") == "ref":
            _take_reference(connection, row, part, at_ms)
        elif part.get("type") == "tool_result" and "outcome" in part:
            row.suggestions += 1
            row.accepted += part.get("outcome") in _TAKEN
    if row.title_rank < _ASKED and entry.kind == MESSAGE and entry.role == "user":
        asked = first_words(said_in(entry))
        if asked:
            row.title, row.title_rank = asked, _ASKED


def _take_reference(connection: sqlite3.Connection, row: SessionRow, part: JsonObject, at_ms: int) -> None:
    name, path = part.get("name"), part.get("path")
    match part.get("to"):
        case "title" if isinstance(name, str) and name.strip():
            given = part.get("rank")
            rank = _NAMED + (given if isinstance(given, int) and given > 0 else 0)
            if rank >= row.title_rank:
                row.title, row.title_rank = " ".join(name.split())[:_LONGEST_TITLE], rank
        case "branch" if isinstance(name, str):
            row.branch = name
        case "folder" if isinstance(path, str):
            row.folder = path
        case "file" if isinstance(path, str):
            connection.execute(
                "INSERT INTO touched (session, path, at_ms) VALUES (?, ?, ?)"
                " ON CONFLICT DO UPDATE SET at_ms = max(at_ms, excluded.at_ms)",
                (row.session, path, at_ms),
            )
        case _:
            pass


def _counted(connection: sqlite3.Connection, row: SessionRow) -> str:
    (files,) = connection.execute("SELECT count(*) FROM touched WHERE session = ?", (row.session,)).fetchone()
    return counted_title(
        row.tool, row.branch, files=files, suggestions=row.suggestions, accepted=row.accepted, decisions=row.decisions
    )


def rows_of(connection: sqlite3.Connection, where: str, values: tuple[str | int, ...]) -> Iterator[SessionRow]:
    """The rows that `where` (a condition on the columns, and what follows it) chooses."""
    query = f"SELECT {', '.join(_COLUMNS)} FROM session WHERE {where}"  # noqa: S608 - `where` comes from this package
    return (SessionRow(*row) for row in connection.execute(query, values))
