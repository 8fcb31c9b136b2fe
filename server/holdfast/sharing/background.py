"""Syncing while an editor runs: in a thread of its own, quietly, after a session ended and every so often."""

import logging
import random
import threading
from collections.abc import Callable
from typing import Final

from holdfast.errors import HoldfastError
from holdfast.sharing.sync import SyncReport

_LOG: Final = logging.getLogger(__name__)
_LONGEST_PAUSE_S: Final = 4 * 3600.0
_CLOSE_S: Final = 5.0

SyncOnce = Callable[[bool], SyncReport | None]
"""Sync once, sealing everything if told so; None where sharing is not set up. Raises HoldfastError."""


class SyncRunner:
    """Calls `sync_once` every `every_s` seconds and when asked to; after a failure less and less often.

    `on_report` is told what each did, `on_error` the first failure of a kind; both in the thread. Never raises.
    """

    def __init__(
        self,
        sync_once: SyncOnce,
        *,
        every_s: float,
        on_report: Callable[[SyncReport], None] = lambda _: None,
        on_error: Callable[[HoldfastError], None] = lambda _: None,
    ) -> None:
        self._sync_once = sync_once
        self._every_s = every_s
        self._on_report = on_report
        self._on_error = on_error
        self._wake = threading.Event()
        self._closing = threading.Event()
        self._everything = False
        self._last_error = ""
        self._failures = 0
        self._thread = threading.Thread(target=self._run, name="holdfast-sync", daemon=True)

    def start(self) -> None:
        """Begin; the first sync comes at once."""
        self._thread.start()

    def now(self) -> None:
        """Sync as soon as possible, and all there is: a session ended, or a person asks. Returns at once."""
        self._everything = True
        self._wake.set()

    def close(self, wait_s: float = _CLOSE_S) -> None:
        """End; a sync that is under way is waited for, `wait_s` seconds at most. Broken off, the next one completes it."""
        self._closing.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(wait_s)

    def _run(self) -> None:
        while not self._closing.is_set():
            self._wake.clear()
            everything = self._everything
            if everything:
                # Not cleared otherwise: `now` may be called in between, and would be forgotten.
                self._everything = False
            try:
                self._sync(everything=everything)
            except Exception:  # noqa: BLE001 - the thread must not end with one sync
                _LOG.exception("A sync broke.")
                self._failures += 1
            if not self._closing.is_set():
                self._wake.wait(self._pause_s())

    def _sync(self, *, everything: bool) -> None:
        try:
            report = self._sync_once(everything)
        except HoldfastError as error:
            self._failures += 1
            self._everything = self._everything or everything
            if str(error) != self._last_error:
                self._last_error = str(error)
                _LOG.info("Not synced: %s", error)
                self._on_error(error)
            return
        self._failures = 0
        self._last_error = ""
        if report is not None:
            self._on_report(report)

    def _pause_s(self) -> float:
        """Longer after each failure in a row; not the same on all machines, so that they do not meet every time."""
        pause: float = min(self._every_s * 2 ** min(self._failures, 10), max(_LONGEST_PAUSE_S, self._every_s))
        return pause * random.uniform(0.9, 1.1)  # noqa: S311 - no secret
