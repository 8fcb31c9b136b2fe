"""What goes on with the session log while a window is open and nobody asks: Claude Code is followed, logs are shared.

All of it in threads, imported and begun after the first key could be answered.
"""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from holdfast.errors import HoldfastError
from holdfast.locations import Locations
from holdfast.redaction.model_pass import Ask
from holdfast.sessions.importers.follow import ClaudeCodeFollower
from holdfast.sessions.importers.surroundings import surroundings
from holdfast.sharing.background import SyncRunner
from holdfast.sharing.progress import Progress
from holdfast.sharing.sync import SyncReport, sync_as_set_up
from holdfast.sharing.sync_lock import SyncUnderWay

_LOG: Final = logging.getLogger(__name__)
_SYNC_EVERY_S: Final = 300.0


class SyncAsSetUp(Protocol):
    """`sharing.sync.sync_as_set_up`."""

    def __call__(self, data: Path, *, everything: bool, progress: Progress) -> SyncReport | None:
        """Sync the data directory; None where nothing was set up."""


@dataclass(frozen=True, slots=True)
class Syncing:
    """A sync that is under way: since when (monotonic seconds), what it does, and how far it is in per cent, if it knows."""

    since: float
    doing: str
    percentage: int | None


class SessionBackground:
    """For the folders `roots`, once; every method blocks and is called in a worker thread. `sync` is one sync."""

    def __init__(
        self,
        locations: Locations,
        roots: Sequence[Path],
        model: Callable[[], Ask | None] = lambda: None,
        sync: SyncAsSetUp = sync_as_set_up,
    ) -> None:
        self._data = locations.data
        self._sync_as_set_up = sync
        self._followers = [
            ClaudeCodeFollower(root, locations.sessions_db, surroundings(), model=model) for root in roots
        ]
        self._syncing: Syncing | None = None
        self._sync = SyncRunner(self._sync_once, every_s=_SYNC_EVERY_S, on_report=_tell, on_error=_complain)

    def start(self) -> None:
        """Begin: Claude Code is followed where the person allowed it, and sharing goes on where it is set up."""
        for follower in self._followers:
            follower.start()
        self._sync.start()

    @property
    def syncing(self) -> Syncing | None:
        """What is being shared now; None while nothing is."""
        return self._syncing

    def sync_soon(self) -> None:
        """Sync all there is, as soon as possible."""
        self._sync.now()

    def close(self) -> None:
        """End; what is under way is gone on with the next time."""
        for follower in self._followers:
            follower.close()
        self._sync.close()

    def _sync_once(self, everything: bool) -> SyncReport | None:  # noqa: FBT001 - the runner's one value
        began = time.monotonic()

        def progress(doing: str, done: int, of: int) -> None:
            self._syncing = Syncing(began, doing, 100 * done // of if of else None)

        try:
            return self._sync_as_set_up(self._data, everything=everything, progress=progress)
        except SyncUnderWay:
            return None  # another window does
        finally:
            self._syncing = None


def _tell(report: SyncReport) -> None:
    received = sum(report.received.values())
    if report.sent or received:
        _LOG.info("Session logs: %d entries sent, %d received.", report.sent, received)
    for why in (*report.away.values(), *report.problems):
        _LOG.warning("%s", why)


def _complain(error: HoldfastError) -> None:
    _LOG.warning("Session logs are not shared: %s", error)
