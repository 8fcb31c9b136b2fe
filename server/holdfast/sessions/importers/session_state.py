"""A series as the log knows it, while what an importer gave is added: what was last said of its session, and where it ends.

A file that grows may be read a second time, from another place or by a newer version, and may then end before the series
does. What it tells on its way to the series' end was told before and is kept back, until something new is said.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from holdfast.sessions.entries.canonical_json import JsonObject
from holdfast.sessions.entries.entry import Draft, Entry, readable_entry
from holdfast.sessions.entries.kinds import SESSION_META, SESSION_START
from holdfast.sessions.entries.known_id import known_id
from holdfast.sessions.entries.series import Series, Tip
from holdfast.sessions.entries.strand import is_undivided, session_of
from holdfast.sessions.log.store import add_entry

_FACTS: Final = ("title", "folder", "branch", "continues")
_MOST_LOOKED_AT: Final = 20


@dataclass(slots=True)
class Position:
    """How far a file that grows was read in its series: to the message `passed`, and to which of the facts told behind it.

    `kept_back` are the facts that were told on the way, by name. `heard` None: all that were told.
    """

    passed: str | None = None
    heard: int | None = None
    kept_back: dict[str, JsonObject] = field(default_factory=dict)
    draft: Draft | None = None


class SessionState:
    """Adds to one series of the device `dev`, within a transaction that is under way.

    The project is that of the series; where it has not begun, that of the same series of another device, or the one given.
    `position` None: the file is rewritten as a whole, and what it tells now is what counts.
    """

    def __init__(
        self, connection: sqlite3.Connection, dev: str, series: str, project: str | None, position: Position | None
    ) -> None:
        self._connection = connection
        self._dev = dev
        self._name = series
        self._position = position
        self._first: Draft | None = None
        self._facts: dict[str, JsonObject] = {}
        self._gap: list[JsonObject] = []
        self._last_native: str | None = None
        self._last_message: str | None = None
        self._look_up_facts()
        self._look_up_end()
        tip = connection.execute(
            "SELECT seq, id, hlc, project FROM entry WHERE dev = ? AND session = ? ORDER BY seq DESC LIMIT 1",
            (dev, series),
        ).fetchone()
        self._has_series = tip is not None
        self._tip: str | None = tip[1] if tip is not None else None
        project = tip[3] if tip is not None else self._project_elsewhere() or project
        self._series = Series(dev=dev, session=series, project=project, tip=Tip(*tip[:3]) if tip is not None else None)

    def is_current(self, connection: sqlite3.Connection) -> bool:
        """Whether nothing was added to the series since, but by this object."""
        row = connection.execute(
            "SELECT tip_id FROM series WHERE dev = ? AND session = ?", (self._dev, self._name)
        ).fetchone()
        return connection is self._connection and row is not None and row[0] == self._tip

    def tell(self, draft: Draft) -> bool:
        """Take over the facts of `draft`; those that are new are added, or wait for the series to `start`. Whether any was."""
        if not self._has_series:
            self._keep(draft.parts)
            self._first = draft
            return False
        if not self._is_at_end():
            self._keep_back(draft)
            return False
        changed = self._keep([part for part in draft.parts if not self._is_repeated(part)])
        if changed:
            self._add_facts(replace(draft, parts=changed))
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

    def say(self, draft: Draft, native_id: str, parent: str | None) -> None:
        """Add the message `native_id`; `parent` is the tool's id of the one it answers, which counts where it is in this series.

        Whether one of another file is there already would depend on which was read first.
        """
        self._tell_kept_back()
        answered = (self._entry_of(known_id(parent)) or self._entry_of(parent)) if parent else None
        entry = self._add(replace(draft, parent=answered if answered != self._last_message else None))
        self._last_message, self._last_native, self._gap = entry.id, native_id, []
        if self._position is not None:
            self._position.passed, self._position.heard = native_id, 0

    def pass_over(self, native_id: str) -> None:
        """The file has come to the message `native_id`, which is there already."""
        if self._position is not None:
            self._position.passed, self._position.heard = native_id, 0
            if self._is_at_end():
                self._position.kept_back.clear()

    def _is_at_end(self) -> bool:
        position = self._position
        if position is None or self._last_message is None:
            return True
        return position.passed is not None and position.passed == self._last_native

    def _keep_back(self, draft: Draft) -> None:
        position = self._position
        if position is not None:
            position.draft = draft
            for part in draft.parts:
                name = str(part.get("to"))
                if name != "title" or _rank(part) >= _rank(position.kept_back.get(name)):
                    position.kept_back[name] = part

    def _tell_kept_back(self) -> None:
        position = self._position
        if position is None or not position.kept_back or position.draft is None:
            return
        changed = self._keep(tuple(position.kept_back.values()))
        position.kept_back.clear()
        if changed:
            self._add_facts(replace(position.draft, parts=changed))

    def _is_repeated(self, part: JsonObject) -> bool:
        """Whether `part` is the next of what was told since the last message: then it is read a second time."""
        position = self._position
        if position is None or position.heard is None or part not in self._gap[position.heard :]:
            return False
        position.heard += self._gap[position.heard :].index(part) + 1
        return True

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

    def _add_facts(self, draft: Draft) -> None:
        self._add(draft)
        self._gap += draft.parts
        if self._position is not None:
            self._position.heard = len(self._gap)

    def _add(self, draft: Draft) -> Entry:
        entry = self._series.extend(draft)
        add_entry(self._connection, entry)
        self._tip = entry.id
        return entry

    def _look_up_facts(self) -> None:
        rows = self._connection.execute(
            "SELECT body FROM entry WHERE session = ? AND kind IN (?, ?) ORDER BY hlc, dev, seq",
            (self._name, SESSION_START, SESSION_META),
        )
        told = [entry for (body,) in rows if (entry := readable_entry(body)) is not None]
        self._facts = {str(part.get("to")): part for entry in told for part in entry.parts if part.get("to") in _FACTS}

    def _look_up_end(self) -> None:
        """The last message of this device's series, and what was told behind it."""
        rows = self._connection.execute(
            "SELECT id, kind, body FROM entry WHERE dev = ? AND session = ? ORDER BY seq DESC", (self._dev, self._name)
        )
        looked_at = 0
        for entry_id, kind, body in rows:
            entry = readable_entry(body)
            if kind in {SESSION_START, SESSION_META}:
                if entry is not None:
                    self._gap[:0] = [part for part in entry.parts if part.get("to") in _FACTS]
                continue
            self._last_message = self._last_message or entry_id
            looked_at += 1
            if entry is None or entry.native_id is not None or looked_at >= _MOST_LOOKED_AT:
                # What this program said itself, as a summary, stands in no file.
                native_id = entry.native_id if entry is not None else self._forgotten(entry_id)
                self._last_native = known_id(native_id) if native_id is not None else None
                return

    def _forgotten(self, entry_id: str) -> str | None:
        found = self._connection.execute("SELECT native_id FROM tombstone WHERE target = ?", (entry_id,)).fetchone()
        return found[0] if found is not None else None

    def _project_elsewhere(self) -> str | None:
        found = self._connection.execute(
            "SELECT project FROM entry WHERE session = ? ORDER BY hlc, dev, seq LIMIT 1", (self._name,)
        ).fetchone()
        return found[0] if found is not None else None

    def _entry_of(self, native_id: str) -> str | None:
        row = self._connection.execute(
            "SELECT entry.id FROM native_message AS native JOIN entry"
            " ON entry.dev = native.dev AND entry.session = native.session AND entry.seq = native.seq"
            " WHERE native.session = ? AND native.native_id = ?",
            (self._name, native_id),
        ).fetchone()
        return str(row[0]) if row is not None else None


def is_known(connection: sqlite3.Connection, series: str) -> bool:
    """Whether the log has anything of `series`, from whatever device."""
    return connection.execute("SELECT 1 FROM entry WHERE session = ? LIMIT 1", (series,)).fetchone() is not None


def is_there(connection: sqlite3.Connection, series: str, native_id: str) -> bool:
    """Whether the message `native_id` of `series` is in the log, from whatever device.

    What an older version wrote lies in the session's own series, whichever file it was read from.
    """
    known = "SELECT 1 FROM native_message WHERE session = ? AND native_id = ?"
    if connection.execute(known, (series, native_id)).fetchone() is not None:
        return True
    session = session_of(series)
    if session == series:
        return False
    found = connection.execute(
        "SELECT entry.body FROM native_message AS native JOIN entry"
        " ON entry.dev = native.dev AND entry.session = native.session AND entry.seq = native.seq"
        " WHERE native.session = ? AND native.native_id = ?",
        (session, native_id),
    ).fetchone()
    if found is None:
        return False
    entry = readable_entry(found[0])
    return entry is None or is_undivided(entry)


def _rank(part: JsonObject | None) -> int:
    rank = part.get("rank") if part is not None else None
    return rank if isinstance(rank, int) else 0
