"""What the log has of a batch of items already, or must not have, asked before the batch is redacted."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from holdfast.sessions.importers.drafts import native_id, older_id, older_session_id, session_id
from holdfast.sessions.importers.importer import SessionFacts, Told
from holdfast.sessions.importers.session_state import is_known, is_there
from holdfast.sessions.log.strands import in_session
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
            series, message, older = series_of_item(item), native_id(item), older_id(item)
            if is_passed_over(connection, series, message, dev) or (
                older is not None and is_passed_over(connection, series, older, dev)
            ):
                messages.add((series, message))
    return KnownBatch(frozenset(begun), frozenset(forgotten), frozenset(messages))


def session_of_tool(connection: sqlite3.Connection, tool: str, native_id: str, dev: str) -> str:
    """The session's id in the log: that of an older version where it goes on there. Forgotten under either, it stays so."""
    today, older = session_id(tool, native_id), older_session_id(tool, native_id)
    if older is None or is_session_forgotten(connection, today, dev):
        return today
    if is_session_forgotten(connection, older, dev):
        return older
    return older if _has_begun(connection, older) and not _has_begun(connection, today) else today


def _has_begun(connection: sqlite3.Connection, session: str) -> bool:
    """Whether the log has anything of `session`, be it forgotten since: what of it was forgotten is known by its id."""
    query = f"SELECT 1 FROM entry WHERE {in_session(connection, session)} LIMIT 1"  # noqa: S608 - a condition
    return connection.execute(query, {"session": session}).fetchone() is not None


def is_passed_over(connection: sqlite3.Connection, series: str, message: str, dev: str) -> bool:
    """Whether the message is in the log already, or was forgotten, for the device `dev`."""
    return is_there(connection, series, message) or is_message_forgotten(connection, series, message, dev)
