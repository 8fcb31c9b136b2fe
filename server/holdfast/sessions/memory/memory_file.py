"""`.holdfast/memory.md`: what sessions settled, for other tools of the same person to read. Off until switched on.

A tool that reads it sends it to whatever model it works with, perhaps on another machine: hence the switch, one for each
folder, kept in the data directory where no repository can turn it.
"""

import contextlib
import hashlib
import logging
import os
import time
from pathlib import Path
from typing import Final

from holdfast.errors import HoldfastError, StorageError
from holdfast.locations import make_private
from holdfast.redaction.redactor import Redactor
from holdfast.sessions.entries.clock import wall_clock_ms
from holdfast.sessions.identity.device import load_device
from holdfast.sessions.identity.pseudonyms import pseudonym_key
from holdfast.sessions.memory.digest import memory_digest
from holdfast.sessions.memory.hidden_folder import FOLDER, hidden_folder, write_whole
from holdfast.sessions.memory.reader import MemoryReader

logger = logging.getLogger(__name__)

NAME: Final = "memory.md"
_UNDER_WAY_SECONDS: Final = 600
"""A part of a file that is older than this was left behind by a process that was killed."""
NOTICE: Final = (
    f"{FOLDER}/{NAME} will hold what you decided and corrected in earlier sessions of this project, and what was left open. "
    "Git never sees it. But an agent that reads it, such as Claude Code, sends it to its model: to another company's machine, "
    "where that model runs there."
)
IMPORT: Final = f"@{FOLDER}/{NAME}"
"""The line by which Claude Code reads it, in a CLAUDE.local.md that git does not track."""


class MemoryFile:
    """The file in the workspace `root`, with the switch in the data directory `data`."""

    def __init__(self, root: Path, data: Path, reader: MemoryReader) -> None:
        self.path = root / FOLDER / NAME
        self._root = root
        self._data = data
        self._reader = reader
        key = hashlib.blake2b(os.fsencode(root.resolve()), digest_size=16).hexdigest()
        self._switch = data / "memory-files" / key

    @property
    def is_on(self) -> bool:
        """Whether the person wants it."""
        return self._switch.is_file()

    def switch_on(self) -> None:
        """From now on it is written. Raises HoldfastError, and it is then as it was."""
        hidden_folder(self._root)
        make_private(self._switch.parent)
        write_whole(self._switch, f"{self._root.resolve()}\n")

    def switch_off(self) -> bool:
        """From now on it is not; whether there was one to take away. Raises StorageError."""
        try:
            self._switch.unlink(missing_ok=True)
            if self.path.parent.is_symlink():
                return False
            was_there = self.path.is_file()
            self.path.unlink(missing_ok=True)
            self._sweep(0)
            if was_there or self.path.parent.is_dir():
                self._leave()
        except OSError as error:
            raise StorageError(f"{self.path} cannot be deleted: {error.strerror}.", remedy="Delete it.") from error
        return was_there

    def text(self) -> str:
        """What it says now; redacted once more, by the newest rules. Raises StorageError."""
        sessions, memory = self._reader.last_sessions(), self._reader.memory()
        if not self._reader.is_sure:
            raise StorageError("The session log could not be read.", remedy="The log says why; nothing was written.")
        page = memory_digest(memory, sessions, now_ms=wall_clock_ms())
        redactor = Redactor(pseudonym_key(self._data, load_device(self._data)))
        return redactor.redact(page, conversation=True).text

    def write(self) -> bool:
        """Write it where it says something else than before; whether it did. Raises HoldfastError where it is switched off."""
        if not self.is_on:
            raise HoldfastError(f"{self.path} is switched off.", remedy="Run `holdfast memory on` first.")
        text = self.text()
        self._sweep(_UNDER_WAY_SECONDS)
        if self._present() == text:
            return False
        write_whole(hidden_folder(self._root) / NAME, text)
        return True

    def _sweep(self, seconds: float) -> None:
        """Take away what a process that was killed while it wrote has left there, `seconds` ago or more."""
        with contextlib.suppress(OSError):
            for part in [] if self.path.parent.is_symlink() else self.path.parent.glob(f".{NAME}.*"):
                if time.time() - part.lstat().st_mtime >= seconds:
                    part.unlink()

    def _leave(self) -> None:
        """Delete the folder; where something else lies in it, it goes on hiding that from git."""
        ignore = self.path.parent / ".gitignore"
        if list(self.path.parent.iterdir()) in ([], [ignore]):
            ignore.unlink(missing_ok=True)
            with contextlib.suppress(OSError):
                self.path.parent.rmdir()

    def _present(self) -> str | None:
        try:
            return None if self.path.is_symlink() else self.path.read_text(encoding="utf-8")
        except (OSError, ValueError):
            return None


def rewrite_memory_files(data: Path) -> None:
    """Write every file that is switched on anew, in whichever folder: what was just forgotten is gone from it. Never raises."""
    for switch in sorted((data / "memory-files").glob("*")):
        try:
            root = Path(switch.read_text(encoding="utf-8", errors="surrogateescape").strip())
            if not (root / FOLDER / NAME).is_file():
                continue
            reader = MemoryReader(data / "sessions.db", root)
            reader.find_project()
            with contextlib.closing(reader):
                MemoryFile(root, data, reader).write()
        except (HoldfastError, OSError, ValueError) as error:
            logger.warning("%s", error)
