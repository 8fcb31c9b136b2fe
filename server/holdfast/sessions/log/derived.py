"""What the log knows beside its entries, and could make again from them: kept in the transaction that adds an entry."""

import sqlite3

from holdfast.sessions.entries.entry import Entry


def derive(connection: sqlite3.Connection, row: int, entry: Entry) -> None:
    """Take over what `entry`, which has just been added as the row numbered `row`, says."""
    native = _native_id(entry)
    if native is not None:
        connection.execute(
            "INSERT OR IGNORE INTO native_message (session, native_id, dev, seq) VALUES (?, ?, ?, ?)",
            (entry.place.session, native, entry.place.dev, entry.place.seq),
        )


def _native_id(entry: Entry) -> str | None:
    return entry.native_id
