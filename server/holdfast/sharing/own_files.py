"""A copy on this disk of every file that this device shares.

What is shared is made equal to it: a place that was away, lost files or is new gets what it lacks, and what a killed process
began is finished by the next one. Segments are never sealed twice for it, since sealing again gives other bytes and so
another name.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from holdfast.errors import StorageError
from holdfast.sharing.private_file import read_private, write_private
from holdfast.sharing.transport import LARGEST_FILE, is_shared_name


class OwnFiles:
    """The copies, below `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> frozenset[str]:
        """What there is."""
        if not self._folder.is_dir():
            return frozenset()
        paths = (path for path in self._folder.rglob("*") if path.is_file())
        names = (path.relative_to(self._folder).as_posix() for path in paths)
        return frozenset(name for name in names if is_shared_name(name))

    def read(self, name: str) -> bytes | None:
        """The bytes of `name`, or None."""
        return read_private(self._folder / name, LARGEST_FILE) if is_shared_name(name) else None

    def change(self, files: Mapping[str, bytes], remove: Sequence[str] = ()) -> None:
        """Keep `files`, and no longer `remove`. Raises StorageError or DiskFull."""
        for name, data in files.items():
            if not is_shared_name(name):
                raise StorageError(f"“{name}” is no name of a shared file.")
            write_private(self._folder / name, data)
        for name in remove:
            if is_shared_name(name):
                (self._folder / name).unlink(missing_ok=True)
                with suppress(OSError):
                    (self._folder / name).parent.rmdir()
