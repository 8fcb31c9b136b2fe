"""GitHub Copilot's chat in VS Code and the editors made from it.

* `<User>/workspaceStorage/<hash>/chatSessions/<id>.json`, now a journal `<id>.jsonl`; of windows without a folder in
  `<User>/globalStorage/emptyWindowChatSessions/`. The project stands in the `workspace.json` above them.
* `<User>/workspaceStorage/<hash>/GitHub.copilot-chat/transcripts/<id>.jsonl`, the events of an agent: read where the panel's
  file is gone or holds nothing any more.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from holdfast.sessions.importers.copilot_events import first_event, read_events
from holdfast.sessions.importers.copilot_journal import read_journal
from holdfast.sessions.importers.copilot_requests import is_done, request_items
from holdfast.sessions.importers.editor_folders import editor_folders, project_of
from holdfast.sessions.importers.fields import members, millis, record, text
from holdfast.sessions.importers.importer import Found, Item, Message, ReadTo, SessionFacts, UnknownRecord, Unreadable
from holdfast.sessions.importers.json_lines import read_json_lines
from holdfast.sessions.importers.json_stream import Member, stream_json
from holdfast.sessions.importers.on_disk import inside, is_file
from holdfast.sessions.importers.stable_id import stable_id
from holdfast.sessions.importers.surroundings import Surroundings, surroundings

_CHATS: Final = "chatSessions"
_NO_FOLDER: Final = ("emptyWindowChatSessions", "transferredChatSessions")
_TRANSCRIPTS: Final = ("GitHub.copilot-chat", "transcripts")
_SESSION_ID: Final = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_LARGEST_JOURNAL: Final = 128 * 1024 * 1024
_FIELDS: Final = frozenset({"requesterUsername", "responderUsername", "requests", "sessionId", "creationDate"})
_MOST_FIELDS_BEFORE: Final = 40
_SECOND: Final = "event:"
_CHUNK: Final = 1024 * 1024


class CopilotChat:
    """An `Importer`."""

    tool = "copilot-chat"
    title = "GitHub Copilot Chat"
    parser_version = 1
    is_appended = False

    def __init__(self, where: Surroundings | None = None) -> None:
        self._where = where or surroundings()

    def find(self) -> Iterator[Found]:
        """The chats of every project of every editor, then those of windows without one."""
        for editor in editor_folders(self._where):
            for storage in editor.workspace_storages():
                folder = project_of(storage)
                chats = [path for path in inside(storage / _CHATS) if path.suffix in {".json", ".jsonl"}]
                yield from (Found(path, folder) for path in _newest(chats))
                for path in inside(storage.joinpath(*_TRANSCRIPTS)):
                    if path.suffix == ".jsonl" and not _is_told(path):
                        yield Found(path, folder)
            for storage in editor.global_storages():
                for name in _NO_FOLDER:
                    chats = [path for path in inside(storage / name) if path.suffix in {".json", ".jsonl"}]
                    yield from (Found(path) for path in _newest(chats))

    def recognises(self, path: Path) -> bool:
        """A chat as JSON (also one that was exported), its journal, or a transcript of what no chat beside it tells."""
        if not is_file(path):
            return False
        try:
            return (
                _is_journal(path) or (_is_transcript(path) and not _is_told(path))
                if path.suffix == ".jsonl"
                else _is_chat(path)
            )
        except OSError:
            return False

    def read(self, path: Path, offset: int) -> Iterator[Item]:  # noqa: ARG002 -- a journal counts as a whole
        """The chat in the file."""
        if path.suffix == ".jsonl" and not _is_journal(path):
            # A transcript keeps no more than the last events, so that no place in it stays where it is.
            folder = project_of(path.parent.parent.parent)
            yield SessionFacts(path.stem, folder=folder, second_source=_SECOND)
            yield from (_second(item) for item in read_events(path, 0) if not isinstance(item, ReadTo))
            return
        folder = project_of(path.parent.parent) if path.parent.name == _CHATS else None
        yield from _read_journal(path, folder) if path.suffix == ".jsonl" else _read_chat(path, folder)


def _second(item: Item) -> Item:
    """An event under an id that tells it from the turns of the panel."""
    if isinstance(item, Message):
        return replace(item, id=f"{_SECOND}{item.id}", parent=f"{_SECOND}{item.parent}" if item.parent else None)
    return replace(item, id=f"{_SECOND}{item.id}") if isinstance(item, UnknownRecord) else item


def _read_chat(path: Path, folder: str | None) -> Iterator[Item]:
    session = path.stem if _SESSION_ID.fullmatch(path.stem) else None
    number = 0
    waiting: list[SessionFacts] = []
    for member in stream_json(path, ("requests",)):
        if isinstance(member, Unreadable):
            yield member
            return
        if member.name == "sessionId" and session is None and isinstance(member.value, str) and member.value:
            session = member.value
        elif member.name == "requests":
            request = record(member.value)
            session = session or text(request, "requestId") or next(_first_ids(request), path.stem)
            if number == 0:
                yield SessionFacts(session, folder=folder)
            yield from request_items(session, number, request)
            number += 1
        else:
            waiting += [facts] if (facts := _facts(member)) is not None else []
        if session is not None:
            yield from (SessionFacts(session, title=facts.title, started_ms=facts.started_ms) for facts in waiting)
            waiting = []


def _first_ids(request: Mapping[str, object]) -> Iterator[str]:
    """An id for an exported chat, which has none of its own: that of its first turn."""
    said = text(record(request.get("message")), "text")
    if said is not None:
        yield stable_id(0, "chat", said)


def _facts(member: Member) -> SessionFacts | None:
    if member.name == "customTitle" and isinstance(member.value, str):
        return SessionFacts("", title=text({"title": member.value}, "title"))
    if member.name == "creationDate":
        return SessionFacts("", started_ms=millis(member.value))
    return None


def _read_journal(path: Path, folder: str | None) -> Iterator[Item]:
    if path.stat().st_size > _LARGEST_JOURNAL:
        yield Unreadable(f"the file is larger than {_LARGEST_JOURNAL // _CHUNK} MiB")
        return
    journal = read_journal(path)
    chat = record(journal.value)
    session = path.stem
    yield SessionFacts(
        session, title=text(chat, "customTitle"), folder=folder, started_ms=millis(chat.get("creationDate"))
    )
    requests = [record(request) for request in members(chat.get("requests"))]
    for number, request in enumerate(requests):
        is_last = number == len(requests) - 1
        yield from request_items(session, number, request, is_done=not is_last or is_done(request))
    if journal.refused:
        yield UnknownRecord(session, "journal", "journal line", f"lines that could not be followed: {journal.refused}")


def _newest(chats: list[Path]) -> Iterator[Path]:
    """One file for each chat: the journal, where the older file was left beside it."""
    journals = {path.stem for path in chats if path.suffix == ".jsonl"}
    return (path for path in chats if path.suffix == ".jsonl" or path.stem not in journals)


def _is_told(transcript: Path) -> bool:
    """Whether the panel's file of the same session tells what was said."""
    chats = transcript.parent.parent.parent / _CHATS
    return any(_has_turns(chats / f"{transcript.stem}{suffix}") for suffix in (".jsonl", ".json"))


def _has_turns(path: Path) -> bool:
    """Whether a chat's file holds anything that was said, by its bytes alone."""
    try:
        with path.open("rb") as file:
            tail = b""
            while chunk := file.read(_CHUNK):
                if b'"requestId"' in tail + chunk:
                    return True
                tail = chunk[-20:]
    except OSError:
        pass
    return False


def _is_journal(path: Path) -> bool:
    with path.open("rb") as file:
        line = next(read_json_lines(file, 0), None)
    value = record(line.record) if line is not None else {}
    return type(value.get("kind")) is int and ("v" in value or "k" in value)


def _is_transcript(path: Path) -> bool:
    event = first_event(path)
    if not (text(event, "type") or "").startswith(("session.", "user.message", "assistant.", "tool.execution")):
        return False
    return path.parent.name == "transcripts" or "vscodeVersion" in record(event.get("data"))


def _is_chat(path: Path) -> bool:
    if path.suffix != ".json":
        return False
    seen: set[str] = set()
    for number, member in enumerate(stream_json(path, ("requests",))):
        if isinstance(member, Unreadable) or number > _MOST_FIELDS_BEFORE:
            return False
        seen.add(member.name)
        if member.name == "requests":
            return "requestId" in record(member.value) or bool(seen & (_FIELDS - {"requests"}))
    return {"sessionId", "creationDate"} <= seen  # A chat in which nothing was said yet.
