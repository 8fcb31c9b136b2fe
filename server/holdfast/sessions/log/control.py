"""What a device's control series says: what to forget, what to keep, for how long."""

import sqlite3
from collections.abc import Sequence
from typing import Final

from holdfast.sessions.entries.canonical_json import JsonObject
from holdfast.sessions.entries.clock import stamp_ms
from holdfast.sessions.entries.entry import Draft, Entry
from holdfast.sessions.entries.kinds import CONTROL, PIN, RETENTION, TOMBSTONE, UNPIN
from holdfast.sessions.log.forgetting import forget
from holdfast.sessions.log.tombstones import Tombstone

_LONGEST_ID: Final = 500
_MOST_DAYS: Final = 36_500


def take_control(connection: sqlite3.Connection, entry: Entry) -> None:
    """Do what an entry of a control series, which has just been added, says. What it says of kinds unknown here stays undone.

    A device of the person's own speaks for everything, another's for its own series alone.
    """
    references = [part for part in entry.parts if part.get("type") == "ref"]
    if entry.kind == TOMBSTONE:
        only_dev = "" if is_own(connection, entry.place.dev) else entry.place.dev
        stones = [_tombstone(part, entry, only_dev) for part in references]
        forget(connection, [stone for stone in stones if stone is not None], are_said=True)
    elif entry.kind in {PIN, UNPIN} and is_own(connection, entry.place.dev):
        for part in references:
            _pin(connection, part, entry)
    elif entry.kind == RETENTION and is_own(connection, entry.place.dev):
        for part in references:
            _keep(connection, part, entry)


def is_own(connection: sqlite3.Connection, dev: str) -> bool:
    """Whether the device is the person's own: said to be, or not named at all."""
    row = connection.execute("SELECT standing FROM device WHERE dev = ?", (dev,)).fetchone()
    return row is None or row[0] == "own"


def session_tombstone(at_ms: int, session: str) -> Draft:
    """Says that `session` is to be forgotten."""
    return Draft(at_ms, TOMBSTONE, ({"type": "ref", "to": "session", "id": session},))


def entry_tombstone(at_ms: int, entry: Entry) -> Draft:
    """Says that `entry`, and the message that it was imported from, are to be forgotten."""
    return entries_tombstone(at_ms, [entry])


def entries_tombstone(at_ms: int, entries: Sequence[Entry]) -> Draft:
    """Says that `entries`, and the messages that they were imported from, are to be forgotten."""
    parts: list[JsonObject] = [
        {
            "type": "ref",
            "to": "entry",
            "id": entry.id,
            "session": entry.place.session,
            "tool": entry.tool,
            "native_id": entry.native_id,
        }
        for entry in entries
    ]
    return Draft(at_ms, TOMBSTONE, tuple(parts))


def pin(at_ms: int, target: str, *, holds: bool) -> Draft:
    """Says that `target`, the id of a session or an entry, is to stay, or no longer."""
    to = "entry" if target.startswith("b2:") else "session"
    return Draft(at_ms, PIN if holds else UNPIN, ({"type": "ref", "to": to, "id": target},))


def retention(at_ms: int, days: int | None, project: str | None) -> Draft:
    """Says that this device keeps what was said for `days` (None: for ever), in `project` or everywhere."""
    return Draft(at_ms, RETENTION, ({"type": "ref", "to": "keep", "days": days, "project": project},))


def _tombstone(part: JsonObject, entry: Entry, only_dev: str) -> Tombstone | None:
    target, session = _id(part, "id"), _id(part, "session")
    at_ms, by_device = stamp_ms(entry.place.hlc), entry.place.dev
    match part.get("to"):
        case "session" if target and target != CONTROL:
            return Tombstone(target, "session", target, None, None, at_ms, by_device, only_dev)
        case "entry" if target and session and session != CONTROL:
            tool, native_id = _id(part, "tool"), _id(part, "native_id")
            return Tombstone(target, "entry", session, tool, native_id, at_ms, by_device, only_dev)
        case _:
            return None


def _pin(connection: sqlite3.Connection, part: JsonObject, entry: Entry) -> None:
    """The word with the latest stamp counts, in whatever order two devices' words arrive."""
    target = _id(part, "id")
    if target:
        connection.execute(
            """
            INSERT INTO pin_word (target, hlc, at_ms, holds) VALUES (?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET hlc = excluded.hlc, at_ms = excluded.at_ms, holds = excluded.holds
            WHERE excluded.hlc > hlc
            """,
            (target, entry.place.hlc, stamp_ms(entry.place.hlc), entry.kind == PIN),
        )


def _keep(connection: sqlite3.Connection, part: JsonObject, entry: Entry) -> None:
    days, project = part.get("days"), _id(part, "project") or ""
    key = (entry.place.dev, project)
    if days is None:
        connection.execute("DELETE FROM keep WHERE dev = ? AND project = ?", key)
    elif isinstance(days, int) and 0 < days <= _MOST_DAYS:
        connection.execute("INSERT OR REPLACE INTO keep (dev, project, days) VALUES (?, ?, ?)", (*key, days))


def _id(part: JsonObject, name: str) -> str | None:
    value = part.get(name)
    return value if isinstance(value, str) and 0 < len(value) <= _LONGEST_ID else None
