"""Files of this user's alone that change as a whole: a reader meets the old text or the new one, never half of one."""

import errno
import os
import tempfile
from pathlib import Path

from holdfast.errors import DiskFull, StorageError
from holdfast.locations import make_private


def read_private(path: Path, most: int) -> bytes | None:
    """What `path` holds; None when there is no such file. Raises StorageError, also for more than `most` bytes."""
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StorageError(f"Cannot read {path}: {error.strerror}.", remedy="Check its permissions.") from error
    if len(data) > most:
        raise StorageError(f"{path} is larger than anything Holdfast writes there.", remedy="Move it away.")
    return data


def write_private(path: Path, data: bytes) -> None:
    """Put `data` into `path` (0600), there after a power cut too. Raises StorageError or DiskFull."""
    make_private(path.parent)
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.", suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise DiskFull(f"No space left to write {path}.", remedy="Free some space and try again.") from error
        raise StorageError(f"Cannot write {path}: {error.strerror}.", remedy="Check its permissions.") from error
