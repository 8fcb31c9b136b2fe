"""Conversations of a project as what people fine-tune chat models on: `{"messages": [{"role", "content"}, …]}`."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final

from holdfast.inference.control_tokens import neutralise
from holdfast.redaction.redactor import Redactor
from holdfast.sessions.entries.entry import Entry, read_entry
from holdfast.sessions.entries.kinds import MESSAGE
from holdfast.sessions.entries.strand import is_copy, session_of
from holdfast.sessions.log.strands import has_own_series
from holdfast.sessions.memory.extract import is_sidechain
from holdfast.sqlite.connection import open_for_reading, translated_errors

MOST_CHARACTERS: Final = 100_000
"""Of one conversation; what follows is left out."""
_LEAST_MESSAGES: Final = 2
_SAID: Final = """
SELECT session, body FROM entry WHERE project = ? AND kind = ? AND body <> ''
AND dev NOT IN (SELECT dev FROM device WHERE standing <> 'own')
AND dev NOT IN (SELECT dev FROM segment WHERE own = 0 AND dev NOT IN (SELECT dev FROM device))
ORDER BY session, hlc, dev, seq
"""


@dataclass(frozen=True, slots=True)
class Message:
    """What one side said; `role` is user or assistant."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """A session from the person's first word to the last answer of the model, the two in turn."""

    session: str
    tool: str
    messages: tuple[Message, ...]


def read_conversations(
    log: Path, project: str, redactor: Redactor, skipped: Counter[str], redactions: Counter[str]
) -> Iterator[Conversation]:
    """The conversations of `project` in the session log, redacted again. Raises StorageError.

    Only the person's own devices count, and what was said to the person, or by them: no helper of a model. What was forgotten or marked private is not in the log. What was passed over is
    counted in `skipped`, what was taken out in `redactions`.
    """
    with translated_errors(log):
        if not log.exists():
            return
        with closing(open_for_reading(log)) as connection:
            if not _has_tables(connection):
                return
            rows = connection.execute(_SAID, (project, MESSAGE))
            for session, bodies in groupby(rows, key=lambda row: str(row[0])):
                if _is_anothers(connection, session):
                    continue
                entries = _entries(body for _, body in bodies)
                conversation = _conversation(session_of(session), entries, redactor, redactions)
                if isinstance(conversation, str):
                    skipped[conversation] += 1
                elif any(neutralise(message.content) != message.content for message in conversation.messages):
                    skipped["a model's control token stood in it"] += 1
                else:
                    yield conversation


def _is_anothers(connection: sqlite3.Connection, series: str) -> bool:
    """Whether the series is what a helper of the model did, or repeats what another one says."""
    session = session_of(series)
    return series != session and (not is_copy(series) or has_own_series(connection, session))


def _has_tables(connection: sqlite3.Connection) -> bool:
    row = connection.execute(
        "SELECT count(*) FROM sqlite_master WHERE name IN ('entry', 'device', 'segment')"
    ).fetchone()
    return bool(row[0] == 3)  # noqa: PLR2004 - the three that were named


def _entries(bodies: Iterable[str]) -> Iterator[Entry]:
    """The entries that can be read, without a helper's; of a message that two devices imported, the first copy."""
    seen: set[str] = set()
    for body in bodies:
        try:
            entry = read_entry(body)
        except (ValueError, AttributeError):
            continue
        if (entry.native_id is not None and entry.native_id in seen) or is_sidechain(entry.body):
            continue
        if entry.native_id is not None:
            seen.add(entry.native_id)
        yield entry


def _conversation(
    session: str, entries: Iterable[Entry], redactor: Redactor, redactions: Counter[str]
) -> Conversation | str:
    """The conversation, or why it is none."""
    messages: list[Message] = []
    tool, room = "", MOST_CHARACTERS
    for entry in entries:
        tool = entry.tool
        text = "\n\n".join(_texts(entry)).strip()
        if entry.role not in {"user", "assistant"} or not text or (not messages and entry.role != "user"):
            continue
        redacted = redactor.redact(text, conversation=True)
        redactions.update(redacted.counts)
        room -= len(redacted.text)
        if room < 0:
            break
        if messages and messages[-1].role == entry.role:
            messages[-1] = Message(entry.role, f"{messages[-1].content}\n\n{redacted.text}")
        else:
            messages.append(Message(entry.role, redacted.text))
    if messages and messages[-1].role == "user":
        messages.pop()
    if len(messages) >= _LEAST_MESSAGES:
        return Conversation(session, tool, tuple(messages))
    return "a session in which nobody answered" if room >= 0 else "a session whose first answer was too long"


def _texts(entry: Entry) -> Iterator[str]:
    """What was said; what tools were asked and printed is left out."""
    for part in entry.parts:
        text = part.get("text")
        if part.get("type") == "text" and isinstance(text, str):
            yield text
