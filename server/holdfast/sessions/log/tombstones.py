"""What was forgotten, so that nothing brings it back: neither an import, nor another machine, nor this one's own writer.

A tombstone names a session or an entry, and an entry's message in the tool it came from. One of the person's own devices
speaks for all series; a teammate's for its own alone. What is said of a session holds for all its strands.
"""

import sqlite3
from dataclasses import dataclass
from typing import Final, Literal

from holdfast.sessions.entries.entry import Entry
from holdfast.sessions.entries.known_id import known_id
from holdfast.sessions.entries.strand import session_of

FORGOTTEN: Final = "forgotten"
"""The kind, in its row, of an entry that was forgotten."""
EXPIRED: Final = "expired"
"""The kind, in its row, of an entry older than this machine keeps them."""


@dataclass(frozen=True, slots=True)
class Tombstone:
    """`target` is an entry's id, or a session's; `only_dev` is "" or the device whose series alone is meant."""

    target: str
    kind: Literal["session", "entry"]
    session: str
    tool: str | None
    native_id: str | None
    at_ms: int
    by_device: str
    only_dev: str = ""


def keep_tombstone(connection: sqlite3.Connection, stone: Tombstone, *, anew: bool = False) -> None:
    """Remember `stone`; twice is once. With `anew`, in place of what is remembered of its target."""
    connection.execute(
        f"""
        INSERT OR {"REPLACE" if anew else "IGNORE"} INTO tombstone
        (target, only_dev, kind, session, tool, native_id, at_ms, by_device) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,  # noqa: S608 - a word of SQL
        (
            stone.target,
            stone.only_dev,
            stone.kind,
            session_of(stone.session),
            stone.tool,
            stone.native_id,
            stone.at_ms,
            stone.by_device,
        ),
    )


def is_session_forgotten(connection: sqlite3.Connection, session: str, dev: str) -> bool:
    """Whether nothing of `session`, or of the session that is a strand of, may be recorded any more in series of `dev`."""
    return _exists(
        connection,
        "SELECT 1 FROM tombstone WHERE target IN (?, ?) AND kind = 'session' AND only_dev IN ('', ?)",
        (session, session_of(session), dev),
    )


def session_forgotten_ms(connection: sqlite3.Connection, session: str, dev: str) -> int | None:
    """When `session` was forgotten, for series of the device `dev`, in ms since 1970; None where it was not."""
    (at_ms,) = connection.execute(
        "SELECT max(at_ms) FROM tombstone WHERE target IN (?, ?) AND kind = 'session' AND only_dev IN ('', ?)",
        (session, session_of(session), dev),
    ).fetchone()
    return None if at_ms is None else int(at_ms)


def is_message_forgotten(connection: sqlite3.Connection, session: str, native_id: str | None, dev: str) -> bool:
    """Whether the message with `native_id` of `session` was forgotten, for series of `dev`; None is no message.

    An older version on another machine writes ids that are digests here: under either it stays forgotten.
    """
    return native_id is not None and _exists(
        connection,
        "SELECT 1 FROM tombstone WHERE session = ? AND native_id IN (?, ?) AND kind = 'entry' AND only_dev IN ('', ?)",
        (session_of(session), native_id, known_id(native_id), dev),
    )


def is_entry_forgotten(connection: sqlite3.Connection, entry: Entry) -> bool:
    """Whether `entry`, sealed here or elsewhere, was forgotten by its id or as a message."""
    place = entry.place
    named = _exists(
        connection,
        "SELECT 1 FROM tombstone WHERE target = ? AND kind = 'entry' AND only_dev IN ('', ?)",
        (entry.id, place.dev),
    )
    return named or is_message_forgotten(connection, place.session, entry.native_id, place.dev)


def _exists(connection: sqlite3.Connection, query: str, values: tuple[str, ...]) -> bool:
    return connection.execute(query, values).fetchone() is not None
