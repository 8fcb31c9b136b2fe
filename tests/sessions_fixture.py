"""Entries to put into a session log, and what stands in it afterwards."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from holdfast.sessions.entries.entry import Draft, Entry
from holdfast.sessions.entries.series import Series
from holdfast.sessions.log.verify import verify_log
from holdfast.sqlite.connection import open_for_reading

SESSION = "01932f2e-9c00-7abc-8def-0123456789ab"
DEVICE = "00112233445566778899aabbccddeeff"


def entries_of(count: int, *, session: str = SESSION, dev: str = DEVICE) -> list[Entry]:
    """The first `count` entries of a series."""
    series = Series(dev=dev, session=session, project=None)
    return [series.extend(Draft(1_795_000_000_000 + n, "session.meta", ({"n": n},))) for n in range(count)]


def stored_ids(path: Path) -> list[str]:
    """The ids of all entries, in the order of their series."""
    return [str(entry_id) for (entry_id,) in rows(path, "SELECT id FROM entry ORDER BY dev, session, seq")]


def problems_in(path: Path) -> list[str]:
    """What the chain's check says of the log at `path`."""
    connection = open_for_reading(path)
    try:
        return verify_log(connection)
    finally:
        connection.close()


def rows(path: Path, query: str) -> Sequence[tuple[str | int | None, ...]]:
    """All rows of `query`."""
    connection = open_for_reading(path)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def tamper(path: Path, statement: str, *values: str) -> None:
    """Change the database behind the log's back."""
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(statement, values)
    connection.close()
