"""The manifests of one workspace, read when they are needed and again when anything that was looked at has changed."""

import threading
import time
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from holdfast.manifest.consent import HeldChange
from holdfast.manifest.folders_below import folders_with_manifests
from holdfast.manifest.load import Loader, Source
from holdfast.manifest.loaded_file import LoadedFile, files_for
from holdfast.manifest.locate import places_for
from holdfast.manifest.looked_at import LookedAt, Stamp, has_changed
from holdfast.manifest.section import ManifestSection

_FOLDERS_KEPT: Final = 32
_PROVISIONAL_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Reading:
    """What applies to the files of one folder. `problems` are sentences; `held` changes wait for a person.

    `outside` are the files that would be read if they were approved, with the name they are imported by. It
    `is_provisional` where ledger or git did not answer, or git was at work: it is made again after some seconds.
    """

    files: tuple[LoadedFile, ...] = ()
    problems: tuple[str, ...] = ()
    held: tuple[HeldChange, ...] = ()
    outside: Mapping[Path, str] = field(default_factory=dict)
    number: int = 0
    is_provisional: bool = False

    def files_for(self, path: str) -> tuple[LoadedFile, ...]:
        """Those that apply to the file `path`, in order, imports behind the file that imports them."""
        return tuple(files_for(self.files, path))

    def sections_for(self, path: str) -> tuple[ManifestSection, ...]:
        """The sections that apply to the file `path`, in order."""
        return tuple(section for file in self.files_for(path) for section in file.sections)


class WorkspaceManifests:
    """Reads for `source.root`; `name` stands for CLAUDE.md. Any thread may ask."""

    def __init__(self, source: Source, name: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.source = source
        self._name = name
        self._clock = clock
        self._made_at: dict[str, float] = {}  # when a folder's provisional reading was made
        self._readings: OrderedDict[str, tuple[Reading, Mapping[str, Stamp | None]]] = OrderedDict()
        self._numbers: dict[str, int] = {}  # of every folder's last reading, also of those that are not kept
        self._has_seen_workspace = False
        self._lock = threading.Lock()
        self._one_reads = threading.Lock()

    def stamp(self, path: str) -> tuple[int, int]:
        """Another value once a reading for the file `path` would find something else; some `stat`s, nothing is read."""
        folder = _folder_of(path)
        with self._lock:
            known = self._readings.get(folder)
            last = self._numbers.get(folder, 0)
        number = last + (known is None or self._is_old(folder, known[1]))
        return (zlib.crc32(folder.encode("utf-8", "surrogatepass")), number)

    def read(self, path: str) -> Reading:
        """What applies in the folder of the file `path` as it is now. Blocking."""
        folder = _folder_of(path)
        with self._one_reads:
            with self._lock:
                known = self._readings.get(folder)
                if known is not None:
                    self._readings.move_to_end(folder)
                last = self._numbers.get(folder, 0)
            if known is not None and not self._is_old(folder, known[1]):
                return known[0]
            looked = LookedAt()
            reading = self._read(folder, looked, last + 1)
            with self._lock:
                if reading.is_provisional:
                    self._made_at[folder] = self._clock()
                else:
                    self._made_at.pop(folder, None)
                self._numbers[folder] = reading.number
                self._readings[folder] = (reading, looked.stamps)
                self._readings.move_to_end(folder)
                while len(self._readings) > _FOLDERS_KEPT:
                    self._readings.popitem(last=False)
            return reading

    def read_all(self) -> Iterator[Reading]:
        """What applies in every folder that has manifests of its own; the workspace is walked for them."""
        for folder in folders_with_manifests(self.source.root, self._name):
            yield self.read(f"{folder}/" if folder else "")

    def known(self) -> tuple[Reading, ...]:
        """The readings made so far, the latest last."""
        with self._lock:
            return tuple(reading for reading, _ in self._readings.values())

    def close(self) -> None:
        """Let go of the ledger."""
        self.source.ledger.close()

    def _read(self, folder: str, looked: LookedAt, number: int) -> Reading:
        looked.is_there(self.source.ledger.approvals)
        loader = Loader(self.source, looked)
        if not self._has_seen_workspace:
            self._has_seen_workspace = loader.see_workspace()
        places = tuple(places_for(self.source.root, folder, self._name, self.source.homes, loader.is_there))
        files = tuple(file for place in places for file in loader.load(place))

        return Reading(files, tuple(loader.problems), loader.held, loader.outside, number, loader.is_provisional)

    def _is_old(self, folder: str, stamps: Mapping[str, Stamp | None]) -> bool:
        made_at = self._made_at.get(folder)
        return (made_at is not None and self._clock() - made_at > _PROVISIONAL_S) or has_changed(stamps)


def _folder_of(path: str) -> str:
    return path.rpartition("/")[0]
