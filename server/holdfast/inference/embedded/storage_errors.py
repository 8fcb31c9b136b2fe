"""File system errors about the corpus, in our words."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from holdfast.errors import DiskFull, StorageError


@contextmanager
def translated_errors(directory: Path) -> Iterator[None]:
    """Map an OSError about `directory` to DiskFull or StorageError."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFull(
                f"No space left in {directory}; completions go on from the data of the last build.",
                remedy="Free some space; the next build catches up.",
            ) from error
        raise StorageError(
            f"Cannot write in {directory}: {error.strerror or error}.",
            remedy="Check its permissions, or set HOLDFAST_CACHE_DIR to a folder of yours.",
        ) from error
