"""A session as the log knows it, while what an importer gave is added: what was last said of it, and where its series ends."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from holdfast.sessions.entries.canonical_json import JsonObject
from holdfast.sessions.entries.entry import Draft, Entry, read_entry
from holdfast.sessions.entries.kinds import SESSION_META, SESSION_START
from holdfast.sessions.entries.series import Series, Tip
from holdfast.sessions.log.store import add_entry

_FACTS: Final = ("title", "folder", "branch", "continues")


class SessionState:
    """Adds to the series of one session, within a transaction that is under way.

    The project is that of the session's first entry; where that has none, the one given.
    """

    def __init__(self, connection: sqlite3.Connection, dev: str, session: str, project: str | None) -> None:
        self._connection = connection
        self._dev = dev
        self._session = session
        self._first: Draft | None = None
        self._facts: dict[str, JsonObject] = {}
        first = connection.execute(
            "SELECT project FROM entry WHERE session = ? ORDER BY hlc, dev, seq LIMIT 1", (session,)
        ).fetchone()
        for part in self._told():
            self._facts[str(part.get("to"))] = part
        tip = connection.execute(
            "SELECT seq, id, hlc FROM entry WHERE dev = ? AND session = ? ORDER BY seq DESC LIMIT 1", (dev, session)
        ).fetchone()
        self._has_series = tip is not None
        self._tip: str | None = tip[1] if tip is not None else None
        project = first[0] if first is not None and first[0] is not None else project
        self._series = Series(dev=dev, session=session, project=project, tip=Tip(*tip) if tip is not None else None)
        self._last_message = self._find_last_message(dev)

    def is_current(self, connection: sqlite3.Connection) -> bool:
        """Whether nothing was added to the series since, but by this object."""
        row = connection.execute(
            "SELECT tip_id FROM series WHERE dev = ? AND session = ?", (self._dev, self._session)
        ).fetchone()
        return connection is self._connection and row is not None and row[0] == self._tip

    def tell(self, draft: Draft) -> bool:
        """Take over the facts of `draft`; those that are new are added, or wait for the session to `start`. Whether any was."""
        changed = self._keep(draft.parts)
        if not self._has_series:
            self._first = draft
            return False
        if changed:
            self._add(replace(draft, parts=changed))
        return bool(changed)

    def start(self, draft: Draft) -> None:
        """Begin this device's series with `draft` and all that is known of the session, unless it has begun."""
        if self._has_series:
            return
        self._has_series = True
        known = tuple(part for name in _FACTS if (part := self._facts.get(name)) is not None)
        if self._first is not None:
            draft = replace(draft, at_ms=self._first.at_ms or draft.at_ms, redact=self._first.redact)
        self._add(replace(draft, parts=(*draft.parts, *known)))

    def say(self, draft: Draft, parent: str | None) -> None:
        """Add a message; `parent` is the tool's id of the one it answers."""
        answered = self._entry_of(parent) if parent else None
        entry = self._add(replace(draft, parent=answered if answered != self._last_message else None))
        self._last_message = entry.id

    def _keep(self, facts: Sequence[JsonObject]) -> tuple[JsonObject, ...]:
        """Those of `facts` that change what is known."""
        changed = []
        for part in facts:
            name = str(part.get("to"))
            before = self._facts.get(name)
            if name not in _FACTS or part == before or (name == "title" and _rank(part) < _rank(before)):
                continue
            self._facts[name] = part
            changed.append(part)
        return tuple(changed)

    def _add(self, draft: Draft) -> Entry:
        entry = self._series.extend(draft)
        add_entry(self._connection, entry)
        self._tip = entry.id
        return entry

    def _told(self) -> Iterator[JsonObject]:
        rows = self._connection.execute(
            "SELECT body FROM entry WHERE session = ? AND kind IN (?, ?) ORDER BY hlc, dev, seq",
            (self._session, SESSION_START, SESSION_META),
        )
        for (body,) in rows:
            try:
                parts = read_entry(body).parts
            except (ValueError, AttributeError):
                continue
            yield from (part for part in parts if part.get("to") in _FACTS)

    def _find_last_message(self, dev: str) -> str | None:
        row = self._connection.execute(
            "SELECT id FROM entry WHERE dev = ? AND session = ? AND kind NOT IN (?, ?) ORDER BY seq DESC LIMIT 1",
            (dev, self._session, SESSION_START, SESSION_META),
        ).fetchone()
        return str(row[0]) if row is not None else None

    def _entry_of(self, native_id: str) -> str | None:
        row = self._connection.execute(
            "SELECT entry.id FROM native_message AS native JOIN entry"
            " ON entry.dev = native.dev AND entry.session = native.session AND entry.seq = native.seq"
            " WHERE native.session = ? AND native.native_id = ?",
            (self._session, native_id),
        ).fetchone()
        return str(row[0]) if row is not None else None


def is_known(connection: sqlite3.Connection, session: str) -> bool:
    """Whether the log has anything of `session`, from whatever device."""
    return connection.execute("SELECT 1 FROM entry WHERE session = ? LIMIT 1", (session,)).fetchone() is not None


def is_there(connection: sqlite3.Connection, session: str, native_id: str) -> bool:
    """Whether the message `native_id` of `session` is in the log, from whatever device."""
    return (
        connection.execute(
            "SELECT 1 FROM native_message WHERE session = ? AND native_id = ?", (session, native_id)
        ).fetchone()
        is not None
    )


def _rank(part: JsonObject | None) -> int:
    rank = part.get("rank") if part is not None else None
    return rank if isinstance(rank, int) else 0
