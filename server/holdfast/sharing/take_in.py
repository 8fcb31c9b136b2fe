"""One opened segment goes into the session log, with the memory that it did, in one transaction.

Entries are a set: what is there already changes nothing, so any order, repetition and interruption ends at the same log. A
segment that begins behind what is there waits for what is missing. Two versions of one entry can only come from a device
whose keys were copied: nothing more of that series is taken in, on no machine, until a person has looked. So it is with a
series that gave another's id to an entry that it says was forgotten: an entry's text proves its id, and it has none.
"""

import sqlite3
from dataclasses import dataclass
from typing import Final, Literal

from holdfast.sessions.entries.entry import Entry, Place
from holdfast.sessions.log.store import SessionLog, add_entry, add_forgotten
from holdfast.sessions.log.tombstones import is_session_forgotten
from holdfast.sharing.forks import is_forked, mark_forked, parting
from holdfast.sharing.open_segment import OpenedSegment
from holdfast.sharing.segment import Line, step_of

TOO_EARLY: Final = "gap"
COPIED: Final = "copied_device"
FALSE: Final = "malformed"


@dataclass(frozen=True, slots=True)
class NotTakenIn:
    """Why a whole, well-signed segment is left outside."""

    kind: Literal["gap", "copied_device", "malformed"]
    why: str


def take_in(
    log: SessionLog, name: str, size: int, opened: OpenedSegment, *, this: str, own: bool, now_ms: int
) -> int | NotTakenIn:
    """Add what `opened`, which lies in the shared places as `name`, says; how many entries are new.

    `this` is the id of this device; `own`: it sealed the segment itself, and forgot. Raises StorageError or DiskFull.
    """
    is_ours = opened.dev == this

    def work(connection: sqlite3.Connection) -> int | NotTakenIn:
        if not is_session_forgotten(connection, opened.session, opened.dev):
            refused = _refusal(connection, opened, is_ours=is_ours, now_ms=now_ms)
            refused = refused or _claimed_elsewhere(connection, opened, this, now_ms)
            if refused is not None:
                return refused
        added = sum(_add(connection, line) for line in opened.lines)
        remember(connection, name, opened, size, own=own, now_ms=now_ms)
        if added and not is_ours:
            connection.execute("INSERT OR REPLACE INTO heard (dev, at_ms) VALUES (?, ?)", (opened.dev, now_ms))
        return added

    return log.change(work)


def remember(
    connection: sqlite3.Connection, name: str, opened: OpenedSegment, size: int, *, own: bool, now_ms: int
) -> None:
    """Note that `name` is known, and no longer parked."""
    # Of one that was sealed here and found again, nobody remembers for whom: it is sealed again where that matters.
    connection.execute(
        """
        INSERT OR IGNORE INTO segment (name, dev, session, first, last, own, readers, gone, rules_v, bytes, at_ms)
        VALUES (?, ?, ?, ?, ?, ?, '', 0, ?, ?, ?)
        """,
        (name, opened.dev, opened.session, opened.first, opened.last, own, opened.rules_version, size, now_ms),
    )
    connection.execute("DELETE FROM parked WHERE name = ?", (name,))


def _refusal(connection: sqlite3.Connection, opened: OpenedSegment, *, is_ours: bool, now_ms: int) -> NotTakenIn | None:
    dev, session = opened.dev, opened.session
    seq = parting(connection, opened)
    if seq is not None:
        mark_forked(connection, dev, session, seq, own=is_ours, now_ms=now_ms)
    if is_forked(connection, dev, session):
        return NotTakenIn(
            COPIED, f"two machines write as “{opened.sealed_by.keys.name}”: a data directory was copied while in use"
        )
    row = connection.execute("SELECT max_contig FROM series WHERE dev = ? AND session = ?", (dev, session)).fetchone()
    last = row[0] if row else -1
    if opened.first > last + 1:
        return NotTakenIn(TOO_EARLY, f"entries {last + 1} to {opened.first - 1} before it have not come")
    return None


def _claimed_elsewhere(
    connection: sqlite3.Connection, opened: OpenedSegment, this: str, now_ms: int
) -> NotTakenIn | None:
    """Where an id in `opened` stands in another place of the log: that place is given up if the entry here proves it false."""
    for line in opened.lines:
        step = step_of(line)
        found = connection.execute("SELECT dev, session, seq, body FROM entry WHERE id = ?", (step.id,)).fetchone()
        if found is None or found[:3] == (step.dev, step.session, step.seq):
            continue
        dev, session, seq, body = found
        if body or not isinstance(line, Entry) or dev == this:
            return NotTakenIn(FALSE, f"entry {step.seq} has the id of another entry")
        mark_forked(connection, dev, session, seq, own=False, now_ms=now_ms)
    return None


def _add(connection: sqlite3.Connection, line: Line) -> int:
    if isinstance(line, Entry):
        return add_entry(connection, line)
    return add_forgotten(connection, line.id, Place(line.dev, line.session, None, line.seq, line.prev, line.hlc))
