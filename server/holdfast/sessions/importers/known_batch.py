"""What the log has of a batch of items already, or must not have, asked before the batch is redacted."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from holdfast.sessions.importers.drafts import native_id
from holdfast.sessions.importers.importer import SessionFacts, Told
from holdfast.sessions.importers.session_state import is_known, is_there
from holdfast.sessions.log.tombstones import is_message_forgotten, is_session_forgotten


@dataclass(frozen=True, slots=True)
class KnownBatch:
    """The series that have begun, those that were forgotten, and of the others the messages that are not to be added."""

    begun: frozenset[str]
    forgotten: frozenset[str]
    messages: frozenset[tuple[str, str]]


def known_batch(
    connection: sqlite3.Connection, items: Sequence[Told], series_of_item: Callable[[Told], str], dev: str
) -> KnownBatch:
    """What is known of `items`, for the device `dev`."""
    begun: set[str] = set()
    forgotten: set[str] = set()
    messages: set[tuple[str, str]] = set()
    for series in {series_of_item(item) for item in items}:
        if is_session_forgotten(connection, series, dev):
            forgotten.add(series)
        elif is_known(connection, series):
            begun.add(series)
    for item in items:
        if not isinstance(item, SessionFacts):
            place = (series_of_item(item), native_id(item))
            if is_there(connection, *place) or is_message_forgotten(connection, *place, dev):
                messages.add(place)
    return KnownBatch(frozenset(begun), frozenset(forgotten), frozenset(messages))
