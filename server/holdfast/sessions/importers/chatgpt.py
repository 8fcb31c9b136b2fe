"""Conversations of ChatGPT, as its data export gives them: a list of `{title, create_time, mapping, current_node}`.

`mapping` is a tree of messages, in which an edited question begins another branch. What counts is the branch that ends in
`current_node`: from there the parents are followed back to the beginning.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from holdfast.redaction.cut_text import cut
from holdfast.sessions.importers.conversations import Export
from holdfast.sessions.importers.fields import as_json, members, millis, record, text, unknown_text
from holdfast.sessions.importers.importer import (
    Item,
    Message,
    Part,
    Reference,
    Role,
    SessionFacts,
    Text,
    ToolCall,
    ToolResult,
    UnknownRecord,
    Unreadable,
)

_ROLES: Final[Mapping[str, Role]] = {"user": "user", "assistant": "assistant", "tool": "tool"}
_BOOKS: Final = frozenset({"thoughts", "reasoning_recap", "user_editable_context", "model_editable_context"})
_FROM_TOOLS: Final = frozenset({"execution_output", "tether_browsing_display", "system_error", "computer_output"})


class ChatGpt(Export):
    """An export of ChatGPT, which a person names: it lies wherever it was saved."""

    tool = "chatgpt"
    title = "ChatGPT"
    parser_version = 1
    key = "mapping"
    others = ("chat_messages",)

    def items(self, conversation: Mapping[str, object]) -> Iterator[Item]:
        """What one conversation says."""
        return _items(conversation)


def _items(conversation: Mapping[str, object]) -> Iterator[Item]:
    session = text(conversation, "conversation_id", "id")
    mapping = record(conversation.get("mapping"))
    if session is None or not mapping:
        yield Unreadable("a conversation has no messages where they should be", session or "")
        return
    started = millis(conversation.get("create_time"))
    yield SessionFacts(session, title=text(conversation, "title"), title_rank=1, started_ms=started)
    before = None
    for node in _branch(mapping, text(conversation, "current_node")):
        message = record(record(mapping[node]).get("message"))
        said = _message(session, text(message, "id") or node, message, before)
        if isinstance(said, Message):
            before = said.id
        if said is not None:
            yield said


def _branch(mapping: Mapping[str, object], last: str | None) -> list[str]:
    """The nodes from the first one to `last`; to the newest where `last` is none. A circle ends where it closes."""
    node = last if last in mapping else max(mapping, key=lambda name: _written(mapping[name]))
    seen: dict[str, None] = {}
    while node is not None and node in mapping and node not in seen:
        seen[node] = None
        node = text(record(mapping[node]), "parent")
    return list(reversed(seen))


def _written(node: object) -> int:
    return millis(record(record(node).get("message")).get("create_time")) or 0


def _message(
    session: str, native: str, message: Mapping[str, object], before: str | None
) -> Message | UnknownRecord | None:
    author, content, about = (record(message.get(name)) for name in ("author", "content", "metadata"))
    role = text(author, "role")
    kind = text(content, "content_type") or "text"
    if role in {None, "system"} or kind in _BOOKS or about.get("is_visually_hidden_from_conversation") is True:
        return None
    parts = _parts(kind, role or "", message, content)
    if parts is None or role not in _ROLES:
        name = f"message/{kind}" if parts is None else f"message/of {role}"
        return UnknownRecord(session, native, name, unknown_text(message))
    model = text(about, "model_slug")
    at_ms = millis(message.get("create_time"))
    return Message(session, native, _ROLES[role], parts, at_ms, before, model=model) if parts else None


def _parts(
    kind: str, role: str, message: Mapping[str, object], content: Mapping[str, object]
) -> tuple[Part, ...] | None:
    """None for a kind of content that no rule reads."""
    if kind in _FROM_TOOLS or (role == "tool" and kind in {"text", "code", "multimodal_text"}):
        name = text(record(message.get("author")), "name") or "tool"
        said = "\n".join(part.text for part in _pieces(content) if isinstance(part, Text))
        pictures = tuple(part for part in _pieces(content) if isinstance(part, Reference))
        return (ToolResult(name, said), *pictures) if said.strip() or pictures else ()
    if kind in {"text", "multimodal_text"}:
        return tuple(_pieces(content))
    if kind == "code":
        recipient = text(message, "recipient") or "code"
        asked = text(content, "text") or ""
        return (ToolCall("", recipient if recipient != "all" else "code", asked),) if asked else ()
    if kind in {"tether_quote", "sonic_webpage"}:
        quoted = text(content, "text") or ""
        return (Reference("url", text(content, "url", "domain") or ""), ToolResult("quote", quoted))
    return None


def _pieces(content: Mapping[str, object]) -> Iterator[Part]:
    """The text of a content, and what is shown beside it by its name."""
    pieces = members(content.get("parts")) or [content.get("text"), content.get("result")]
    for piece in pieces:
        if isinstance(piece, str):
            if piece.strip():
                yield Text(piece)
            continue
        shown = record(piece)
        if said := text(shown, "text"):
            yield Text(said)
        elif shown:
            yield Reference(
                "attachment", text(shown, "name", "asset_pointer", "content_type") or cut(as_json(shown), 80)
            )
