"""Roo Code: the tasks of its extension, `<globalStorage>/rooveterinaryinc.roo-cline/tasks/<id>/`.

The files are called as Cline's. `history_item.json` beside them says what the index says; the messages may stand in
`{"version": 2, "messages": […]}`. When Roo condenses or cuts a conversation it leaves the messages in the file and marks them
as superseded: they are passed over where that which takes their place is there, and the summary counts as a model's words.

After `packages/types/src/history.ts` and `src/core/task-persistence/` of RooCodeInc/Roo-Code.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from holdfast.sessions.importers.cline import ROO_EXTENSION, is_roo, read_panel
from holdfast.sessions.importers.editor_folders import editor_folders
from holdfast.sessions.importers.fields import record, text
from holdfast.sessions.importers.importer import Found, Item, SessionFacts, Unreadable
from holdfast.sessions.importers.json_stream import Member, stream_json
from holdfast.sessions.importers.on_disk import inside
from holdfast.sessions.importers.surroundings import Surroundings, surroundings
from holdfast.sessions.importers.task_folder import PANEL, facts_of, source_of, started_of, task_of, times_of
from holdfast.sessions.importers.task_messages import TaskMessages

_LARGEST_ITEM: Final = 1024 * 1024


class Roo:
    """An `Importer`."""

    tool = "roo"
    title = "Roo Code"
    parser_version = 1
    is_appended = False

    def __init__(self, where: Surroundings | None = None) -> None:
        self._where = where or surroundings()

    def find(self) -> Iterator[Found]:
        """The tasks of every editor."""
        for editor in editor_folders(self._where):
            for storage in editor.global_storages():
                for task in inside(storage / ROO_EXTENSION / "tasks"):
                    if (source := source_of(task)) is not None:
                        yield Found(source, _known(task).folder)

    def recognises(self, path: Path) -> bool:
        """A file of messages, or the folder of a task, that is Roo's and not Cline's."""
        found = task_of(path)
        return found is not None and is_roo(*found)

    def read(self, path: Path, offset: int) -> Iterator[Item]:  # noqa: ARG002 -- whole files, written anew
        """The task in the file, or in the folder."""
        found = task_of(path)
        if found is None:
            yield Unreadable("there are no messages of a task in it")
            return
        task, source = found
        facts = _known(task)
        yield facts
        if source.name == PANEL:
            yield from read_panel(source, task.name)
            return
        replaced = _read_replacements(source)
        messages = TaskMessages(task.name, folder=facts.folder)
        times = times_of(task)
        for number, member in enumerate(stream_json(source, ("messages",))):
            if isinstance(member, Unreadable):
                yield member
            elif member.name in {"", "messages"}:
                message = record(member.value)
                yield from messages.items(
                    member.value,
                    times.get(number),
                    is_summary=message.get("isSummary") is True,
                    is_kept=message.get("isTruncationMarker") is not True and not replaced.takes_place_of(message),
                )


@dataclass(frozen=True, slots=True)
class _Replacements:
    """The ids of the summaries and of the cuts that are in a file."""

    summaries: set[str] = field(default_factory=set)
    cuts: set[str] = field(default_factory=set)

    def takes_place_of(self, message: Mapping[str, object]) -> bool:
        """Whether what stands for the message is there; one whose summary was taken back counts again."""
        return text(message, "condenseParent") in self.summaries or text(message, "truncationParent") in self.cuts


def _read_replacements(source: Path) -> _Replacements:
    replaced = _Replacements()
    for member in stream_json(source, ("messages",)):
        message = record(member.value) if isinstance(member, Member) else {}
        if message.get("isSummary") is True and (identity := text(message, "condenseId")) is not None:
            replaced.summaries.add(identity)
        if message.get("isTruncationMarker") is True and (identity := text(message, "truncationId")) is not None:
            replaced.cuts.add(identity)
    return replaced


def _known(task: Path) -> SessionFacts:
    """What the file beside the messages says about the task."""
    try:
        with (task / "history_item.json").open("rb") as file:
            return facts_of(task.name, record(json.loads(file.read(_LARGEST_ITEM))))
    except (OSError, ValueError, RecursionError):
        return SessionFacts(task.name, started_ms=started_of(task.name))
