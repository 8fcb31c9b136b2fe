"""Summing up a conversation by the model on this machine: asked within its window, kept beside what was said."""

import sqlite3
from typing import Final

from holdfast.inference.local_model import LocalModel
from holdfast.redaction.redactor import Redactor
from holdfast.sessions.entries.clock import wall_clock_ms
from holdfast.sessions.entries.kinds import SUMMARY
from holdfast.sessions.entries.redact_draft import redact_draft
from holdfast.sessions.identity.device import load_device
from holdfast.sessions.identity.pseudonyms import pseudonym_key
from holdfast.sessions.log.store import SessionLog, append_drafts
from holdfast.sessions.memory.spoken import Conversation
from holdfast.sessions.memory.summary import (
    INSTRUCTION,
    LEAST_MESSAGES,
    Point,
    Said,
    chosen_messages,
    question,
    read_answer,
    summary_draft,
)

_ANSWER_TOKENS: Final = 500


async def sum_up(local: LocalModel, conversation: Conversation) -> tuple[Point, ...]:
    """What of the model's answer can be checked against what was said; nothing where none of it can. Raises ServerError."""
    said = chosen_messages(conversation.said)
    most = min(_ANSWER_TOKENS, local.num_ctx // 4)
    while not _has_room(local, said, most) and len(said) > LEAST_MESSAGES:
        middle = len(said) // 2
        said = (*said[: middle // 2], *said[middle // 2 + 1 :])
    return read_answer(await local.answer(question(said), instruction=INSTRUCTION, most_tokens=most), said)


def keep_summary(
    log: SessionLog, conversation: Conversation, points: tuple[Point, ...], *, model: str, project: str
) -> None:
    """Add `points` behind the conversation, redacted and marked as `model`'s words; not where another process has.

    Raises StorageError or DiskFull.
    """
    device = load_device(log.path.parent)
    draft = summary_draft(points, at_ms=wall_clock_ms(), model=model, parent=conversation.last)
    redacted = redact_draft(draft, Redactor(pseudonym_key(log.path.parent, device)))

    def add(connection: sqlite3.Connection) -> None:
        known = "SELECT 1 FROM entry WHERE session = ? AND kind = ? LIMIT 1"
        if connection.execute(known, (conversation.session, SUMMARY)).fetchone() is None:
            append_drafts(connection, device.id, conversation.session, project, [redacted])

    log.change(add)


def _has_room(local: LocalModel, said: tuple[Said, ...], most_tokens: int) -> bool:
    return local.has_room(question(said), instruction=INSTRUCTION, most_tokens=most_tokens)
