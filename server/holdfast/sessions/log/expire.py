"""Retention: what was said and done longer ago than this device keeps it loses its text; what was decided stays.

Nobody else is told: other devices keep what they keep, and no tool's own files are touched. Kept are decisions, summaries,
what a session is and was called, its first question, whatever memory took a decision or a correction from, and pins.
"""

import sqlite3
from typing import Final

from holdfast.sessions.entries.clock import next_stamp
from holdfast.sessions.entries.entry import readable_entry
from holdfast.sessions.entries.kinds import MESSAGE, TOOL, UNKNOWN
from holdfast.sessions.entries.strand import session_of
from holdfast.sessions.log.derived import recount
from holdfast.sessions.log.forgetting import empty_row, take_back
from holdfast.sessions.log.state import scrub_later
from holdfast.sessions.log.title import first_words
from holdfast.sessions.log.tombstones import EXPIRED
from holdfast.sessions.log.words import said_in

_DAY_MS: Final = 86_400_000
_OLD: Final = f"""
    SELECT rowid, session, body FROM entry
    WHERE kind IN ('{MESSAGE}', '{TOOL}', '{UNKNOWN}') AND body <> '' AND hlc < :before AND coalesce(project, '') = :project
    AND session NOT IN (SELECT target FROM pin) AND substr(session, 1, instr(session, '/') - 1) NOT IN (SELECT target FROM pin)
    AND id NOT IN (SELECT target FROM pin)
    AND NOT EXISTS (
        SELECT 1 FROM memory_item WHERE memory_item.entry = entry.rowid AND memory_item.kind IN ('decision', 'correction')
    )
    ORDER BY session, hlc, dev, seq
"""  # noqa: S608 - names of kinds


def expire(connection: sqlite3.Connection, dev: str, now_ms: int) -> int:
    """Take the text of what is too old, as the device `dev` was told, within a transaction; of how many entries."""
    days_of = dict(connection.execute("SELECT project, days FROM keep WHERE dev = ?", (dev,)).fetchall())
    if not days_of:
        return 0
    projects = connection.execute("SELECT DISTINCT coalesce(project, '') FROM session").fetchall()
    gone = 0
    for (project,) in projects:
        days = days_of.get(project, days_of.get(""))
        if days is not None:
            gone += _expire_project(connection, project, next_stamp(None, now_ms - days * _DAY_MS))
    if gone:
        scrub_later(connection)
    return gone


def _expire_project(connection: sqlite3.Connection, project: str, before: str) -> int:
    rows = connection.execute(_OLD, {"before": before, "project": project}).fetchall()
    asked = {session: _first_question(connection, session) for session in dict.fromkeys(row[1] for row in rows)}
    changed: set[str] = set()
    gone = 0
    for row, session, body in rows:
        if row != asked[session] and take_back(connection, row, body, keep_native=True) is not None:
            empty_row(connection, row, EXPIRED)
            changed.add(session_of(session))
            gone += 1
    for session in sorted(changed):
        recount(connection, session)
    return gone


def _first_question(connection: sqlite3.Connection, session: str) -> int | None:
    """The row of what the person asked first: it is what an untitled session is called by."""
    rows = connection.execute(
        "SELECT rowid, body FROM entry WHERE session = ? AND kind = ? AND body <> '' ORDER BY rowid", (session, MESSAGE)
    )
    for row, body in rows:
        entry = readable_entry(body)
        if entry is not None and entry.role == "user" and first_words(said_in(entry)):
            return int(row)
    return None
