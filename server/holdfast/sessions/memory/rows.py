"""The table `memory_item`: what of an entry is remembered, beside the entry itself."""

import json
import sqlite3
from collections.abc import Callable

from holdfast.sessions.entries.entry import Entry
from holdfast.sessions.entries.strand import session_of
from holdfast.sessions.memory.extract import memory_items


def keep_items(connection: sqlite3.Connection, row: int, entry: Entry, branch_then: Callable[[], str | None]) -> None:
    """Remember what `entry`, stored as the row numbered `row`, says; `branch_then` is asked only where it says anything."""
    items = memory_items(entry)
    if not items:
        return
    place, branch = entry.place, branch_then()
    connection.executemany(
        """
        INSERT INTO memory_item (entry, session, dev, project, branch, kind, at_ms, key, text, paths, author, tool)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
            (
                row,
                session_of(place.session),
                place.dev,
                place.project,
                branch,
                item.kind,
                item.at_ms,
                item.key,
                item.text,
                json.dumps(item.paths),
                item.author,
                item.tool,
            )
            for item in items
        ],
    )


def forget_items(connection: sqlite3.Connection, row: int) -> None:
    """Remember nothing any more of the entry stored as the row numbered `row`."""
    connection.execute("DELETE FROM memory_item WHERE entry = ?", (row,))
