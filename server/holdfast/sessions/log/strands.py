"""The strands of a session in the log: its own series and those of its other files (`entries/strand.py`)."""

import sqlite3
from typing import Final

_ALL: Final = "(session = :session OR (session > :session || '/' AND session < :session || '0'))"
_ONE: Final = "session = :session"
_TEAMMATES: Final = (
    "SELECT dev FROM device WHERE standing = 'teammate' OR (standing = 'revoked' AND project IS NOT NULL)"
)
"""Revoked ones, too: of those that are revoked they alone were let into a project."""


def in_session(connection: sqlite3.Connection, session: str) -> str:
    """The condition on the column `session` of `entry` or `series` for all strands of `:session`, as plain as can be.

    Where there is one alone an index gives its entries in order.
    """
    found = connection.execute(
        "SELECT 1 FROM entry WHERE session > ?1 || '/' AND session < ?1 || '0' LIMIT 1", (session,)
    ).fetchone()
    return _ALL if found is not None else _ONE


def copies_in(connection: sqlite3.Connection, session: str) -> list[str]:
    """The series, in order, that repeat what the first file of `session` says."""
    rows = connection.execute(
        "SELECT DISTINCT session FROM series WHERE session > ?1 || '/c' AND session < ?1 || '/d' ORDER BY session",
        (session,),
    )
    return [series for (series,) in rows]


def helpers_with(connection: sqlite3.Connection, session: str, native_id: str, dev: str) -> list[str]:
    """The series of helpers of `session` in which the message `native_id` is, as far as they count beside one of `dev`.

    A teammate's count beside a teammate's alone: they could have any message told by another one that they made up.
    """
    rows = connection.execute(
        "SELECT session FROM native_message WHERE native_id = ?2 AND session IN"  # noqa: S608 - a query of this module
        " (SELECT session FROM series WHERE session > ?1 || '/h' AND session < ?1 || '/i')"
        f" AND (?3 IN ({_TEAMMATES}) OR dev NOT IN ({_TEAMMATES}))",
        (session, native_id, dev),
    )
    return [series for (series,) in rows]


def has_own_series(connection: sqlite3.Connection, session: str) -> bool:
    """Whether the first file of `session` is in the log, from whatever device."""
    return connection.execute("SELECT 1 FROM series WHERE session = ? LIMIT 1", (session,)).fetchone() is not None
