"""Importing in tests: as one and the same device, into as many logs as a test wants."""

import os
import shutil
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from holdfast.sessions.entries.entry import read_entry
from holdfast.sessions.identity.device import load_device
from holdfast.sessions.importers.import_file import FileImporter
from holdfast.sessions.importers.importer import Found, Item
from holdfast.sessions.importers.record import Outcome
from holdfast.sessions.log.store import SessionLog
from sessions_fixture import rows
from sessions_golden import file_importer

DAY_MS = 1_777_885_200_000


@dataclass
class Told:
    """An importer that gives the items it is told to, from files of any content."""

    items: list[Item] = field(default_factory=list)
    tool: str = "told"
    title: str = "Told"
    parser_version: int = 1
    is_appended: bool = False
    reads: int = 0

    def find(self) -> Iterator[Found]:
        """Nothing."""
        return iter(())

    def recognises(self, path: Path) -> bool:
        """Everything."""
        return path.exists()

    def read(self, path: Path, offset: int) -> Iterator[Item]:
        """The items."""
        del path, offset
        self.reads += 1
        return iter(self.items)


@dataclass(frozen=True, slots=True)
class Machine:
    """A folder for logs and files; every log is written by the same device."""

    root: Path

    def log(self, name: str) -> FileImporter:
        """An importer into the log `name`."""
        data = self.data(name)
        if not (data / "devices").exists():
            load_device(self.root / "device")
            shutil.copytree(self.root / "device" / "devices", data / "devices")
        return file_importer(data, self.root / "home")

    def data(self, name: str) -> Path:
        """The data directory of the log `name`."""
        return self.root / "logs" / name

    def tell(self, name: str, *items: Item) -> Outcome:
        """Import `items` into the log `name` from a file that is new each time."""
        file = self.root / f"{name}-{time.monotonic_ns()}"
        file.write_text("anything")
        into = self.log(name)
        outcome = into.import_file(Told(list(items)), file)
        into.close()
        return outcome

    def ids(self, name: str) -> list[str]:
        """The ids of all entries, in the order of their series."""
        found = rows(self.data(name) / "sessions.db", "SELECT id FROM entry ORDER BY dev, session, seq")
        return [str(entry_id) for (entry_id,) in found]

    def said(self, name: str) -> list[tuple[object, ...]]:
        """What was said, without what depends on the order in which it came: session, id, kind, role, parts, time."""
        bodies = rows(self.data(name) / "sessions.db", "SELECT body FROM entry WHERE kind NOT LIKE 'session.%'")
        entries = [read_entry(str(body)) for (body,) in bodies]
        return sorted((e.place.session, str(e.native_id), e.kind, str(e.role), repr(e.parts)) for e in entries)

    def parts(self, name: str) -> list[dict[str, object]]:
        """All parts, in order."""
        bodies = rows(self.data(name) / "sessions.db", "SELECT body FROM entry ORDER BY session, seq")
        return [dict(part) for (body,) in bodies for part in read_entry(str(body)).parts]


def texts(parts: Iterable[dict[str, object]]) -> list[str]:
    """The texts among `parts`."""
    return [str(part["text"]) for part in parts if part["type"] == "text"]


def later(path: Path, seconds: int) -> None:
    """Say that `path` was changed so many seconds from now."""
    moment = time.time() + seconds
    os.utime(path, (moment, moment))


def open_log(data: Path) -> SessionLog:
    """The log in `data`."""
    return SessionLog(data / "sessions.db")
