"""What the indexer of a workspace does, as a small file that everybody may read, and the way to ask it for a rescan.

The file is replaced as a whole, at most five times a second. A request is a token in a file of its own; the indexer
answers it by writing the token into its state once the rescan it asked for is in the index.
"""

import json
import os
import secrets
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final, Literal

from pydantic import TypeAdapter, ValidationError

from holdfast.locations import make_private
from holdfast.sqlite.connection import translated_errors

Phase = Literal["scanning", "indexing", "idle", "failed"]

_STATE_FILE: Final = "indexer.json"
REQUEST_FOLDER: Final = "requests"
_REQUEST_FILE: Final = "rescan"
_PAUSE_S: Final = 0.2
_LONGEST_TOKEN: Final = 100


@dataclass(frozen=True, slots=True)
class IndexerState:
    """`done` of `total` files in this phase; `generation` counts committed changes of the index.

    `error` says what is wrong even while indexing goes on (a watcher that failed, so that it polls).
    """

    phase: Phase = "scanning"
    done: int = 0
    total: int = 0
    generation: int = 0
    pid: int = 0
    error: str | None = None
    answered_request: str = ""


_STATE: Final = TypeAdapter(IndexerState)


def read_state(directory: Path) -> IndexerState:
    """The last published state; the state before any indexer has run when there is none, or it cannot be read."""
    try:
        return _STATE.validate_json((directory / _STATE_FILE).read_bytes())
    except (OSError, ValidationError):
        return IndexerState()


def request_rescan(directory: Path) -> str:
    """Ask the indexer that owns `directory` for a full rescan; its token shows up as `answered_request`."""
    token = secrets.token_hex(8)
    folder = request_folder(directory)
    with translated_errors(folder):
        replace_text(folder / _REQUEST_FILE, token)
    return token


def request_folder(directory: Path) -> Path:
    """The folder the request file appears in; made when missing."""
    return make_private(directory / REQUEST_FOLDER)


def pending_request(directory: Path) -> str:
    """The token of the last request, "" when there never was one."""
    try:
        with (directory / REQUEST_FOLDER / _REQUEST_FILE).open("rb") as file:
            return file.read(_LONGEST_TOKEN).decode("ascii", errors="replace").strip()
    except OSError:
        return ""


class StatePublisher:
    """Writes the state file for the one indexer of `directory`."""

    def __init__(self, directory: Path) -> None:
        self._path = make_private(directory) / _STATE_FILE
        self._state = IndexerState(pid=os.getpid())
        self._written: IndexerState | None = None
        self._written_at = float("-inf")

    @property
    def state(self) -> IndexerState:
        """The state as it is, written or not yet."""
        return self._state

    def update(self, state: IndexerState) -> None:
        """Take a new state and write it, unless the last was written just now: then `flush` or a later update does.

        A change of phase is always written.
        """
        self._state = replace(state, pid=os.getpid())
        urgent = self._written is None or self._written.phase != state.phase
        if urgent or time.monotonic() - self._written_at >= _PAUSE_S:
            self.flush()

    def flush(self) -> None:
        """Write what is not written yet. Where nothing can be written at all, that must not stop the work."""
        if self._state == self._written:
            return
        text = json.dumps(asdict(self._state))
        with suppress(OSError):
            try:
                replace_text(self._path, text)
            except OSError:
                _write_over(self._path, text)
            self._written = self._state
        self._written_at = time.monotonic()


def replace_text(path: Path, text: str) -> None:
    """Put a small private file in the place of `path`, as a whole. Raises OSError."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        temporary.replace(path)
    except OSError:
        with suppress(OSError):
            temporary.unlink()
        raise


def _write_over(path: Path, text: str) -> None:
    """Say it in the block that the file already has: on a full disk there is no other. One write, padded over the old."""
    with path.open("r+b", buffering=0) as file:
        file.write(text.encode().ljust(os.fstat(file.fileno()).st_size))
