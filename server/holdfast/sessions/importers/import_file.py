"""One file of a tool, read from where it was left: unchanged ones are not opened, replaced ones are read anew."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from holdfast.errors import NotRedacted, StorageError
from holdfast.redaction.model_pass import Ask
from holdfast.redaction.model_redactor import ModelRedactor
from holdfast.redaction.redactor import Redactor
from holdfast.sessions.identity.device import Device, load_device
from holdfast.sessions.identity.project import find_project
from holdfast.sessions.identity.pseudonyms import pseudonym_key
from holdfast.sessions.importers.drafts import Drafter
from holdfast.sessions.importers.home_folder import folder_here, shorten_path
from holdfast.sessions.importers.importer import Importer
from holdfast.sessions.importers.record import ItemRecorder, Outcome
from holdfast.sessions.importers.seen import Seen, State, load_seen, mark_of, state_of
from holdfast.sessions.importers.word_redactor import WordRedactor
from holdfast.sessions.log.store import SessionLog

_BATCH_ITEMS: Final = 100
"""Few, because other processes wait for the log while a batch is added."""
_SLOW_BATCH_ITEMS: Final = 5
"""Where a model is asked about each item: what is not added yet is asked again after an interruption."""


@dataclass(frozen=True, slots=True)
class _Writer:
    """In whose name entries are written, and with whose pseudonyms."""

    device: Device
    redactor: Redactor


def _go_on() -> None:
    """Nothing else is to be done meanwhile."""


def _no_model() -> None:
    """Nobody asked that a model look at anything."""


class FileImporter:
    """Imports files into the log in the data directory, as this machine's device. For one thread.

    `home` is the folder that `~` stands for in what is stored. `breathe` is called again and again while a file is read:
    it may take its time, and what it raises ends the reading. `model` says, for each file, whom to ask about what was said
    before it is stored; None: the rules alone decide.
    """

    def __init__(
        self,
        log: SessionLog,
        home: Path,
        breathe: Callable[[], None] = _go_on,
        batch_items: int = _BATCH_ITEMS,
        *,
        model: Callable[[], Ask | None] = _no_model,
    ) -> None:
        self._log = log
        self._batch_items = batch_items
        self._model = model
        self._breathe = breathe
        self._data = log.path.parent
        self._home = home
        self._projects: dict[str, str | None] = {}
        self._writer: _Writer | None = None

    def import_file(self, importer: Importer, path: Path) -> Outcome:
        """Add what is new in `path`. What cannot be read is told in the outcome.

        Raises StorageError or DiskFull where the log cannot be written, and what `model` raises where it does not answer;
        what was added before stays, and the file is gone on with the next time.
        """
        try:
            state = state_of(path)
            if state is None:
                return Outcome()
            known = self._log.read(lambda connection: load_seen(connection, importer.tool, str(path)))
            if known is not None and known.state == state and known.parser_v == importer.parser_version:
                return Outcome(met=set(known.sessions))
            return self._read(importer, path, _begin(importer, path, state, known))
        except OSError as error:
            return Outcome(failed=1, problems=[f"it cannot be read: {error.strerror or error}"])

    def close(self) -> None:
        """Let go of the database; the next file opens it again."""
        self._log.close()

    def _read(self, importer: Importer, path: Path, seen: Seen) -> Outcome:
        writer = self._writer = self._writer or self._load()
        ask = self._model()
        drafter = Drafter(
            importer.tool,
            importer.parser_version,
            importer.is_appended,
            writer.redactor,
            self._without_home,
            ModelRedactor(writer.redactor, ask) if ask is not None else None,
        )
        batch_items = self._batch_items if ask is None else min(self._batch_items, _SLOW_BATCH_ITEMS)
        recorder = ItemRecorder(self._log, writer.device.id, drafter, path, self._project, self._breathe, batch_items)
        try:
            recorder.record(importer.read(path, seen.offset), seen)
        except NotRedacted as error:
            recorder.outcome.failed += not recorder.outcome.met
            recorder.outcome.problems.append(f"it is not read on: {error}")
            recorder.outcome.is_held_back = True
        except OSError as error:
            recorder.outcome.failed += not recorder.outcome.met
            recorder.outcome.problems.append(f"it cannot be read to its end: {error.strerror or error}")
        return recorder.outcome

    def _without_home(self, path: str) -> str:
        return shorten_path(path, self._home)

    def _load(self) -> _Writer:
        device = load_device(self._data)
        return _Writer(device, WordRedactor(pseudonym_key(self._data, device)))

    def _project(self, folder: str) -> str | None:
        """The project of a folder that is on this machine; None for any other."""
        if folder not in self._projects:
            here = folder_here(folder)
            try:
                self._projects[folder] = find_project(here, self._data) if here is not None else None
            except (StorageError, OSError):
                self._projects[folder] = None
        return self._projects[folder]


def _begin(importer: Importer, path: Path, state: State, known: Seen | None) -> Seen:
    """Where to begin: behind what was read already, unless the file is another one now, or other messages are made of it."""
    version = importer.parser_version
    if known is None:
        return Seen(0, state, b"", version)
    goes_on = (
        importer.is_appended
        and known.parser_v == version
        and 0 < known.offset <= state.size
        and mark_of(path, known.offset) == known.mark
    )
    if not goes_on:
        return Seen(0, state, b"", version, known.sessions)
    return Seen(known.offset, state, known.mark, version, known.sessions, known.last)
