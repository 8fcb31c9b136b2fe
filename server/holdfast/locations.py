"""Where Holdfast keeps its files: derived data in the cache directory, recorded data in the data directory.

Directories are made 0700. `HOLDFAST_CACHE_DIR` and `HOLDFAST_DATA_DIR` override the platform's places.
"""

import errno
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from holdfast.errors import DiskFull, StorageError

_PRIVATE_DIRECTORY = 0o700


@dataclass(frozen=True, slots=True)
class Locations:
    """The two roots everything is kept under."""

    data: Path
    cache: Path

    @property
    def sessions_db(self) -> Path:
        """The session log of this user on this machine."""
        return self.data / "sessions.db"

    @property
    def usage_db(self) -> Path:
        """How many tokens were used, by day."""
        return self.data / "usage.db"

    @property
    def trusted_folders(self) -> Path:
        """What `holdfast trust` wrote: one JSON list of folders."""
        return self.data / "trusted.json"

    def workspace_cache(self, workspace: Path) -> Path:
        """The folder for one workspace's index and embedded model; named by a hash of the resolved path."""
        key = hashlib.blake2b(os.fsencode(workspace.resolve()), digest_size=12).hexdigest()
        return self.cache / "workspaces" / key


def find_locations(environment: Mapping[str, str]) -> Locations:
    """The places for this user, `environment` first."""
    data = environment.get("HOLDFAST_DATA_DIR") or platformdirs.user_data_dir("holdfast", appauthor=False)
    cache = environment.get("HOLDFAST_CACHE_DIR") or platformdirs.user_cache_dir("holdfast", appauthor=False)
    return Locations(data=Path(data).expanduser().absolute(), cache=Path(cache).expanduser().absolute())


def make_private(directory: Path) -> Path:
    """Create `directory` (0700, with parents) and return it; raises StorageError with the remedy."""
    try:
        for missing in reversed([place for place in (directory, *directory.parents) if not place.exists()]):
            missing.mkdir(mode=_PRIVATE_DIRECTORY, exist_ok=True)
        directory.mkdir(mode=_PRIVATE_DIRECTORY, exist_ok=True)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise DiskFull(f"No space left to make {directory}.", remedy="Free some space and try again.") from error
        raise StorageError(
            f"Cannot make the folder {directory}: {error.strerror}.",
            remedy="Check its permissions, or set HOLDFAST_CACHE_DIR and HOLDFAST_DATA_DIR to folders of yours.",
        ) from error
    return directory
