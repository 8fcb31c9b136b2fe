"""Conversations of claude.ai, as its data export gives them: a list of `{uuid, name, created_at, chat_messages}`.

A message has `content` (blocks) and `text`; the blocks say more. `sender` is `human` or `assistant`.
"""

from collections.abc import Iterator, Mapping

from holdfast.sessions.importers.content import read_content
from holdfast.sessions.importers.conversations import Export
from holdfast.sessions.importers.fields import members, millis, record, text, unknown_text
from holdfast.sessions.importers.importer import (
    Item,
    Message,
    Part,
    Reference,
    Role,
    SessionFacts,
    Text,
    ToolResult,
    UnknownRecord,
    Unreadable,
)

_BOOKS = frozenset({"token_budget", "flag"})
_ROLES: Mapping[str, Role] = {"human": "user", "user": "user", "assistant": "assistant"}


class ClaudeAi(Export):
    """An export of claude.ai, which a person names: it lies wherever it was saved."""

    tool = "claude-ai"
    title = "claude.ai"
    parser_version = 1
    key = "chat_messages"
    others = ("mapping",)

    def items(self, conversation: Mapping[str, object]) -> Iterator[Item]:
        """What one conversation says."""
        return _items(conversation)


def _items(conversation: Mapping[str, object]) -> Iterator[Item]:
    session = text(conversation, "uuid")
    if session is None or not isinstance(conversation.get("chat_messages"), list):
        yield Unreadable("a conversation has no messages where they should be", session or "")
        return
    started = millis(conversation.get("created_at"))
    yield SessionFacts(session, title=text(conversation, "name"), title_rank=1, started_ms=started)
    for number, message in enumerate(members(conversation["chat_messages"])):
        yield from _message(session, number, record(message))


def _message(session: str, number: int, message: Mapping[str, object]) -> Iterator[Item]:
    uuid = text(message, "uuid") or f"@{number}"
    content = read_content(message.get("content"))
    for block_number, block in enumerate(content.unknown):
        kind = text(block, "type") or "a block without a type"
        if kind == "voice_note" or kind in _BOOKS:
            continue
        yield UnknownRecord(session, f"{uuid}:{block_number}", f"message/{kind}", unknown_text(block))
    parts = [*content.parts, *_voice_notes(message)]
    if not any(isinstance(part, Text) for part in parts) and (said := text(message, "text")):
        parts.insert(0, Text(said))
    parts += _attached(message)
    role = _ROLES.get(text(message, "sender", "role") or "")
    if role is None:
        yield UnknownRecord(session, uuid, "message/of an unknown sender", unknown_text(message))
    elif parts:
        at_ms = millis(message.get("created_at"))
        yield Message(session, uuid, role, tuple(parts), at_ms, text(message, "parent_message_uuid"))


def _voice_notes(message: Mapping[str, object]) -> Iterator[Part]:
    for block in members(message.get("content")):
        if record(block).get("type") == "voice_note" and (said := text(record(block), "text", "transcript")):
            yield Text(said)


def _attached(message: Mapping[str, object]) -> Iterator[Part]:
    """Files by their names; of one whose text is in the export, the text: a long text that is pasted becomes such a file."""
    for field in ("attachments", "files", "files_v2"):
        for item in members(message.get(field)):
            name = text(record(item), "file_name", "name")
            if name:
                yield Reference("attachment", name)
            if extracted := text(record(item), "extracted_content"):
                yield ToolResult(name or "attachment", extracted)
