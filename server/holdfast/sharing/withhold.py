"""Entries in which newer rules found a secret when they were to leave: forgotten here too, and recorded anew without it."""

import sqlite3
from collections.abc import Iterable
from dataclasses import replace

from holdfast.sessions.entries.kinds import CONTROL
from holdfast.sessions.log.control import entries_tombstone
from holdfast.sessions.log.forgetting import empty_row
from holdfast.sessions.log.store import append_drafts
from holdfast.sessions.log.tombstones import FORGOTTEN, Tombstone, keep_tombstone
from holdfast.sharing.clearing import Withheld


def withhold(connection: sqlite3.Connection, dev: str, withheld: Iterable[Withheld], now_ms: int) -> None:
    """Write a tombstone for each entry of the device `dev`, and what is left of it at the end of its series. Within a transaction."""
    for one in withheld:
        place = one.entry.place
        if place.session == CONTROL:
            # What it says has been done here. The others must hear it, too, or they would forget nothing.
            append_drafts(connection, dev, CONTROL, None, [one.draft])
            (row,) = connection.execute("SELECT rowid FROM entry WHERE id = ?", (one.entry.id,)).fetchone()
            empty_row(connection, row, FORGOTTEN)
            keep_tombstone(connection, Tombstone(one.entry.id, "entry", CONTROL, None, None, now_ms, dev, only_dev=dev))
            continue
        append_drafts(connection, dev, CONTROL, None, [entries_tombstone(now_ms, [one.entry])])
        # The id it had in its tool was forgotten with it, and would keep this one out.
        source = {**one.draft.src, "native_id": None}
        append_drafts(
            connection, dev, place.session, place.project, [replace(one.draft, parent=one.entry.id, src=source)]
        )
