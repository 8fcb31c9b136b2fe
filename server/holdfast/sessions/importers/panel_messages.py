"""The messages of Cline's and Roo's panel (`ui_messages.json`), as items: what there is when the others are lost."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from holdfast.sessions.importers.fields import members, millis, record, text, unknown_text
from holdfast.sessions.importers.importer import (
    Item,
    Message,
    Part,
    Reference,
    Role,
    Text,
    ToolCall,
    ToolResult,
    UnknownRecord,
)

_FROM_THE_PERSON: Final = frozenset({"task", "user_feedback", "user_feedback_diff"})
_FROM_THE_MODEL: Final = frozenset({"text", "completion_result", "followup", "plan_mode_respond", "act_mode_respond"})
_CALLS: Final = frozenset({"tool", "command", "use_mcp_server", "browser_action_launch", "browser_action"})
_ANSWERS: Final = frozenset({"command_output", "mcp_server_response", "browser_action_result", "error"})
_NOISE: Final = frozenset(
    {
        *("api_req_started", "api_req_finished", "api_req_retried", "api_req_retry_delayed", "api_req_deleted"),
        *("api_req_failed", "api_req_rate_limit_wait", "reasoning", "checkpoint_created", "checkpoint_saved"),
        *("resume_task", "resume_completed_task", "shell_integration_warning", "mistake_limit_reached"),
        *("mcp_server_request_started", "load_mcp_documentation", "diff_error", "deleted_api_reqs", "info"),
        *("task_progress", "user_edit_todos", "condense_context", "report_bug", "auto_approval_max_req_reached"),
        *("hook_status", "hook_output_stream", "sliding_window_truncation", "clineignore_error", "rooignore_error"),
    }
)
SECOND: Final = "panel:"
"""With what the ids begin: the same messages have others in the files of the model's interface."""
_SPOKEN_FIELDS: Final = ("question", "response", "text")


@dataclass(slots=True)
class PanelMessages:
    """Turns the messages of one task's panel into items, in their order."""

    session: str
    _given: set[str] = field(default_factory=set, init=False)
    _is_first: bool = field(default=True, init=False)

    def items(self, shown: Mapping[str, object]) -> Iterator[Item]:
        """What is in the next message of the panel; one that is still being written gives nothing."""
        kind = text(shown, "say", "ask") or ""
        if shown.get("partial") is True or kind in _NOISE or not shown:
            return
        said = text(shown, "text") or ""
        at_ms = millis(shown.get("ts"))
        identity = self._identity(f"{SECOND}{at_ms or 0}:{shown.get('type') or 'message'}:{kind}")
        # The task itself came as a `text` before there was a `task`.
        is_task, self._is_first = self._is_first and kind == "text" and shown.get("type") == "say", False
        role: Role
        if is_task or kind in _FROM_THE_PERSON:
            role, parts = "user", _spoken(said)
        elif kind in _FROM_THE_MODEL:
            role, parts = "assistant", _spoken(_question(said))
        elif kind in _CALLS:
            role, parts = "assistant", [ToolCall("", *_call(kind, said))]
        elif kind in _ANSWERS:
            role, parts = "tool", [ToolResult("", said, is_error=kind == "error")] if said else []
        elif kind == "condense_context_result":
            role, parts = "assistant", _spoken(said)
        else:
            yield UnknownRecord(self.session, identity, (kind or "message")[:100], unknown_text(shown))
            return
        parts = [*parts, *_attachments(shown)]
        if parts:
            yield Message(self.session, identity, role, tuple(parts), at_ms)

    def _identity(self, wanted: str) -> str:
        identity, number = wanted, 1
        while identity in self._given:
            number += 1
            identity = f"{wanted}:{number}"
        self._given.add(identity)
        return identity


def _spoken(said: str) -> list[Part]:
    return [Text(said)] if said.strip() else []


def _question(said: str) -> str:
    """A question stands as JSON with its options; everything else as it is."""
    fields = _json(said)
    return text(fields, *_SPOKEN_FIELDS) or said


def _call(kind: str, said: str) -> tuple[str, str]:
    """Name and input of a call."""
    if kind == "command":
        return "execute_command", json.dumps({"command": said}, ensure_ascii=False)
    name = text(_json(said), "tool", "toolName", "action") or kind
    return name, said


def _attachments(shown: Mapping[str, object]) -> list[Part]:
    files: list[Part] = [Reference("file", path) for path in members(shown.get("files")) if isinstance(path, str)]
    images = [image for image in members(shown.get("images")) if isinstance(image, str)]
    return [*files, *(Reference("attachment", image[5:80].partition(";")[0] or "image") for image in images)]


def _json(said: str) -> Mapping[str, object]:
    if not said.startswith("{"):
        return {}
    try:
        return record(json.loads(said))
    except (ValueError, RecursionError):
        return {}
