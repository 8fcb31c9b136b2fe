"""What a sidecar holds to count tokens: never waits, never raises, writes from a thread of its own.

What is spent is summed in memory and written once a second at most, in one transaction. While the database cannot be
written (full disk, locked, no permission) the sums wait, and the log says so once: they take no more room, however long
it lasts. What other windows spent is read again with each write, and every few seconds while somebody asks for it.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import date
from typing import Final

from holdfast.errors import StorageError
from holdfast.spending import Spending
from holdfast.usage.daily_sum import Ledger, sum_of, today
from holdfast.usage.store import UsageStore

_LOG: Final = logging.getLogger(__name__)
GATHER_S: Final = 1.0
FRESH_S: Final = 5.0
_LAST_RETRY_S: Final = 30.0
_CLOSE_S: Final = 5.0


class UsageRecorder:
    """Counts from `start` to `close`; every other method returns at once, and any thread may call it.

    `day` says which calendar day it is.
    """

    def __init__(
        self,
        store: UsageStore,
        *,
        day: Callable[[], date] = today,
        gather_s: float = GATHER_S,
        fresh_s: float = FRESH_S,
    ) -> None:
        self._store = store
        self._day = day
        self._gather_s = gather_s
        self._fresh_s = fresh_s
        self._news = threading.Condition()
        self._waiting = Ledger()
        self._writing = Ledger()
        self._stored: tuple[date, int] | None = None
        self._read_at = -float("inf")
        self._is_asked = False
        self._closing = threading.Event()
        self._failing = False
        self._thread = threading.Thread(target=self._run, name="holdfast-usage", daemon=True)

    def start(self) -> None:
        """Read what was spent today, and begin to write. Blocks for that one reading."""
        self._read()
        self._thread.start()

    def close(self) -> None:
        """Write what is left; waits for it, five seconds at most."""
        self._closing.set()
        with self._news:
            self._news.notify()
        if self._thread.is_alive():
            self._thread.join(_CLOSE_S)

    def spent(self, spending: Spending) -> None:
        """One request was made."""
        with self._news:
            self._waiting.add([sum_of(spending, self._day())])
            self._news.notify()

    def tokens_today(self) -> int:
        """What all windows of this person have spent today, as far as it is known here."""
        day = self._day()
        with self._news:
            if time.monotonic() - self._read_at > self._fresh_s and not self._is_asked:
                self._is_asked = True
                self._news.notify()
            stored = self._stored[1] if self._stored is not None and self._stored[0] == day else 0
            return stored + self._waiting.tokens_of(day) + self._writing.tokens_of(day)

    def _run(self) -> None:
        wait_s = self._gather_s
        try:
            while not self._closing.is_set():
                with self._news:
                    self._news.wait_for(lambda: self._waiting or self._writing or self._is_asked or self._is_closing)
                if self._waiting or self._writing:
                    self._closing.wait(wait_s)
                wait_s = self._gather_s if self._write() else min(max(wait_s, 0.1) * 2, _LAST_RETRY_S)
            if not self._write():
                _LOG.warning("The tokens counted last could not be written and are lost.")
        except Exception:  # noqa: BLE001  a task ends here; typing goes on
            _LOG.exception("Tokens are no longer counted.")
        finally:
            self._store.close()

    @property
    def _is_closing(self) -> bool:
        return self._closing.is_set()

    def _write(self) -> bool:
        """Write what waits and read what all have spent; False where it must be tried again."""
        with self._news:
            self._writing.add(self._waiting.take())
            sums = self._writing.take()
            self._writing.add(sums)
        try:
            if sums:
                self._store.add(sums)
        except StorageError as error:
            if not self._failing:
                _LOG.warning("The tokens used cannot be written down; they are counted in memory. %s", error)
            self._failing = True
            return False
        self._failing = False
        self._read(written=True)
        return True

    def _read(self, *, written: bool = False) -> None:
        day = self._day()
        try:
            stored = self._store.tokens_of(day)
        except StorageError as error:
            _LOG.debug("What was spent today cannot be read. %s", error)
            stored = None
        with self._news:
            if stored is None:
                known = self._stored[1] if self._stored is not None and self._stored[0] == day else 0
                stored = known + (self._writing.tokens_of(day) if written else 0)
            self._stored = (day, stored)
            if written:
                self._writing.take()
            self._read_at, self._is_asked = time.monotonic(), False
