"""One process at a time changes what this device shares, and what it remembers of who belongs.

Two at once could each write what it knew before the other's change, and a revocation would be lost.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from holdfast.sharing.errors import SharingError
from holdfast.sqlite.process_lock import ProcessLock

_FILE: Final = "sync.lock"
_TRY_AGAIN_S: Final = 0.2


class SyncUnderWay(SharingError):
    """Another process of this user syncs just now."""

    is_transient = True


@contextmanager
def alone(data: Path, wait_s: float = 0.0) -> Iterator[None]:
    """Be the only one; waits so long for another. Raises SyncUnderWay or StorageError."""
    until = time.monotonic() + wait_s
    with ProcessLock(data / "sharing", _FILE) as lock:
        while not lock.try_acquire():
            if time.monotonic() >= until:
                raise SyncUnderWay("A sync is under way already.", remedy="Wait until it is done, and try again.")
            time.sleep(_TRY_AGAIN_S)
        yield
