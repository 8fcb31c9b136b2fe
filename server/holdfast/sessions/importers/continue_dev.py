"""Continue: `~/.continue/sessions/<id>.json`, one file for each session, written anew after each turn.

`sessions.json` beside them says when each was begun. After `core/index.d.ts` and `core/util/history.ts` of continuedev/continue.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from holdfast.sessions.importers.content import read_content, text_of
from holdfast.sessions.importers.editor_folders import path_of
from holdfast.sessions.importers.fields import as_json, members, millis, record, text, unknown_text, writable
from holdfast.sessions.importers.importer import (
    Found,
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
from holdfast.sessions.importers.index_file import IndexFile
from holdfast.sessions.importers.json_stream import stream_json
from holdfast.sessions.importers.on_disk import inside, is_file
from holdfast.sessions.importers.stable_id import stable_id
from holdfast.sessions.importers.surroundings import Surroundings, surroundings

_INDEX: Final = "sessions.json"
_ROLES: Final[Mapping[str, Role]] = {"user": "user", "assistant": "assistant", "tool": "tool"}
_NOISE: Final = frozenset({"system", "thinking"})
_MOST_FIELDS_BEFORE: Final = 12
_FAILED: Final = frozenset({"errored", "canceled"})


class ContinueDev:
    """An `Importer`."""

    tool = "continue"
    title = "Continue"
    parser_version = 1
    is_appended = False

    def __init__(self, where: Surroundings | None = None) -> None:
        self._where = where or surroundings()
        self._index = IndexFile("sessionId", _kept)

    def find(self) -> Iterator[Found]:
        """Every session, with the project that the index names."""
        folder = (self._where.named("CONTINUE_GLOBAL_DIR") or self._where.home / ".continue") / "sessions"
        for path in inside(folder):
            if path.suffix == ".json" and path.name != _INDEX:
                row = self._index.row(folder / _INDEX, path.stem)
                yield Found(path, path_of(text(row, "workspaceDirectory") or ""))

    def recognises(self, path: Path) -> bool:
        """A JSON object that begins with the fields of a session, and has a `history`."""
        if path.suffix != ".json" or path.name == _INDEX or not is_file(path):
            return False
        try:
            for number, member in enumerate(stream_json(path, ("history",))):
                if isinstance(member, Unreadable) or member.name in {"", "requests", "messages"}:
                    return False
                if member.name == "history":
                    return "message" in record(member.value)
                if number > _MOST_FIELDS_BEFORE:
                    return False
        except OSError:
            return False
        return False

    def read(self, path: Path, offset: int) -> Iterator[Item]:  # noqa: ARG002 -- whole files, written anew
        """The session in the file."""
        session = _Session(path.stem)
        row = self._index.row(path.parent / _INDEX, path.stem)
        yield SessionFacts(path.stem, started_ms=millis(row.get("dateCreated")))
        for member in stream_json(path, ("history",)):
            if isinstance(member, Unreadable):
                yield member
            elif member.name == "title":
                title = text({"title": member.value}, "title")
                yield from [SessionFacts(path.stem, title=title)] if title and title != "New Session" else []
            elif member.name == "workspaceDirectory" and isinstance(member.value, str):
                yield SessionFacts(path.stem, folder=path_of(writable(member.value)))
            elif member.name == "history":
                yield from session.items(member.value)


@dataclass(slots=True)
class _Session:
    """Turns the items of a session's history into messages, in their order."""

    session: str
    _number: int = field(default=0, init=False)
    _answered: set[str] = field(default_factory=set, init=False)
    """The calls whose answers were given: some versions keep an answer twice."""

    def items(self, value: object) -> Iterator[Item]:
        """What is in the next item of the history."""
        number = self._number
        self._number += 1
        item = record(value)
        message = record(item.get("message"))
        named = text(message, "role") or ""
        role = _ROLES.get(named)
        if role is None:
            if named not in _NOISE and value is not None:
                yield UnknownRecord(self.session, f"{number}", named[:100] or "item", unknown_text(value))
            return
        content = read_content(message.get("content"))
        parts: list[Part] = [part for part in content.parts if not isinstance(part, ToolResult)]
        if role == "tool":
            parts = self._answer(text(message, "toolCallId") or "", text_of(message.get("content")), is_error=False)
        elif role == "user":
            parts += _named(item)
        calls = [record(state) for state in members(item.get("toolCallStates"))]
        parts += [_call(state) for state in calls]
        if role == "assistant" and not calls:
            parts += [_called(record(call)) for call in members(message.get("toolCalls"))]
        identity = text(message, "id") or stable_id(number, role, _words(parts))
        if parts:
            log = record(next(iter(members(item.get("promptLogs"))), None))
            yield Message(self.session, identity, role, tuple(parts), model=text(log, "modelTitle", "model"))
        answers = [part for state in calls for part in self._state(state)]
        if answers:
            yield Message(self.session, f"{identity}:results", "tool", tuple(answers))
        if (summary := text(item, "conversationSummary")) is not None:
            yield Message(self.session, f"{identity}:summary", "assistant", (Text(summary),), is_summary=True)
        for place, block in enumerate(content.unknown):
            kind = (text(block, "type") or "block")[:100]
            yield UnknownRecord(self.session, f"{identity}:block{place}", kind, unknown_text(block))

    def _state(self, state: Mapping[str, object]) -> list[Part]:
        said = "\n".join(filter(None, (text(record(out), "content") for out in members(state.get("output")))))
        if not said and text(state, "status") not in _FAILED:
            return []
        return self._answer(text(state, "toolCallId") or "", said, is_error=text(state, "status") in _FAILED)

    def _answer(self, call: str, said: str, *, is_error: bool) -> list[Part]:
        if call and call in self._answered:
            return []
        self._answered.add(call)
        return [ToolResult(call, said, is_error=is_error)]


def _call(state: Mapping[str, object]) -> ToolCall:
    call = _called(record(state.get("toolCall")))
    return ToolCall(text(state, "toolCallId") or call.id, call.name, call.input)


def _called(call: Mapping[str, object]) -> ToolCall:
    function = record(call.get("function"))
    asked = function.get("arguments")
    return ToolCall(
        id=text(call, "id") or "",
        name=text(function, "name") or "tool",
        input=writable(asked) if isinstance(asked, str) else as_json(asked if asked is not None else {}),
    )


def _named(item: Mapping[str, object]) -> Iterator[Reference]:
    """The files and pages that the person put into the question."""
    for context in map(record, members(item.get("contextItems"))):
        uri = record(context.get("uri"))
        provider = text(record(context.get("id")), "providerTitle")
        if text(uri, "type") == "file" or provider in {"file", "currentFile", "code"}:
            path = path_of(text(uri, "value") or text(context, "description") or "")
            if path:
                yield Reference("file", path)
        elif text(uri, "type") == "url" and (address := text(uri, "value")) is not None:
            yield Reference("url", address)


def _words(parts: list[Part]) -> str:
    return "\n".join(part.text for part in parts if isinstance(part, Text | ToolResult))


def _kept(row: Mapping[str, object]) -> Mapping[str, object]:
    return {name: row.get(name) for name in ("dateCreated", "workspaceDirectory")}
