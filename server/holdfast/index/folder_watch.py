"""Watching the folders of a workspace that are not ignored, one by one, so that ignored ones cost nothing.

`watchfiles` (inotify, FSEvents, ReadDirectoryChangesW) does the watching. Where it cannot, because a limit of the system
is reached or the file system sends no events, `failure` says so and the caller has to look by itself.
"""

import os
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from watchfiles import _rust_notify

_DEBOUNCE_MS: Final = 50
_STEP_MS: Final = 20
_BUSY_STEP_MS: Final = 2
_ATTEMPTS: Final = 3


class FolderWatch:
    """The watch of one indexer; `follow` says what to watch, `changes` waits for what changed."""

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop
        self._notify: _rust_notify.RustNotify | None = None
        self._folders: frozenset[Path] = frozenset()
        self._left_over: set[str] = set()
        self.failure: str | None = None

    def follow(self, folders: Iterable[Path]) -> None:
        """Watch exactly these. The new watch begins before the old one ends, so that no change falls between."""
        wanted = frozenset(folders)
        if wanted == self._folders and self._notify is not None:
            return
        fresh = self._begin(wanted)
        if self._notify is not None:
            self._left_over |= self._take(self._notify, 1, _BUSY_STEP_MS)
            self._notify.close()
        self._notify, self._folders = fresh, wanted

    def changes(self, timeout_s: float, *, is_busy: bool) -> set[str]:
        """Absolute paths that changed, gathered for at most 50 ms; empty after `timeout_s` without any, or to stop."""
        if self._left_over:
            found, self._left_over = self._left_over, set()
            return found
        if self._notify is None:
            self._stop.wait(timeout_s)
            return set()
        try:
            return self._take(self._notify, max(1, int(timeout_s * 1000)), _BUSY_STEP_MS if is_busy else _STEP_MS)
        except (OSError, RuntimeError) as error:
            self._fail(error)
            return set()

    def has_changes(self) -> bool:
        """Whether `changes` would answer at once; looks for 2 ms."""
        if not self._left_over and self._notify is not None:
            self._left_over = self.changes(0.001, is_busy=True)
        return bool(self._left_over)

    def close(self) -> None:
        """End the watch."""
        if self._notify is not None:
            self._notify.close()
            self._notify = None

    def _take(self, notify: _rust_notify.RustNotify, timeout_ms: int, step_ms: int) -> set[str]:
        answer = notify.watch(_DEBOUNCE_MS, step_ms, timeout_ms, self._stop)
        if answer == "signal":
            raise KeyboardInterrupt
        return set() if isinstance(answer, str) else {path for _, path in answer}

    def _begin(self, folders: frozenset[Path]) -> _rust_notify.RustNotify | None:
        error: Exception | None = None
        for _ in range(_ATTEMPTS):
            there = [str(folder) for folder in folders if folder.is_dir() and os.access(folder, os.R_OK)]
            try:
                # The last argument would pass over what may not be read, and with it every folder above the limit.
                notify = _rust_notify.RustNotify(there, False, False, 0, False, False)
            except FileNotFoundError as gone:
                error = gone  # a folder went away while we looked: its parent tells of it
            except (OSError, RuntimeError) as failed:
                error = failed
                break
            else:
                self.failure = None
                return notify
        if error is not None:
            self._fail(error)
        return None

    def _fail(self, error: Exception) -> None:
        reason = str(error).partition(" about ")[0].rstrip(".")
        self.failure = f"Changes cannot be watched ({reason}); looking for them every few seconds instead."
        self.close()
