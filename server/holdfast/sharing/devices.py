"""Whose the devices are, as the session log knows it, and which of them have done what they were told to forget."""

import hashlib
import sqlite3
from dataclasses import dataclass
from typing import Final

from holdfast.sessions.entries.entry import Draft, read_entry
from holdfast.sessions.entries.kinds import CONTROL
from holdfast.sessions.log.store import append_drafts
from holdfast.sharing.members import Membership

FORGOT: Final = "device.forgot"
"""The kind of an entry in a control series by which a device says that it did what a tombstone said."""


@dataclass(frozen=True, slots=True)
class Forgetting:
    """How far the forgetting of `session` has come: which devices (ids) hold nothing of it, and which have not said so."""

    session: str
    done: tuple[str, ...]
    waiting: tuple[str, ...]


def keep_devices(connection: sqlite3.Connection, membership: Membership) -> None:
    """Make the table `device` say what `membership` says. Within a transaction."""
    connection.execute("DELETE FROM device")
    # Of one device with older and newer keys, those that count are written last.
    ranked = sorted(membership.members, key=lambda member: ("revoked", "teammate", "own").index(member.standing))
    connection.executemany(
        "INSERT OR REPLACE INTO device (dev, name, standing, project, injected) VALUES (?, ?, ?, ?, ?)",
        [
            (member.keys.dev, member.keys.name, member.standing, member.project, int(member.injected))
            for member in ranked
        ],
    )


def membership_mark(membership: Membership) -> str:
    """A text that changes when anybody's segments count more or less than before."""
    members = sorted(
        f"{member.keys.fingerprint} {member.standing} {member.project} {len(member.kept_segments)}"
        for member in membership.members
    )
    return hashlib.sha256("\n".join([membership.founding.id, *members]).encode()).hexdigest()[:16]


def tell_what_was_forgotten(connection: sqlite3.Connection, dev: str, now_ms: int) -> int:
    """Say in the control series of `dev` which sessions it forgot because another device said so; how many are new."""
    told = _told(connection, dev)
    rows = connection.execute(
        "SELECT target FROM tombstone WHERE kind = 'session' AND by_device <> ? ORDER BY target", (dev,)
    ).fetchall()
    new = [target for (target,) in rows if target not in told]
    if new:
        parts = tuple({"type": "ref", "to": "session", "id": target} for target in new)
        append_drafts(connection, dev, CONTROL, None, [Draft(now_ms, FORGOT, parts)])
    return len(new)


def forgettings(connection: sqlite3.Connection, devices: set[str]) -> list[Forgetting]:
    """For each session that was to be forgotten, which of `devices` say that they did."""
    told = {dev: _told(connection, dev) for dev in devices}
    rows = connection.execute(
        "SELECT target, by_device FROM tombstone WHERE kind = 'session' ORDER BY target"
    ).fetchall()
    found = []
    for target, by_device in rows:
        done = tuple(sorted(dev for dev in devices if dev == by_device or target in told[dev]))
        found.append(Forgetting(target, done, tuple(sorted(devices - set(done)))))
    return found


def _told(connection: sqlite3.Connection, dev: str) -> frozenset[str]:
    rows = connection.execute(
        "SELECT body FROM entry WHERE dev = ? AND session = ? AND kind = ?", (dev, CONTROL, FORGOT)
    ).fetchall()
    parts = [part for (body,) in rows if body for part in read_entry(body).parts]
    return frozenset(str(part.get("id")) for part in parts if part.get("to") == "session")
