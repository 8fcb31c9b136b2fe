"""The lock that makes one process the only writer of a workspace's index."""

from pathlib import Path
from typing import Final

from holdfast.sqlite.process_lock import ProcessLock

EXIT_ALREADY_INDEXED: Final = 75
"""How an indexer ends where another process owns the index (75 is EX_TEMPFAIL of sysexits.h)."""

_LOCK_FILE: Final = "indexer.lock"


class IndexerLock(ProcessLock):
    """That of the index in `directory`."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory, _LOCK_FILE)


def is_locked(directory: Path) -> bool:
    """Whether some process holds the lock of `directory` just now."""
    lock = IndexerLock(directory)
    free = lock.try_acquire()
    lock.release()
    return not free
