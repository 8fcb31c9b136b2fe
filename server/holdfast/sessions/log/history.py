"""Reading the session log: which sessions there are, and one of them whole."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from holdfast.errors import HoldfastError, UsageError
from holdfast.sessions.entries.clock import stamp_ms
from holdfast.sessions.entries.entry import Entry, read_entry
from holdfast.sessions.log.schema import MIGRATIONS
from holdfast.sessions.log.title import session_title
from holdfast.sessions.log.verify import verify_log
from holdfast.sqlite.connection import open_for_reading, open_for_writing, translated_errors
from holdfast.sqlite.migrations import migrate, pending_migrations

_MOST_CANDIDATES = 3


@dataclass(frozen=True, slots=True)
class Session:
    """A session as lists show it; `started_ms` since 1970, `device` and `project` the ids of its first entry."""

    id: str
    tool: str
    title: str
    started_ms: int
    entries: int
    device: str
    project: str | None


class History:
    """A view of the session log that can be read from; made by `open_history`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def sessions(self) -> list[Session]:
        """All sessions, the latest first. Entries that cannot be read are passed over; `problems` names them."""
        rows = self._connection.execute("SELECT session, body FROM entry ORDER BY session, hlc, dev, seq")
        found = [_session(_readable(bodies)) for _, bodies in groupby(rows, key=lambda row: str(row[0]))]
        return sorted((session for session in found if session), key=lambda session: session.started_ms, reverse=True)

    def session(self, prefix: str) -> tuple[Session, list[Entry]]:
        """The one session whose id begins with `prefix`, and its entries in order.

        Raises HoldfastError when there is none, UsageError when there are several.
        """
        ids = self._connection.execute(
            "SELECT DISTINCT session FROM entry WHERE substr(session, 1, length(?1)) = ?1 ORDER BY session",
            (prefix.lower(),),
        ).fetchall()
        if len(ids) > 1 and prefix:
            some = ", ".join(session for (session,) in ids[:_MOST_CANDIDATES])
            raise UsageError(f"{len(ids)} sessions begin with “{prefix}” ({some} …).", remedy="Give more of the id.")
        rows = self._connection.execute(
            "SELECT session, body FROM entry WHERE session = ? ORDER BY hlc, dev, seq",
            ids[0] if prefix and ids else ("",),
        )
        entries = _readable(rows)
        session = _session(entries)
        if session is None:
            raise no_such_session(prefix)
        return session, entries

    def problems(self) -> list[str]:
        """What `verify_log` finds."""
        return verify_log(self._connection)


def no_such_session(prefix: str) -> HoldfastError:
    """The error for an id that no session begins with."""
    return HoldfastError(f"There is no session “{prefix}”.", remedy="`holdfast sessions list` shows those there are.")


@contextmanager
def open_history(path: Path) -> Iterator[History | None]:
    """The session log at `path`, brought up to date if an older Holdfast wrote it; None when nothing was ever recorded.

    Raises StorageError.
    """
    with translated_errors(path):
        if not path.exists():
            yield None
            return
        connection = open_for_reading(path)
        try:
            if pending_migrations(connection, MIGRATIONS, path):
                _bring_up_to_date(path)
            yield History(connection)
        finally:
            connection.close()


def _bring_up_to_date(path: Path) -> None:
    connection = open_for_writing(path)
    try:
        migrate(connection, MIGRATIONS, path)
    finally:
        connection.close()


def _readable(rows: Iterator[tuple[str, str]] | sqlite3.Cursor) -> list[Entry]:
    entries = []
    for _, body in rows:
        try:
            entries.append(read_entry(body))
        except (ValueError, AttributeError):
            continue
    return entries


def _session(entries: Sequence[Entry]) -> Session | None:
    if not entries:
        return None
    first = entries[0]
    return Session(
        id=first.place.session,
        tool=first.tool,
        title=session_title(entries),
        started_ms=stamp_ms(first.place.hlc),
        entries=len(entries),
        device=first.place.dev,
        project=first.place.project,
    )
