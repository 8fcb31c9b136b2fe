"""Entries that hold a text exactly, wherever in them it stands: for forgetting, where a near miss is no help."""

import json
import sqlite3
from collections.abc import Iterator

from holdfast.sessions.entries.entry import Entry, readable_entry
from holdfast.sessions.entries.kinds import CONTROL


def entries_with(connection: sqlite3.Connection, text: str) -> Iterator[Entry]:
    """The entries whose parts hold `text`, letter for letter, oldest first. Reads the whole log."""
    escaped = json.dumps(text, ensure_ascii=False)[1:-1]
    rows = connection.execute(
        "SELECT body FROM entry WHERE session <> ? AND instr(body, ?) > 0 ORDER BY hlc, dev, seq", (CONTROL, escaped)
    )
    for (body,) in rows:
        entry = readable_entry(body)
        if entry is not None and escaped in json.dumps(json.loads(body)["parts"], ensure_ascii=False):
            yield entry
