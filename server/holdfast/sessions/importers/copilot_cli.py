"""GitHub Copilot's command line: `~/.copilot/session-state/<id>/events.jsonl`, before that `<id>.jsonl`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from holdfast.sessions.importers.copilot_events import first_event, read_events
from holdfast.sessions.importers.fields import record, text
from holdfast.sessions.importers.importer import Found, Item
from holdfast.sessions.importers.on_disk import inside, is_file, is_folder
from holdfast.sessions.importers.surroundings import Surroundings, surroundings

_EVENTS: Final = "events.jsonl"


class CopilotCli:
    """An `Importer`."""

    tool = "copilot-cli"
    title = "Copilot CLI"
    parser_version = 1
    is_appended = True

    def __init__(self, where: Surroundings | None = None) -> None:
        self._where = where or surroundings()

    def find(self) -> Iterator[Found]:
        """Every session, with the folder that its first event names."""
        base = self._where.named("COPILOT_HOME") or self._where.home / ".copilot"
        for name in ("session-state", "history-session-state"):
            for entry in inside(base / name):
                path = entry / _EVENTS if is_folder(entry) else entry
                if path.suffix == ".jsonl" and is_file(path):
                    yield Found(path, text(record(record(first_event(path).get("data")).get("context")), "cwd"))

    def recognises(self, path: Path) -> bool:
        """A file of events that the editor did not write."""
        if path.suffix != ".jsonl" or path.parent.name == "transcripts" or not is_file(path):
            return False
        event = first_event(path)
        kind = text(event, "type") or ""
        is_event = kind.startswith(("session.", "user.message", "assistant.", "tool.execution", "system.message"))
        return is_event and "vscodeVersion" not in record(event.get("data"))

    def read(self, path: Path, offset: int) -> Iterator[Item]:
        """The events from the byte `offset` on."""
        yield from read_events(path, offset)
