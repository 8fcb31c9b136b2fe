"""Codex: `${CODEX_HOME:-~/.codex}/sessions/YYYY/MM/DD/rollout-<time>-<id>.jsonl`, and `archived_sessions/`.

Lines are `{timestamp, type, payload}`. `response_item` is the log of what went to the model and came from it; `event_msg` is
what was shown, which repeats it. A message has no id that every version writes: its place in the file is one.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from holdfast.sessions.importers.content import read_content, text_of
from holdfast.sessions.importers.fields import as_json, millis, record, text, unknown_text
from holdfast.sessions.importers.importer import (
    Found,
    Item,
    Message,
    Part,
    ReadTo,
    Role,
    SessionFacts,
    Text,
    ToolCall,
    ToolResult,
    UnknownRecord,
    Unreadable,
)
from holdfast.sessions.importers.injected_text import without_injected
from holdfast.sessions.importers.json_lines import first_records, read_json_lines
from holdfast.sessions.importers.surroundings import Surroundings

_NAMED: Final = re.compile(r"rollout-.*?([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})$")
_LOOKED_AT: Final = 64 * 1024
_ITEMS: Final = frozenset({"session_meta", "turn_context", "response_item", "event_msg", "compacted", "world_state"})
_BOOKS: Final = frozenset({"world_state", "turn_context", "event_msg", "session_state", "inter_agent_communication"})
_ROLES: Final[Mapping[str, Role]] = {"user": "user", "assistant": "assistant"}
_THOUGHTS: Final = frozenset({"reasoning", "compaction", "context_compaction", "ghost_snapshot", "compaction_summary"})


class Codex:
    """The sessions of Codex on this machine."""

    tool = "codex"
    title = "Codex"
    parser_version = 1
    is_appended = True

    def __init__(self, around: Surroundings) -> None:
        self._root = around.named("CODEX_HOME") or around.home / ".codex"

    def find(self) -> Iterator[Found]:
        """Every rollout, by day, and then those put away."""
        try:
            yield from (Found(path) for path in sorted((self._root / "sessions").glob("*/*/*/rollout-*.jsonl")))
            yield from (Found(path) for path in sorted((self._root / "archived_sessions").glob("rollout-*.jsonl")))
        except OSError:
            return

    def recognises(self, path: Path) -> bool:
        """Lines with a `payload`, of kinds that Codex writes."""
        return (
            path.suffix == ".jsonl"
            and path.is_file()
            and any(_is_ours(line) for line in first_records(path, _LOOKED_AT))
        )

    def read(self, path: Path, offset: int) -> Iterator[Item]:
        """The file's items from `offset` on."""
        session = _session(path)
        with path.open("rb") as file:
            for line in read_json_lines(file, offset):
                if line.record is None:
                    yield Unreadable(line.why)
                else:
                    yield from _items(session, line.start, line.record)
                yield ReadTo(line.end)


def _items(session: str, start: int, line: Mapping[str, object]) -> Iterator[Item]:
    kind, payload = text(line, "type") or "", record(line.get("payload"))
    if kind == "session_meta":
        yield from _facts(session, payload)
    elif kind == "turn_context":
        yield SessionFacts(session, folder=text(payload, "cwd"))
    elif kind == "response_item":
        yield from _response(session, start, line, payload)
    elif kind == "compacted" and (said := text(payload, "message")):
        yield _message(session, start, line, "assistant", (Text(said),), is_summary=True)
    elif kind not in _ITEMS | _BOOKS:
        name = kind or "a record without a type"
        yield UnknownRecord(session, f"{start}:{name}", name, unknown_text(line))


def _facts(session: str, meta: Mapping[str, object]) -> Iterator[SessionFacts]:
    own = text(meta, "id", "session_id") in {None, session}
    if not own:
        return  # A session that goes on with another one begins with a copy of it, its description too.
    forked = text(meta, "forked_from_id", "parent_thread_id")
    branch = text(record(meta.get("git")), "branch")
    started = millis(meta.get("timestamp"))
    yield SessionFacts(session, folder=text(meta, "cwd"), branch=branch, started_ms=started, continues=forked)


def _response(session: str, start: int, line: Mapping[str, object], item: Mapping[str, object]) -> Iterator[Item]:
    kind = text(item, "type") or ""
    if kind == "message":
        role = _ROLES.get(text(item, "role") or "")
        content = read_content(item.get("content"))
        for number, block in enumerate(content.unknown):
            name = f"message/{text(block, 'type') or 'a block without a type'}"
            yield UnknownRecord(session, f"{start}:{number}", name, unknown_text(block))
        parts = tuple(_typed(content.parts))
        if role is not None and any(isinstance(part, Text) for part in parts):
            yield _message(session, start, line, role, parts)
    elif kind.endswith("_output"):
        answer, is_error = _answer(item.get("output", item.get("tools")))
        yield _message(
            session, start, line, "tool", (ToolResult(text(item, "call_id") or "", answer, is_error=is_error),)
        )
    elif kind.endswith("_call"):
        yield _message(session, start, line, "assistant", (_call(kind, item),))
    elif kind not in _THOUGHTS:
        yield UnknownRecord(session, f"{start}:{kind}", f"response_item/{kind}", unknown_text(item))


def _typed(parts: tuple[Part, ...]) -> Iterator[Part]:
    for part in parts:
        if not isinstance(part, Text):
            yield part
        elif (typed := without_injected(part.text)).strip():
            yield Text(typed)


def _call(kind: str, item: Mapping[str, object]) -> ToolCall:
    asked = next((item[name] for name in ("arguments", "input", "action") if item.get(name) is not None), {})
    name = text(item, "name") or kind.removesuffix("_call")
    return ToolCall(text(item, "call_id", "id") or "", name, asked if isinstance(asked, str) else as_json(asked))


def _answer(output: object) -> tuple[str, bool]:
    """What a tool answered, and whether that was a failure, where it says so: `{content, success}`."""
    is_error = record(output).get("success") is False
    return text_of(output), is_error


def _message(
    session: str,
    start: int,
    line: Mapping[str, object],
    role: Role,
    parts: tuple[Part, ...],
    *,
    is_summary: bool = False,
) -> Message:
    return Message(session, f"@{start}", role, parts, millis(line.get("timestamp")), is_summary=is_summary)


def _session(path: Path) -> str:
    """The session's id: in the file's name; or, where that was changed, in what it begins with."""
    named = _NAMED.match(path.stem)
    if named is not None:
        return named[1]
    metas = (
        record(line.get("payload")) for line in first_records(path, _LOOKED_AT) if line.get("type") == "session_meta"
    )
    return next((found for meta in metas if (found := text(meta, "id", "session_id"))), path.stem)


def _is_ours(line: dict[str, object]) -> bool:
    return line.get("type") in _ITEMS and isinstance(line.get("payload"), dict)
