"""Gemini CLI: `~/.gemini/tmp/<project>/chats/session-*.json`, and its newer journal `.jsonl`.

The journal's first line describes the session; then come messages (one with the id of an earlier one takes its place),
`{"$set": …}` with what changed of the session, and `{"$rewindTo": id}`, after which that message and all behind it are gone.
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Final

from holdfast.sessions.importers.content import read_content, text_of
from holdfast.sessions.importers.fields import as_json, members, millis, record, text, unknown_text
from holdfast.sessions.importers.importer import (
    Found,
    Item,
    Message,
    Part,
    Role,
    SessionFacts,
    Text,
    ToolCall,
    ToolResult,
    UnknownRecord,
    Unreadable,
)
from holdfast.sessions.importers.json_lines import read_json_lines
from holdfast.sessions.importers.json_stream import Member, stream_json
from holdfast.sessions.importers.on_disk import inside, is_file
from holdfast.sessions.importers.stable_id import stable_id
from holdfast.sessions.importers.surroundings import Surroundings, surroundings

_NOISE: Final = frozenset({"info", "warning", "error", "about", "quit", "help", "stats"})
_ROLES: Final[Mapping[str, Role]] = {"user": "user", "gemini": "assistant", "model": "assistant"}
_LARGEST_JOURNAL: Final = 128 * 1024 * 1024
_LONGEST_NAME: Final = 4_096
_MOST_FIELDS_BEFORE: Final = 6
_DONE: Final = frozenset({"success", "error", "cancelled"})


class GeminiCli:
    """An `Importer`."""

    tool = "gemini-cli"
    title = "Gemini CLI"
    parser_version = 1
    is_appended = False

    def __init__(self, where: Surroundings | None = None) -> None:
        self._where = where or surroundings()

    def find(self) -> Iterator[Found]:
        """Every session of every project."""
        for project in inside((self._where.named("GEMINI_CLI_HOME") or self._where.home) / ".gemini" / "tmp"):
            folder = _folder_of(project)
            for path in inside(project / "chats"):
                if path.suffix in {".json", ".jsonl"} and is_file(path):
                    yield Found(path, folder)

    def recognises(self, path: Path) -> bool:
        """A file that begins with a session of a project that is named by its hash."""
        if path.suffix not in {".json", ".jsonl"} or not is_file(path):
            return False
        try:
            if path.suffix == ".jsonl":
                with path.open("rb") as file:
                    line = next(read_json_lines(file, 0), None)
                first = record(line.record) if line is not None else {}
                return "projectHash" in first and "sessionId" in first
            beginning = islice(stream_json(path, ("messages",)), _MOST_FIELDS_BEFORE)
            names = {member.name for member in beginning if isinstance(member, Member)}
        except OSError:
            return False
        return {"sessionId", "projectHash"} <= names

    def read(self, path: Path, offset: int) -> Iterator[Item]:  # noqa: ARG002 -- a message can be replaced by a later line
        """The session in the file."""
        folder = _folder_of(path.parent.parent) if path.parent.name == "chats" else None
        yield from _read_journal(path, folder) if path.suffix == ".jsonl" else _read_document(path, folder)


def _read_document(path: Path, folder: str | None) -> Iterator[Item]:
    session, number = path.stem, 0
    for member in stream_json(path, ("messages",)):
        if isinstance(member, Unreadable):
            yield member
        elif member.name == "sessionId" and isinstance(member.value, str) and member.value and number == 0:
            session = member.value
        elif member.name == "startTime":
            yield SessionFacts(session, folder=folder, started_ms=millis(member.value))
        elif member.name == "summary" and isinstance(member.value, str):
            yield SessionFacts(session, title=text({"summary": member.value}, "summary"))
        elif member.name == "messages":
            yield from _items(session, number, record(member.value))
            number += 1


def _read_journal(path: Path, folder: str | None) -> Iterator[Item]:
    if path.stat().st_size > _LARGEST_JOURNAL:
        yield Unreadable(f"the file is larger than {_LARGEST_JOURNAL // (1024 * 1024)} MiB")
        return
    about: dict[str, object] = {}
    messages: dict[str, Mapping[str, object]] = {}
    with path.open("rb") as file:
        for line in read_json_lines(file, 0):
            value = line.record or {}
            if "$rewindTo" in value:
                _rewind(messages, text(value, "$rewindTo"))
            elif "$set" in value:
                about |= record(value["$set"])
            elif "type" in value:
                messages[text(value, "id") or f"line:{line.start}"] = value
            else:
                about |= value
    session = text(about, "sessionId") or path.stem
    yield SessionFacts(session, text(about, "summary"), folder=folder, started_ms=millis(about.get("startTime")))
    for number, message in enumerate(messages.values()):
        yield from _items(session, number, message)


def _rewind(messages: dict[str, Mapping[str, object]], to: str | None) -> None:
    if to in messages:
        for identity in list(messages)[list(messages).index(to) :]:
            del messages[identity]


def _items(session: str, number: int, message: Mapping[str, object]) -> Iterator[Item]:
    kind = text(message, "type") or "message"
    if kind in _NOISE or not message:
        return
    role = _ROLES.get(kind)
    content = read_content(message.get("content"))
    identity = text(message, "id") or stable_id(number, kind, _words(content.parts))
    if role is None:
        yield UnknownRecord(session, identity, kind[:100], unknown_text(message))
        return
    calls = [record(call) for call in members(message.get("toolCalls"))]
    parts = (*content.parts, *map(_call, calls))
    at_ms = millis(message.get("timestamp"))
    if parts:
        yield Message(session, identity, role, parts, at_ms, model=text(message, "model"))
    answers = tuple(_answer(call) for call in calls if text(call, "status") in _DONE or call.get("result"))
    if answers:
        yield Message(session, f"{identity}:results", "tool", answers, at_ms, identity)


def _call(call: Mapping[str, object]) -> ToolCall:
    return ToolCall(text(call, "id") or "", text(call, "name") or "tool", as_json(call.get("args") or {}))


def _answer(call: Mapping[str, object]) -> ToolResult:
    responses = [
        record(record(record(part).get("functionResponse")).get("response")) for part in members(call.get("result"))
    ]
    said = "\n".join(filter(None, (text(response, "output", "error") for response in responses)))
    is_error = call.get("status") == "error"
    return ToolResult(text(call, "id") or "", said or text_of(call.get("resultDisplay")), is_error=is_error)


def _words(parts: tuple[Part, ...]) -> str:
    return "\n".join(part.text for part in parts if isinstance(part, Text))


def _folder_of(project: Path) -> str | None:
    """The project's folder, where a version of the tool wrote it down; its name is a digest, or made from it."""
    try:
        with (project / ".project_root").open("rb") as file:
            named = file.read(_LONGEST_NAME).decode("utf-8", "replace").strip()
    except OSError:
        return None
    return named or None
