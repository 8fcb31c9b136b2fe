"""Reading the session log: which sessions there are, and one of them whole or page by page."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Final, Literal

from holdfast.errors import HoldfastError, UsageError
from holdfast.sessions.entries.entry import Entry, readable_entry
from holdfast.sessions.log.busy import told_when_busy
from holdfast.sessions.log.derived import speaks
from holdfast.sessions.log.digest import carry_on
from holdfast.sessions.log.listed import Session, listed, pinned_ids
from holdfast.sessions.log.matching import entries_with
from holdfast.sessions.log.rebuild import LogProgress, bring_up_to_date, is_up_to_date, quietly
from holdfast.sessions.log.search import Hit, search
from holdfast.sessions.log.session_row import rows_of
from holdfast.sessions.log.size import Share, shares
from holdfast.sessions.log.strands import in_session
from holdfast.sessions.log.verify import verify_log
from holdfast.sqlite.connection import open_for_reading, open_for_writing, translated_errors

_MOST_CANDIDATES: Final = 3
_ALL: Final = -1
_ENTRIES: Final = "SELECT body FROM entry WHERE {of_session} AND body <> '' ORDER BY hlc, dev, session, seq"
GroupedBy = Literal["tool", "device", "project"]


class History:
    """A view of the session log that can be read from; made by `open_history`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def sessions(  # noqa: PLR0913 - one for each thing a list can be narrowed by
        self,
        *,
        project: str | None = None,
        tool: str | None = None,
        device: str | None = None,
        since_ms: int | None = None,
        before_ms: int | None = None,
        last_before_ms: int | None = None,
        pinned: bool = False,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[Session]:
        """The sessions, the latest first; those that went on at `since_ms` or later and began before `before_ms`.

        `last_before_ms`: those that ended before it; `pinned`: those that are.
        """
        if tool is not None and not _is_text(tool):
            return []
        chosen: list[tuple[str, str | int]] = [
            (condition, value)
            for condition, value in (
                ("project = ?", project),
                ("tool = ?", tool),
                ("device = ?", device),
                ("last_ms >= ?", since_ms),
                ("started_ms < ?", before_ms),
                ("last_ms < ?", last_before_ms),
                ("session IN (SELECT target FROM pin) AND ?", 1 if pinned else None),
            )
            if value is not None
        ]
        where = " AND ".join(condition for condition, _ in chosen) or "true"
        values = (*(value for _, value in chosen), _ALL if limit is None else limit, offset)
        rows = rows_of(self._connection, f"{where} ORDER BY started_ms DESC, session LIMIT ? OFFSET ?", values)
        all_pinned = self.pinned()
        return [listed(row, all_pinned) for row in rows]

    def counts(self, by: GroupedBy) -> dict[str | None, int]:
        """How many sessions there are of each tool, device or project."""
        column = {"tool": "tool", "device": "device", "project": "project"}[by]
        query = f"SELECT {column}, count(*) FROM session GROUP BY 1 ORDER BY 2 DESC, 1"  # noqa: S608 - a column's name
        return dict(self._connection.execute(query).fetchall())

    def device_names(self) -> dict[str, str]:
        """What devices that are known by name are called, by their ids."""
        return dict(self._connection.execute("SELECT dev, name FROM device").fetchall())

    def find(self, prefix: str) -> Session:
        """The one session whose id begins with `prefix`.

        Raises HoldfastError when there is none, UsageError when there are several.
        """
        rows = list(
            rows_of(self._connection, "substr(session, 1, length(?1)) = ?1 ORDER BY session", (prefix.lower(),))
            if prefix and _is_text(prefix)
            else ()
        )
        if not rows:
            raise no_such_session(prefix)
        if len(rows) > 1:
            some = ", ".join(row.session for row in rows[:_MOST_CANDIDATES])
            raise UsageError(f"{len(rows)} sessions begin with “{prefix}” ({some} …).", remedy="Give more of the id.")
        return listed(rows[0], self.pinned())

    def session(self, prefix: str) -> tuple[Session, list[Entry]]:
        """The one session whose id begins with `prefix`, and its entries in order; raises as `find` does."""
        session = self.find(prefix)
        return session, self.entries(session.id)

    def entries(self, session: str, *, first: int = 0, limit: int | None = None) -> list[Entry]:
        """The entries of a session from the one numbered `first` (from 0), at most `limit`.

        What two devices or two files say of one message is there once. What was forgotten, and what cannot be read, is not there.
        """
        if self._is_repeated(session):
            return list(islice(self.each_entry(session), first, None if limit is None else first + limit))
        values = {"session": session, "limit": _ALL if limit is None else limit, "first": first}
        rows = self._connection.execute(f"{self._entries(session)} LIMIT :limit OFFSET :first", values)
        return [entry for (body,) in rows if (entry := readable_entry(body)) is not None]

    def each_entry(self, session: str) -> Iterator[Entry]:
        """The same, all of them one by one, for sessions of any size."""
        is_repeated = self._is_repeated(session)
        for (body,) in self._connection.execute(self._entries(session), {"session": session}):
            entry = readable_entry(body)
            if entry is not None and (not is_repeated or speaks(self._connection, entry)):
                yield entry

    def entry(self, entry_id: str) -> Entry | None:
        """The entry with this id; None where there is none, or it was forgotten."""
        if not _is_text(entry_id):
            return None
        found = self._connection.execute("SELECT body FROM entry WHERE id = ? AND body <> ''", (entry_id,)).fetchone()
        return readable_entry(found[0]) if found is not None else None

    def search(
        self,
        question: str,
        *,
        project: str | None = None,
        tool: str | None = None,
        near: str | None = None,
        limit: int = 20,
    ) -> list[Hit]:
        """What `search` finds."""
        return search(self._connection, question, project=project, tool=tool, near=near, limit=limit)

    def title(self, session: str) -> str:
        """The title of a session; "" where there is none."""
        row = self._connection.execute("SELECT title FROM session WHERE session = ?", (session,)).fetchone()
        return str(row[0]) if row is not None else ""

    def pinned(self) -> frozenset[str]:
        """The ids of the sessions and entries that are pinned."""
        return pinned_ids(self._connection)

    def carry_on(self, project: str, sessions: int = 3, redact: Callable[[str], str] = str) -> str:
        """What `digest.carry_on` says."""
        return carry_on(self._connection, project, sessions=sessions, redact=redact)

    def entries_with(self, text: str) -> list[Entry]:
        """The entries that hold `text` exactly, oldest first."""
        return list(entries_with(self._connection, text))

    def shares(self) -> list[Share]:
        """Who holds how much, the largest first."""
        return shares(self._connection)

    def problems(self, progress: LogProgress = quietly) -> list[str]:
        """What `verify_log` finds."""
        return verify_log(self._connection, progress)

    def _entries(self, session: str) -> str:
        return _ENTRIES.format(of_session=in_session(self._connection, session))

    def _is_repeated(self, session: str) -> bool:
        """Whether the log may have a message of the session more than once: not where it has one series alone."""
        (series,) = self._connection.execute(
            f"SELECT count(*) FROM series WHERE {in_session(self._connection, session)}",  # noqa: S608 - a condition
            {"session": session},
        ).fetchone()
        return int(series) > 1


def _is_text(argument: str) -> bool:
    """Whether UTF-8, and so the database, can hold it; bytes on a command line need not be text."""
    return argument.isascii() or argument == argument.encode("utf-8", "replace").decode("utf-8")


def no_such_session(prefix: str) -> HoldfastError:
    """The error for an id that no session begins with."""
    return HoldfastError(f"There is no session “{prefix}”.", remedy="`holdfast sessions list` shows those there are.")


@contextmanager
def open_history(path: Path, progress: LogProgress = quietly) -> Iterator[History | None]:
    """The session log at `path`, brought up to date if an older Holdfast wrote it; None when nothing was ever recorded.

    That may take long, and `progress` hears of it. Raises StorageError.
    """
    with told_when_busy(path), translated_errors(path):
        if not path.exists():
            yield None
            return
        connection = open_for_reading(path)
        try:
            if not is_up_to_date(connection, path):
                _bring_up_to_date(path, progress)
            yield History(connection)
        finally:
            connection.close()


def _bring_up_to_date(path: Path, progress: LogProgress) -> None:
    connection = open_for_writing(path)
    try:
        bring_up_to_date(connection, path, progress)
    finally:
        connection.close()
