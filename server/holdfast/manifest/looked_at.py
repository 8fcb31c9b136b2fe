"""What was looked at on the way to a manifest, there or not, so that a change of any of it is noticed by a few `stat`s."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path

Stamp = tuple[int, int, int]


def stamp_of(path: str) -> Stamp | None:
    """What changes with a file or folder; None where there is none. Follows links."""
    try:
        status = os.stat(path)  # noqa: PTH116 - asked some dozen times at every pause, and a Path costs more
    except (OSError, ValueError):
        return None
    return (status.st_mtime_ns, status.st_size, status.st_ino)


class LookedAt:
    """Collects the stamps of one reading. A stamp is taken before what it stands for is read."""

    def __init__(self) -> None:
        self._stamps: dict[str, Stamp | None] = {}

    @property
    def stamps(self) -> Mapping[str, Stamp | None]:
        """By path."""
        return self._stamps

    def is_there(self, path: Path) -> bool:
        """Whether something is at `path`; remembered."""
        name = str(path)
        if name not in self._stamps:
            self._stamps[name] = stamp_of(name)
        return self._stamps[name] is not None

    def is_folder(self, path: Path) -> bool:
        """Whether a folder is at `path`; remembered, with what lies in it."""
        try:
            return self.is_there(path) and stat.S_ISDIR(path.stat().st_mode)
        except (OSError, ValueError):
            return False


def has_changed(stamps: Mapping[str, Stamp | None]) -> bool:
    """Whether one of `stamps` is another now."""
    return any(stamp_of(path) != stamp for path, stamp in stamps.items())
