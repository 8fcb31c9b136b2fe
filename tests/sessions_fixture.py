"""Entries to put into a session log, and what stands in it afterwards."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from holdfast.sessions.entries.canonical_json import JsonObject
from holdfast.sessions.entries.entry import Draft, Entry
from holdfast.sessions.entries.series import Series
from holdfast.sessions.log.verify import verify_log
from holdfast.sqlite.connection import open_for_reading

SESSION = "01932f2e-9c00-7abc-8def-0123456789ab"
DEVICE = "00112233445566778899aabbccddeeff"
OTHER_DEVICE = "ffeeddccbbaa99887766554433221100"
START_MS = 1_795_000_000_000


def entries_of(count: int, *, session: str = SESSION, dev: str = DEVICE) -> list[Entry]:
    """The first `count` entries of a series."""
    series = Series(dev=dev, session=session, project=None)
    return [series.extend(Draft(START_MS + n, "session.meta", ({"n": n},))) for n in range(count)]


def said(
    text: str,
    *,
    role: str = "user",
    native_id: str | None = None,
    at_ms: int = START_MS,
    kind: str = "msg",
    parser_version: int = 1,
) -> Draft:
    """A message of a conversation in another tool."""
    src: JsonObject = {"tool": "claude-code", "native_id": native_id, "parser_v": parser_version}
    return Draft(at_ms, kind, ({"type": "text", "text": text},), role, src=src)


def told(at_ms: int = START_MS, **reference: str | int) -> Draft:
    """A fact of a session: `told(to="branch", name="main")`."""
    return Draft(at_ms, "session.meta", ({"type": "ref", **reference},))


def sealed(
    drafts: Sequence[Draft], *, session: str = SESSION, dev: str = DEVICE, project: str | None = None
) -> list[Entry]:
    """The drafts as the beginning of a series."""
    series = Series(dev=dev, session=session, project=project)
    return [series.extend(draft) for draft in drafts]


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


def tamper(path: Path, statement: str, *values: str | int | None) -> None:
    """Change the database behind the log's back."""
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(statement, values)
    connection.close()
