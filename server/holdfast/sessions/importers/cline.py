"""Cline: the tasks of its extension, and the sessions of its newer core and command line.

* `<globalStorage>/saoudrizwan.claude-dev/tasks/<id>/`, with `state/taskHistory.json` as their index: whole JSON files, written
  anew after each message, so that one can be met half written.
* `${CLINE_DATA_DIR:-${CLINE_DIR:-~/.cline}/data}/sessions/<id>/<id>.messages.json`, with `<id>.json` beside it; what helpers
  of the model did stands in further `*.messages.json` of the same folder.

After `apps/vscode/src/core/storage/disk.ts` and `sdk/packages/core/docs/messages-contract-v1.md` of cline/cline.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from holdfast.sessions.entries.strand import Strand
from holdfast.sessions.importers.editor_folders import editor_folders
from holdfast.sessions.importers.fields import millis, record, text
from holdfast.sessions.importers.importer import Found, Item, Message, SessionFacts, Told, Unreadable
from holdfast.sessions.importers.index_file import IndexFile
from holdfast.sessions.importers.json_stream import Member, stream_json
from holdfast.sessions.importers.on_disk import inside, is_file, is_folder
from holdfast.sessions.importers.panel_messages import SECOND, PanelMessages
from holdfast.sessions.importers.surroundings import Surroundings, surroundings
from holdfast.sessions.importers.task_folder import PANEL, facts_of, kept, source_of, task_of, times_of, title_of
from holdfast.sessions.importers.task_messages import TaskMessages

_EXTENSION: Final = "saoudrizwan.claude-dev"
ROO_EXTENSION: Final = "rooveterinaryinc.roo-cline"
_ROO_VERSION: Final = 2
_UUID: Final = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_MESSAGES: Final = ".messages.json"
_LARGEST_MANIFEST: Final = 1024 * 1024
_MOST_WAITING: Final = 50


class Cline:
    """Both generations; an `Importer`."""

    tool = "cline"
    title = "Cline"
    parser_version = 2
    is_appended = False

    def __init__(self, where: Surroundings | None = None) -> None:
        self._where = where or surroundings()
        self._index = IndexFile("id", kept)

    def find(self) -> Iterator[Found]:
        """The tasks of every editor, then the sessions of the core."""
        for editor in editor_folders(self._where):
            for storage in editor.global_storages():
                for task in inside(storage / _EXTENSION / "tasks"):
                    if (source := source_of(task)) is not None:
                        yield Found(source, self._known(task).folder)
        for session in inside(self._data() / "sessions"):
            for path in inside(session):
                if path.name.endswith(_MESSAGES):
                    is_part = path.name != f"{session.name}{_MESSAGES}"
                    yield Found(path, _manifest(path).folder, is_part=is_part)

    def recognises(self, path: Path) -> bool:
        """A file of messages, or the folder of a task or session, unless it is Roo's."""
        if path.name.endswith(_MESSAGES) or (is_folder(path) and is_file(path / f"{path.name}{_MESSAGES}")):
            return True
        found = task_of(path)
        return found is not None and not is_roo(*found)

    def read(self, path: Path, offset: int) -> Iterator[Item]:  # noqa: ARG002 -- whole files, written anew
        """The session in the file, or in the folder."""
        if is_folder(path) and is_file(path / f"{path.name}{_MESSAGES}"):
            path /= f"{path.name}{_MESSAGES}"
        if path.name.endswith(_MESSAGES):
            yield from _read_session(path)
        elif (found := task_of(path)) is not None:
            yield from self._read_task(*found)
        else:
            yield Unreadable("there are no messages of a task in it")

    def _data(self) -> Path:
        base = self._where.named("CLINE_DIR") or self._where.home / ".cline"
        return self._where.named("CLINE_DATA_DIR") or base / "data"

    def _read_task(self, task: Path, source: Path) -> Iterator[Item]:
        facts = self._known(task)
        yield facts
        if source.name == PANEL:
            yield from read_panel(source, task.name)
            return
        messages = TaskMessages(task.name, folder=facts.folder)
        times = times_of(task)
        for number, member in enumerate(stream_json(source, ("messages",))):
            if isinstance(member, Unreadable):
                yield member
            elif member.name in {"", "messages"}:
                yield from messages.items(member.value, times.get(number))

    def _known(self, task: Path) -> SessionFacts:
        """What the index says about the task."""
        row = self._index.row(task.parent.parent / "state" / "taskHistory.json", task.name)
        return facts_of(task.name, row)


def is_roo(task: Path, source: Path) -> bool:
    """Whether a folder of a task is Roo's, which began as a copy of Cline."""
    extension = task.parent.parent.name
    if extension in {_EXTENSION, ROO_EXTENSION}:
        return extension == ROO_EXTENSION
    if is_file(task / "history_item.json") or is_file(task.parent / "_index.json") or _UUID.fullmatch(task.name):
        return True
    return not is_file(task / "context_history.json") and _says_when(source)


def _says_when(source: Path) -> bool:
    """Whether the first message has Roo's fields: those of the interface itself say nothing of the time."""
    try:
        first = next(iter(stream_json(source, ("messages",))), None)
    except OSError:
        return False
    if not isinstance(first, Member) or source.name == PANEL:
        return False
    return (first.name == "version" and first.value == _ROO_VERSION) or "ts" in record(first.value)


def read_panel(path: Path, session: str) -> Iterator[Item]:
    """The messages of a task's panel, once a model has answered: until then those of its interface may be still to come."""
    yield SessionFacts(session, second_source=SECOND)
    panel = PanelMessages(session)
    waiting: list[Item] | None = []
    for member in stream_json(path):
        if isinstance(member, Unreadable):
            yield member
            continue
        items = list(panel.items(record(member.value)))
        if waiting is None:
            yield from items
            continue
        waiting += items
        if len(waiting) > _MOST_WAITING or any(
            isinstance(item, Message) and item.role == "assistant" for item in items
        ):
            yield from waiting
            waiting = None


def _read_session(path: Path) -> Iterator[Item]:
    session = path.parent.name
    name = path.name.removesuffix(_MESSAGES)
    strand = Strand(name) if name != session else None
    facts = _manifest(path)
    yield replace(facts, strand=strand)
    messages = TaskMessages(session, is_sidechain=strand is not None, folder=facts.folder)
    for member in stream_json(path, ("messages",)):
        if isinstance(member, Unreadable):
            yield member
        elif member.name in {"", "messages"}:
            for item in messages.items(member.value):
                yield replace(item, strand=strand) if isinstance(item, Told) else item


def _manifest(path: Path) -> SessionFacts:
    """What the file beside the messages says about the session."""
    session = path.parent.name
    fields: Mapping[str, object] = {}
    try:
        with (path.parent / f"{session}.json").open("rb") as file:
            fields = record(json.loads(file.read(_LARGEST_MANIFEST)))
    except (OSError, ValueError, RecursionError):
        pass
    metadata = record(fields.get("metadata"))
    named = text(metadata, "title") or text(fields, "prompt")
    return SessionFacts(
        session,
        title=title_of(named) if named else None,
        folder=text(fields, "cwd", "workspace_root"),
        branch=text(record(metadata.get("git")), "branch"),
        started_ms=millis(fields.get("started_at")),
        continues=text(record(metadata.get("fork")), "forkedFromSessionId"),
    )
