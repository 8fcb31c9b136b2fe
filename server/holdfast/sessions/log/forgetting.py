"""What a tombstone does: takes the text, and all that was made from it, out of the database, in the transaction that adds it."""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from holdfast.sessions.entries.entry import Entry, readable_entry
from holdfast.sessions.entries.strand import session_of
from holdfast.sessions.log.derived import recount, underive
from holdfast.sessions.log.session_row import drop_row
from holdfast.sessions.log.state import make_again_later, scrub_later
from holdfast.sessions.log.strands import in_session
from holdfast.sessions.log.tombstones import FORGOTTEN, Tombstone, keep_tombstone

_Row = tuple[int, str, str, str]
_ROWS: Final = "SELECT rowid, id, dev, body FROM entry WHERE"


def forget(connection: sqlite3.Connection, stones: Sequence[Tombstone], *, are_said: bool = False) -> int:
    """Do what `stones` say and remember them; how many entries lost their text.

    With `are_said` they stand so in a control series, which a damaged table is made again from.
    """
    gone = 0
    changed: set[str] = set()
    for stone in stones:
        keep_tombstone(connection, stone, anew=are_said)
        of_this = _forget_session(connection, stone) if stone.kind == "session" else _forget_entry(connection, stone)
        gone += of_this
        if of_this and (stone.kind == "entry" or stone.only_dev or session_of(stone.target) != stone.target):
            changed.add(session_of(stone.session))
    for session in sorted(changed):
        recount(connection, session)
    if gone:
        scrub_later(connection)
    return gone


def empty_row(connection: sqlite3.Connection, row: int, kind: str) -> None:
    """Take the text out of the row; what is left keeps the chain of its series together."""
    connection.execute("UPDATE entry SET body = '', kind = ? WHERE rowid = ?", (kind, row))


def take_back(connection: sqlite3.Connection, row: int, body: str, *, keep_native: bool = False) -> Entry | None:
    """Take back what was made from the entry whose text is `body`; None where it can no longer be read."""
    entry = readable_entry(body)
    if entry is None:
        # Which words it was found by cannot be told any more: all of them are made again.
        connection.execute("DELETE FROM memory_item WHERE entry = ?", (row,))
        make_again_later(connection)
        return None
    underive(connection, row, entry, keep_native=keep_native)
    return entry


def _forget_session(connection: sqlite3.Connection, stone: Tombstone) -> int:
    where = in_session(connection, stone.target) + (" AND dev = :dev" if stone.only_dev else "")
    values = {"session": stone.target, "dev": stone.only_dev}
    rows: list[_Row] = connection.execute(f"{_ROWS} {where}", values).fetchall()
    for row, entry_id, _, body in rows:
        if body:
            take_back(connection, row, body)
        connection.execute("DELETE FROM memory_item WHERE entry = ?", (row,))
        connection.execute("DELETE FROM pin_word WHERE target = ?", (entry_id,))
    for table in ("native_message", "series", "entry"):
        connection.execute(f"DELETE FROM {table} WHERE {where}", values)  # noqa: S608 - names of tables, and a condition
    if not stone.only_dev:
        drop_row(connection, stone.target)
        connection.execute("DELETE FROM pin_word WHERE target = ?", (stone.target,))
    return len(rows)


def _forget_entry(connection: sqlite3.Connection, stone: Tombstone) -> int:
    """The entry itself, and the copies of its message that other devices imported."""
    gone = 0
    for row, entry_id, dev, body in _rows_of(connection, stone):
        if stone.only_dev not in {"", dev}:
            continue
        take_back(connection, row, body)
        empty_row(connection, row, FORGOTTEN)
        keep_tombstone(connection, replace(stone, target=entry_id))
        connection.execute("DELETE FROM pin_word WHERE target = ?", (entry_id,))
        gone += 1
    return gone


def _rows_of(connection: sqlite3.Connection, stone: Tombstone) -> list[_Row]:
    session = session_of(stone.session)
    where = in_session(connection, session)
    values = {"session": session, "target": stone.target, "native": stone.native_id}
    rows: list[_Row] = connection.execute(f"{_ROWS} {where} AND body <> '' AND id = :target", values).fetchall()
    if stone.native_id is None:
        return rows
    (series,) = connection.execute(f"SELECT count(*) FROM series WHERE {where}", values).fetchone()  # noqa: S608 - a condition
    if series == 1:
        place = "(dev, seq) IN (SELECT dev, seq FROM native_message WHERE session = :session AND native_id = :native)"
        copies = connection.execute(f"{_ROWS} {where} AND body <> '' AND {place}", values)
    else:
        # Only one copy of a message is listed under its native id: the others are looked for.
        copies = connection.execute(f"{_ROWS} {where} AND instr(body, :native) > 0", values)
    known = {row[0] for row in rows}
    return rows + [row for row in copies.fetchall() if row[0] not in known and _is_of(row[3], stone.native_id)]


def _is_of(body: str, native_id: str) -> bool:
    entry = readable_entry(body)
    return entry is not None and entry.native_id == native_id
