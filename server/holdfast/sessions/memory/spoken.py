"""The conversations of a project that nobody has summed up yet, out of sessions.db."""

import json
from collections.abc import Collection, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from holdfast.sessions.entries.entry import Entry, read_entry
from holdfast.sessions.memory.summary import LEAST_MESSAGES, Said
from holdfast.sqlite.connection import open_for_reading, translated_errors

_SESSIONS: Final = """
SELECT s.session, s.title FROM session AS s LEFT JOIN device AS d ON d.dev = s.device
WHERE s.project = ? AND (d.standing IS NULL OR d.standing = 'own')
    AND NOT EXISTS (SELECT 1 FROM entry AS e WHERE e.session = s.session AND e.kind = 'summary')
    AND (SELECT count(*) FROM entry AS e WHERE e.session = s.session AND e.kind = 'msg') >= ?
    AND s.last_ms < ? AND s.session NOT IN (SELECT value FROM json_each(?))
ORDER BY s.last_ms DESC LIMIT 200
"""
_MESSAGES: Final = """
WITH msg AS (SELECT rowid AS id, hlc, dev, seq FROM entry WHERE session = ? AND kind = 'msg' AND body <> '')
SELECT body FROM entry WHERE rowid IN (
    SELECT id FROM (SELECT id FROM msg ORDER BY hlc, dev, seq LIMIT 100)
    UNION SELECT id FROM (SELECT id FROM msg ORDER BY hlc DESC, dev DESC, seq DESC LIMIT 400)
) ORDER BY hlc, dev, seq
"""
"""How a long one began and what it came to: of the rest nothing is asked."""
_EVER: Final = 1 << 62


@dataclass(frozen=True, slots=True)
class Conversation:
    """A session with what was said in it, in order; `last` is the id of its last message."""

    session: str
    title: str
    said: tuple[Said, ...]
    last: str


def conversations_without_summary(
    path: Path, project: str, most: int, *, before_ms: int = _EVER, but: Collection[str] = ()
) -> list[Conversation]:
    """The latest of them, from the person's own devices, without the sessions `but`. [] where nothing was recorded.

    Only those in which nothing was said since `before_ms`. Raises StorageError.
    """
    if not path.exists():
        return []
    found: list[Conversation] = []
    with translated_errors(path), closing(open_for_reading(path)) as connection:
        values = (project, LEAST_MESSAGES, before_ms, json.dumps(sorted(but)))
        for session, title in connection.execute(_SESSIONS, values).fetchall():
            if len(found) >= most:
                break
            bodies = [body for (body,) in connection.execute(_MESSAGES, (session,))]
            conversation = _conversation(str(session), str(title), bodies)
            found += [conversation] if conversation is not None else []
    return found


def _conversation(session: str, title: str, bodies: Sequence[str]) -> Conversation | None:
    entries = [entry for entry in map(_readable, bodies) if entry is not None]
    said = tuple(
        Said(entry.id, entry.role == "user", text)
        for entry in entries
        if entry.role in {"user", "assistant"} and (text := _text_of(entry))
    )
    return Conversation(session, title, said, said[-1].entry) if len(said) >= LEAST_MESSAGES else None


def _readable(body: str) -> Entry | None:
    try:
        return read_entry(body)
    except ValueError:
        return None


def _text_of(entry: Entry) -> str:
    texts = (part.get("text") for part in entry.parts if part.get("type") == "text")
    return "\n\n".join(text for text in texts if isinstance(text, str)).strip()
