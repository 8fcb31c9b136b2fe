"""`.holdfast/memory.md`: what sessions settled, for other tools of the same person to read. Off until switched on.

A tool that reads it sends it to whatever model it works with, perhaps on another machine: hence the switch, one for each
folder, kept in the data directory where no repository can turn it.
"""

import contextlib
import hashlib
import os
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

NAME: Final = "memory.md"
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
            (self.path.parent / ".gitignore").unlink(missing_ok=True)
            with contextlib.suppress(OSError):  # something else lies there
                self.path.parent.rmdir()
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
        if self._present() == text:
            return False
        write_whole(hidden_folder(self._root) / NAME, text)
        return True

    def _present(self) -> str | None:
        try:
            return None if self.path.is_symlink() else self.path.read_text(encoding="utf-8")
        except (OSError, ValueError):
            return None
