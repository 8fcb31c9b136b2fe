"""Keeping the index of one workspace right for as long as it runs: scan, index, watch.

One thread does everything that writes, so that there is no order to get wrong: it takes what changed, works until
something else changes (a second at most), publishes its state, and takes again. Only `on_settled` runs beside it.

The system drops events when more come than it can hold, and nobody is told. So a flood of them, or having been held up
while they may have come (a stopped process, a machine with too much to do), means looking at everything once more.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from holdfast.errors import HoldfastError, StorageError, WorkspaceError
from holdfast.index.backlog import Backlog
from holdfast.index.chunk_store import ChunkStore, delete_index, is_corruption
from holdfast.index.folder_watch import FolderWatch
from holdfast.index.indexer_state import StatePublisher, pending_request, request_folder
from holdfast.index.open_files import take_preferred
from holdfast.index.source_text import SourceText, read_source

OnSettled = Callable[[Iterable[SourceText]], None]

_log = logging.getLogger(__name__)
_SLICE_S: Final = 1.0
_IDLE_WAIT_S: Final = 0.5
_SETTLE_S: Final = 20.0
_RETRY_S: Final = 2.0
_STORAGE_RETRY_S: Final = 30.0
_POLL_S: Final = 3.0
_SAFETY_RESCAN_S: Final = 600.0
_FLOOD: Final = 1_000
_LONGEST_FLOOD_S: Final = 2.0
_HELD_UP_S: Final = 2.0


def sources_of(root: Path, paths: Iterable[str]) -> Iterator[SourceText]:
    """The texts of indexed files as they are now; one that went away or changed its nature is passed over."""
    for path in paths:
        read = read_source(root, path)
        if not isinstance(read, str):
            yield read.source


class Indexer:
    """The indexer of `root`, whose index and state lie in `directory`; whoever runs it holds the IndexerLock."""

    def __init__(
        self, root: Path, directory: Path, on_settled: OnSettled | None = None, *, settle_s: float = _SETTLE_S
    ) -> None:
        self._root = root.resolve()
        self._directory = directory
        self._on_settled = on_settled
        self._settle_s = settle_s
        self._stop = threading.Event()
        self._publisher = StatePublisher(directory)
        self._watch = FolderWatch(self._stop)
        self._store: ChunkStore | None = None
        self._backlog: Backlog | None = None
        self._settling: threading.Thread | None = None
        self._settle_at = 0.0
        self._request = ""
        self._rescan_at = 0.0
        self._flood = 0
        self._flood_began = 0.0
        self._busy_until = 0.0
        self._count_at = 0.0

    def stop(self) -> None:
        """Ask `run` to return; may be called from any thread."""
        self._stop.set()

    def run(self) -> None:
        """Index and watch until stopped. What goes wrong is published as `failed` and tried again."""
        try:
            while not self._stop.is_set():
                try:
                    self._step()
                except StorageError as error:
                    if is_corruption(error):
                        self._fail(error, _RETRY_S)
                        delete_index(self._directory)
                    else:
                        self._fail(error, _STORAGE_RETRY_S)
                except WorkspaceError as error:
                    self._fail(error, _RETRY_S)
        finally:
            self._close()

    def _step(self) -> None:
        if self._store is not None and not self._store.is_in_place():
            _log.warning("the index of %s was deleted under the indexer; it is built again", self._root)
            self._close()
        backlog = self._backlog or self._begin()
        backlog.prefer(take_preferred(self._directory))
        if self._is_rescan_due():
            if backlog.has_urgent:
                backlog.work(_SLICE_S, lambda: False)
            self._rescan(backlog)
        changed = self._take_changes(backlog)
        if changed:
            self._notice(backlog, changed)
        if backlog.work(_SLICE_S, self._watch.has_changes) and self._settle_at:
            self._settle_at = time.monotonic() + self._settle_s
        # What follows counts as being held up: where it lasts, the system may have dropped events.
        self._busy_until = time.monotonic()
        self._publish(backlog)
        if backlog.is_empty:
            self._count_words()
        self._settle(backlog)

    def _begin(self) -> Backlog:
        self._publisher.update(replace(self._publisher.state, phase="scanning", done=0, total=0, error=None))
        self._store = ChunkStore.open(self._directory)
        self._backlog = Backlog(self._root, self._store)
        self._rescan_at = 0.0
        return self._backlog

    def _is_rescan_due(self) -> bool:
        return time.monotonic() >= self._rescan_at or pending_request(self._directory) != self._request

    def _rescan(self, backlog: Backlog) -> None:
        """Walk everything. Folders are watched before their files are read, so that no save falls between."""
        self._request = pending_request(self._directory)
        began = time.monotonic()
        backlog.rescan()
        self._follow(backlog)
        took = time.monotonic() - began
        pause = max(_POLL_S, 20 * took) if self._watch.failure else _SAFETY_RESCAN_S
        self._busy_until = time.monotonic()
        self._rescan_at = self._busy_until + pause

    def _follow(self, backlog: Backlog) -> None:
        folders = {self._root / folder for folder in backlog.directories}
        folders |= {path.parent for path in backlog.outer_rule_files if path.parent.is_dir()}
        self._watch.follow({*folders, request_folder(self._directory)})

    def _take_changes(self, backlog: Backlog) -> set[str]:
        """What changed, waited for when there is nothing else to do. Sees to a rescan where events may be missing."""
        wait_s = 0.001 if not backlog.is_empty else self._idle_wait_s()
        changed = self._watch.changes(wait_s, is_busy=not backlog.is_empty)
        now = time.monotonic()
        if self._flood == 0:
            self._flood_began = now
        self._flood += len(changed)
        is_over = not changed or now - self._flood_began > _LONGEST_FLOOD_S
        # From the end of the work before: it may have been stopped on the way here as well as while it waited.
        if now - self._busy_until > wait_s + _HELD_UP_S or (self._flood > _FLOOD and is_over):
            self._rescan_at = 0.0
        if is_over:
            self._flood = 0
        return changed

    def _notice(self, backlog: Backlog, changed: set[str]) -> None:
        outer = {str(path) for path in backlog.outer_rule_files}
        if changed & outer:
            self._rescan_at = 0.0
        inside: set[str] = set()
        for path in changed:
            relative = os.path.relpath(path, self._root)
            if not relative.startswith(".."):
                inside.add("" if relative == "." else relative.replace(os.sep, "/"))
        if "" in inside and not self._root.is_dir():
            self._rescan_at = 0.0
        elif backlog.notice(inside - {""}):
            self._follow(backlog)

    def _publish(self, backlog: Backlog) -> None:
        if self._store is None:
            return
        state = self._publisher.state
        is_idle = backlog.is_empty
        self._publisher.update(
            replace(
                state,
                phase="idle" if is_idle else "indexing",
                done=backlog.total if is_idle else backlog.done,
                total=backlog.total,
                generation=self._store.generation(),
                error=self._watch.failure,
                answered_request=self._request if is_idle else state.answered_request,
            )
        )
        if is_idle:
            self._publisher.flush()

    def _count_words(self) -> None:
        if self._store is not None and time.monotonic() >= self._count_at and not self._store.count_words():
            self._count_at = time.monotonic() + _STORAGE_RETRY_S

    def _settle(self, backlog: Backlog) -> None:
        """Hand all texts to `on_settled`, once the index is right and quiet; never twice at a time."""
        is_running = self._settling is not None and self._settling.is_alive()
        if self._on_settled is None or is_running or not backlog.is_empty or time.monotonic() < self._settle_at:
            return
        self._settle_at = float("inf")
        sources = sources_of(self._root, backlog.paths())
        self._settling = threading.Thread(target=_tell, args=(self._on_settled, sources), daemon=True)
        self._settling.start()

    def _idle_wait_s(self) -> float:
        return max(0.001, min(_IDLE_WAIT_S, self._rescan_at - time.monotonic()))

    def _fail(self, error: HoldfastError, retry_s: float) -> None:
        asked = pending_request(self._directory)
        _log.error("indexing %s: %s", self._root, error)
        self._publisher.update(replace(self._publisher.state, phase="failed", error=str(error)))
        self._publisher.flush()
        self._close()
        until = time.monotonic() + retry_s
        while time.monotonic() < until and pending_request(self._directory) == asked:
            if self._stop.wait(0.2):
                return

    def _close(self) -> None:
        self._watch.close()
        if self._backlog is not None:
            self._backlog.close()
        if self._store is not None:
            self._store.close()
        self._store, self._backlog = None, None


def _tell(on_settled: OnSettled, sources: Iterable[SourceText]) -> None:
    try:
        on_settled(sources)
    except Exception:  # noqa: BLE001 - this thread's task ends here
        _log.exception("what follows a settled index failed")
