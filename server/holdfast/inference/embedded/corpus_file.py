"""The corpus on disk: one file of aligned sections, closed by a footer that says where they are.

A new corpus is written to a temporary name, flushed, and renamed to the next generation (`corpus-000007.bin`). A reader
takes the highest generation whose footer and length agree, so a kill at any moment leaves the old one or the new one;
a reader that has mapped the old one keeps it, and old generations go when nothing holds them (Windows keeps a mapped
file until the next build).
"""

import contextlib
import json
import logging
import mmap
import os
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from holdfast.inference.embedded.storage_errors import translated_errors
from holdfast.locations import make_private

_FORMAT: Final = 1
_MAGIC: Final = b"HFEMBED1"
_ALIGNMENT: Final = 8
_TRAILER_BYTES: Final = 4 + 4 + len(_MAGIC)
_GENERATION: Final = re.compile(r"corpus-(\d{6,})\.bin")
_logger = logging.getLogger(__name__)


class CorpusWriter:
    """Writes one generation under `directory`; a context manager that publishes on success and cleans up on failure.

    Raises StorageError or DiskFull; the corpus already there stays as it is.
    """

    def __init__(self, directory: Path) -> None:
        make_private(directory)
        self._directory = directory
        self.path = directory / f"building-{os.getpid()}.tmp"
        self._sections: dict[str, tuple[int, int]] = {}

    def __enter__(self) -> Self:
        with translated_errors(self._directory):
            for stale in self._directory.glob("*.tmp"):
                stale.unlink(missing_ok=True)
            self._file = os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        try:
            if kind is None:
                with translated_errors(self._directory):
                    self._publish()
        finally:
            with contextlib.suppress(OSError):
                self._file.close()
            with contextlib.suppress(OSError):
                self.path.unlink(missing_ok=True)

    def write(self, name: str, pieces: Iterable[bytes]) -> tuple[int, int]:
        """Append a section; returns its (offset, bytes), readable at once in the file at `path`."""
        with translated_errors(self._directory):
            start = self._file.tell()
            for piece in pieces:
                self._file.write(piece)
            length = self._file.tell() - start
            self._file.write(bytes(-length % _ALIGNMENT))
            self._file.flush()
        self._sections[name] = (start, length)
        return start, length

    def _publish(self) -> None:
        footer = json.dumps({"format": _FORMAT, "sections": self._sections}).encode()
        self._file.write(footer)
        self._file.write(len(footer).to_bytes(4, "little") + zlib.crc32(footer).to_bytes(4, "little") + _MAGIC)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        older = generations(self._directory)
        number = older[0].number + 1 if older else 1
        self.path.replace(self._directory / f"corpus-{number:06d}.bin")
        for generation in older:
            with contextlib.suppress(OSError):
                generation.path.unlink()


class CorpusFile:
    """A mapped generation: its sections as read-only arrays and bytes. Raises ValueError when it is damaged."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            try:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            except ValueError as error:
                raise ValueError("it is empty") from error
        self.bytes = len(self._map)
        self._sections = self._read_footer()

    def array(self, name: str) -> npt.NDArray[np.uint32]:
        """A section of 32-bit numbers, mapped."""
        start, length = self._section(name)
        return np.frombuffer(self._map, dtype="<u4", count=length // 4, offset=start)

    def view(self, name: str) -> memoryview:
        """A section of bytes, mapped."""
        start, length = self._section(name)
        return memoryview(self._map)[start : start + length]

    def _section(self, name: str) -> tuple[int, int]:
        start, length = self._sections[name]
        if start < 0 or length < 0 or start + length > self.bytes:
            raise ValueError(f"section {name} lies outside the file")
        return start, length

    def _read_footer(self) -> dict[str, tuple[int, int]]:
        trailer = self._map[-_TRAILER_BYTES:]
        if len(trailer) < _TRAILER_BYTES or not trailer.endswith(_MAGIC):
            raise ValueError("its end is missing")
        size, checksum = int.from_bytes(trailer[:4], "little"), int.from_bytes(trailer[4:8], "little")
        footer = self._map[max(0, self.bytes - _TRAILER_BYTES - size) : self.bytes - _TRAILER_BYTES]
        if zlib.crc32(footer) != checksum:
            raise ValueError("its footer does not match its checksum")
        content = json.loads(footer)
        if content["format"] != _FORMAT:
            raise ValueError(f"format {content['format']} is not {_FORMAT}")
        return {name: (int(start), int(length)) for name, (start, length) in content["sections"].items()}


@dataclass(frozen=True, slots=True)
class Generation:
    """One finished corpus; its times tell it from another of the same number, after the folder was cleared."""

    number: int
    path: Path
    changed_ns: int


def generations(directory: Path) -> list[Generation]:
    """The generations in `directory`, newest first; none when it cannot be read."""
    found: list[Generation] = []
    try:
        with os.scandir(directory) as entries:
            found = [
                Generation(int(match[1]), Path(entry.path), entry.stat().st_mtime_ns)
                for entry in entries
                if (match := _GENERATION.fullmatch(entry.name))
            ]
    except FileNotFoundError:
        pass
    except OSError as error:
        _logger.warning("Cannot read %s: %s; completing from open files only.", directory, error)
    return sorted(found, key=lambda generation: -generation.number)
