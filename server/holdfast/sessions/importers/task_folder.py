"""The files of one task of Cline or Roo, and what their indexes say about it.

`<globalStorage>/<extension>/tasks/<id>/` holds the messages of the model's interface, and those of the panel. The messages of
the panel name the time of each, and the index of the others that they came with.
"""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from holdfast.redaction.cut_text import cut
from holdfast.sessions.importers.fields import millis, record, text
from holdfast.sessions.importers.importer import SessionFacts
from holdfast.sessions.importers.json_stream import Member, stream_json
from holdfast.sessions.importers.on_disk import is_file, is_folder

API: Final = "api_conversation_history.json"
PANEL: Final = "ui_messages.json"
OLD_API: Final = "claude_messages.json"
SOURCES: Final = (API, OLD_API, PANEL)
"""The files that hold a task's messages, best first."""
_WRITING_S: Final = 60
_LONGEST_TITLE: Final = 120


def source_of(task: Path) -> Path | None:
    """The file in the folder `task` to read: the first that holds more than an empty list; None for no task."""
    for name in SOURCES:
        path = task / name
        try:
            if is_file(path) and (name == PANEL or _holds_something(path)):
                return path
        except OSError:
            continue
    return None


def _holds_something(path: Path) -> bool:
    """Whether there is more in a file than an empty list; one without a byte in it is just being written anew."""
    status = path.stat()
    return status.st_size > len("[ ]\n") or (status.st_size == 0 and time.time() - status.st_mtime < _WRITING_S)


def task_of(path: Path) -> tuple[Path, Path] | None:
    """The folder and the file to read, for the folder of a task or one of its files; None for anything else."""
    if is_folder(path):
        source = source_of(path)
        return (path, source) if source else None
    return (path.parent, path) if path.name in SOURCES else None


def times_of(task: Path) -> dict[int, int]:
    """When the messages of the interface were written, by their number, as far as those of the panel tell it.

    A message of the panel names the last one of the interface before it (the person's); the model's answer is the next.
    """
    times: dict[int, int] = {}
    try:
        for member in stream_json(task / PANEL):
            shown = record(member.value) if isinstance(member, Member) else {}
            number, at_ms = shown.get("conversationHistoryIndex"), millis(shown.get("ts"))
            if at_ms is not None and isinstance(number, int) and number >= 0:
                times.setdefault(number, at_ms)
                times.setdefault(number + 1, at_ms)
    except OSError:
        pass
    return times


def kept(item: Mapping[str, object]) -> Mapping[str, object]:
    """What `facts_of` needs of a row of the index, which holds each task's first words whole."""
    named = text(item, "title", "task")
    short = {"title": title_of(named)} if named else {}
    return short | {name: item.get(name) for name in ("ts", "cwdOnTaskInitialization", "workspace", "parentTaskId")}


def facts_of(session: str, item: Mapping[str, object]) -> SessionFacts:
    """What an index says about a task (`HistoryItem`)."""
    task = text(item, "title", "task")
    return SessionFacts(
        session,
        title=title_of(task) if task else None,
        folder=text(item, "cwdOnTaskInitialization", "workspace"),
        started_ms=started_of(session) or millis(item.get("ts")),
        continues=text(item, "parentTaskId"),
    )


def started_of(session: str) -> int | None:
    """When a task began: Cline calls it after the millisecond."""
    return (
        millis(int(session))
        if session.isdecimal() and session.isascii() and len(session) == len("1767225600000")
        else None
    )


def title_of(task: str) -> str:
    """The first line of what was asked, short."""
    line = task.strip().partition("\n")[0].strip()
    return line if len(line) <= _LONGEST_TITLE else f"{cut(line, _LONGEST_TITLE - 1)}…"
