"""The events of a Copilot agent, as its command line and VS Code write them: `{type, data, id, timestamp, parentId}`.

Each line says all about itself, so that a file can be read on from any line. After
`sessionTranscriptService.ts` of microsoft/vscode-copilot-chat and the `session-state` folder of the command line.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from holdfast.sessions.importers.content import text_of
from holdfast.sessions.importers.editor_folders import path_of
from holdfast.sessions.importers.fields import as_json, members, millis, record, text, unknown_text, writable
from holdfast.sessions.importers.importer import (
    Item,
    Message,
    Part,
    ReadTo,
    Reference,
    Role,
    SessionFacts,
    Text,
    ToolCall,
    ToolResult,
    UnknownRecord,
)
from holdfast.sessions.importers.json_lines import Line, read_json_lines

_NOISE: Final = frozenset(
    {
        *("session.model_change", "session.info", "session.shutdown", "session.truncation", "session.idle"),
        *("session.usage_info", "session.mode_changed", "session.import_legacy", "session.snapshot_rewind"),
        *(
            "session.compaction_start",
            "session.plan_changed",
            "session.background_tasks_changed",
            "session.tools_updated",
        ),
        *("assistant.turn_start", "assistant.turn_end", "assistant.intent", "assistant.reasoning", "assistant.usage"),
        *("assistant.message_delta", "assistant.reasoning_delta", "assistant.streaming_delta"),
        *("tool.execution_start", "tool.execution_partial_result", "tool.execution_progress", "tool.user_requested"),
        *("system.message", "system.notification", "abort", "hook.start", "hook.end", "skill.invoked"),
        *(
            "subagent.started",
            "subagent.completed",
            "subagent.selected",
            "permission.requested",
            "permission.completed",
        ),
        *("user_input.requested", "user_input.completed", "pending_messages.modified"),
    }
)


def session_of(path: Path) -> str:
    """The session of a file of events: `<id>/events.jsonl`, or `<id>.jsonl`."""
    return path.parent.name if path.name == "events.jsonl" else path.stem


def first_event(path: Path) -> Mapping[str, object]:
    """The first line of a file of events; empty when it is none."""
    try:
        with path.open("rb") as file:
            line = next(read_json_lines(file, 0), None)
    except OSError:
        return {}
    value = record(line.record) if line is not None else {}
    return value if isinstance(value.get("type"), str) and isinstance(value.get("data"), dict) else {}


def read_events(path: Path, offset: int) -> Iterator[Item]:
    """The events from the byte `offset` on, and after each how far it was."""
    session = session_of(path)
    with path.open("rb") as file:
        for line in read_json_lines(file, offset):
            yield from _items(session, line)
            yield ReadTo(line.end)


def _items(session: str, line: Line) -> Iterator[Item]:
    event = record(line.record)
    identity = text(event, "id") or f"byte:{line.start}"
    if line.record is None:
        yield UnknownRecord(session, identity, "line", line.why)
        return
    kind = text(event, "type") or "event"
    data = record(event.get("data"))
    at_ms = millis(event.get("timestamp"))
    if kind in {"session.start", "session.resume"}:
        context = record(data.get("context"))
        yield SessionFacts(
            session,
            folder=text(context, "cwd", "gitRoot"),
            branch=text(context, "branch"),
            started_ms=(millis(data.get("startTime")) or at_ms) if kind == "session.start" else None,
        )
    elif kind == "session.title_changed":
        yield SessionFacts(session, title=text(data, "title"))
    elif (message := _message(session, identity, kind, data)) is not None:
        if message.parts:
            parent = text(event, "parentId")
            yield Message(
                session=session,
                id=identity,
                role=message.role,
                parts=message.parts,
                at_ms=at_ms,
                parent=parent,
                is_sidechain=text(data, "parentToolCallId") is not None,
                is_summary=message.is_summary,
                model=text(data, "model"),
            )
    elif kind not in _NOISE:
        yield UnknownRecord(session, identity, kind[:100], unknown_text(event))


def _message(session: str, identity: str, kind: str, data: Mapping[str, object]) -> Message | None:
    """The message that an event is, without what all events have; None for an event of another kind."""
    if kind == "user.message":
        source = text(data, "source")
        named = [part for item in map(record, members(data.get("attachments"))) for part in _attachment(item)]
        role: Role = "user" if source in {None, "user"} else "system"
        return Message(session, identity, role, (*_said(data), *named))
    if kind == "assistant.message":
        calls = [_call(record(call)) for call in members(data.get("toolRequests"))]
        return Message(session, identity, "assistant", (*_said(data), *calls))
    if kind == "tool.execution_complete":
        return Message(session, identity, "tool", _answer(data))
    if kind == "session.compaction_complete":
        said = text(data, "summaryContent", "summary")
        return Message(session, identity, "assistant", (Text(said),) if said else (), is_summary=True)
    if kind == "session.error":
        said = text(data, "message")
        return Message(session, identity, "tool", (ToolResult("", said, is_error=True),) if said else ())
    return None


def _said(data: Mapping[str, object]) -> tuple[Part, ...]:
    said = text_of(data.get("content"))
    return (Text(said),) if said.strip() else ()


def _call(call: Mapping[str, object]) -> ToolCall:
    asked = call.get("arguments")
    shown = writable(asked) if isinstance(asked, str) else as_json({} if asked is None else asked)
    return ToolCall(text(call, "toolCallId", "id") or "", text(call, "name", "toolName") or "tool", shown)


def _answer(data: Mapping[str, object]) -> tuple[Part, ...]:
    is_error = data.get("success") is False
    said = text_of(data.get("result")) or text_of(record(data.get("error")).get("message"))
    return (ToolResult(text(data, "toolCallId") or "", said, is_error=is_error),) if said or is_error else ()


def _attachment(item: Mapping[str, object]) -> Iterator[Part]:
    path = path_of(text(item, "path", "filePath", "uri") or "")
    if path is not None and text(item, "type") in {None, "file", "directory", "selection"}:
        yield Reference("file", path)
    elif (name := text(item, "displayName", "name")) is not None:
        yield Reference("attachment", name)
