"""Which file a process is cutting, noted where it can be read after the process has died of it.

A parser is native code: it can crash, and parts of it can run for ever. One small file for each process, in the folder
`cutting` beside the index, says the content hash and the path before a file is cut, and nothing afterwards. It costs two
writes of a hundred bytes; what is written outlives the process, and need not outlive the machine.

What runs for ever is ended by the system once the process has used 20 s of processor time on one file.
"""

import json
import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from holdfast.errors import StorageError
from holdfast.locations import make_private

LONGEST_CUT_CPU_S: Final = 20.0
_FOLDER: Final = "cutting"
_RECORD: Final = re.compile(r"([0-9a-f]{32}) (.+)")
_LARGEST_BYTES: Final = 10_000
_DONE: Final = b"\n"


@dataclass(frozen=True, slots=True)
class Suspect:
    """A file that was being cut when a process ended; `journal` is where it says so."""

    path: str
    hash: bytes
    journal: Path


class CutJournal:
    """The journal of this process for the index in `directory`; where it cannot be written, nothing is noted."""

    def __init__(self, directory: Path) -> None:
        self.file = directory / _FOLDER / str(os.getpid())
        self._descriptor: int | None = None
        with suppress(OSError, StorageError):
            make_private(self.file.parent)
            self._descriptor = os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)

    @contextmanager
    def on(self, path: str, content_hash: bytes) -> Iterator[None]:
        """Note that `path` is being cut, and end this process when that takes for ever."""
        # As JSON: a file's name may hold a line end.
        self._write(f"{content_hash.hex()} {json.dumps(path)}\n".encode())
        limit_cpu(LONGEST_CUT_CPU_S)
        try:
            yield
        finally:
            limit_cpu(0)
            self._write(_DONE)

    def close(self) -> None:
        """Take the journal away: this process has ended well."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
            with suppress(OSError):
                self.file.unlink()

    def _write(self, record: bytes) -> None:
        """One write at the beginning; what is left of a longer record before stands below the first line."""
        if self._descriptor is not None:
            with suppress(OSError):
                os.lseek(self._descriptor, 0, os.SEEK_SET)
                os.write(self._descriptor, record)


def limit_cpu(seconds: float) -> None:
    """End this process once it has used so much processor time from now on; 0 takes the limit back.

    By the signal's own action, for Python code does not run while a parser does. Nothing where there is no such timer.
    """
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds)


def left_journals(directory: Path) -> Iterator[Path]:
    """All journals that lie there, also one by this process' number: in a container the next process may have it again."""
    with suppress(OSError):
        yield from (file for file in sorted((directory / _FOLDER).iterdir()) if file.name.isdigit())


def suspect_of(journal: Path) -> Suspect | None:
    """What the process of this journal was cutting when it ended; None when nothing."""
    try:
        with journal.open("rb") as file:
            text = file.read(_LARGEST_BYTES).decode(errors="replace")
    except OSError:
        return None
    found = _RECORD.fullmatch(text.partition("\n")[0])
    if found is None:
        return None
    try:
        path = str(json.loads(found[2]))
    except ValueError:
        return None
    return Suspect(path, bytes.fromhex(found[1]), journal)
