"""Entries that hold a text exactly, wherever in them it stands: for forgetting, where a near miss is no help."""

import json
import sqlite3
from collections.abc import Iterator
from typing import Final

from holdfast.sessions.entries.canonical_json import JsonValue
from holdfast.sessions.entries.entry import Entry, readable_entry
from holdfast.sessions.entries.kinds import CONTROL

_OURS: Final = frozenset({"type", "to"})
"""Fields of parts whose values are words of this log: nobody said them."""


def entries_with(connection: sqlite3.Connection, text: str) -> Iterator[Entry]:
    """The entries in whose parts a text holds `text`, letter for letter, oldest first. Reads the whole log."""
    try:
        escaped = json.dumps(text, ensure_ascii=False)[1:-1].encode("utf-8").decode("utf-8")
    except UnicodeEncodeError:
        return  # What is no text is in none.
    rows = connection.execute(
        "SELECT body FROM entry WHERE session <> ? AND instr(body, ?) > 0 ORDER BY hlc, dev, seq", (CONTROL, escaped)
    )
    for (body,) in rows:
        entry = readable_entry(body)
        if entry is not None and any(
            _holds(value, text) for part in entry.parts for name, value in part.items() if name not in _OURS
        ):
            yield entry


def _holds(value: JsonValue, text: str) -> bool:
    """Whether a text somewhere in `value` holds `text`. The names of a part's own fields are this log's, and no text."""
    if isinstance(value, str):
        return text in value
    if isinstance(value, dict):
        return any(text in name or _holds(inner, text) for name, inner in value.items())
    return isinstance(value, list | tuple) and any(_holds(inner, text) for inner in value)
