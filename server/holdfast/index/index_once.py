"""Bringing an index up to date once, for the command line: by ourselves, or by the indexer that already owns it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from holdfast.errors import StorageError, WorkspaceError
from holdfast.index.backlog import Backlog
from holdfast.index.chunk_reader import ChunkReader
from holdfast.index.chunk_store import ChunkStore, delete_index, is_corruption
from holdfast.index.indexer import OnSettled, sources_of
from holdfast.index.indexer_lock import IndexerLock
from holdfast.index.indexer_state import IndexerState, StatePublisher, pending_request, read_state, request_rescan

OnProgress = Callable[[IndexerState], None]

_SLICE_S: Final = 0.5
_LOOK_S: Final = 0.05


@dataclass(frozen=True, slots=True)
class IndexSummary:
    """What the index holds: files, chunks, files left out by reason, seconds it took now, bytes of source."""

    files: int
    chunks: int
    skipped: dict[str, int]
    seconds: float
    bytes: int


def index_once(
    root: Path, directory: Path, on_progress: OnProgress, on_settled: OnSettled | None = None
) -> IndexSummary:
    """Index `root` into `directory` and return when it is right.

    When another process owns the index, that one is asked for a rescan and waited for; `on_settled` is then its business.
    Raises WorkspaceError (the folder cannot be read), StorageError or DiskFull.
    """
    began = time.monotonic()
    root = root.resolve()
    if not root.is_dir():
        raise WorkspaceError(f"The folder {root} does not exist.", remedy="Name a folder that does.")
    while True:
        with IndexerLock(directory) as lock:
            if lock.try_acquire():
                _index(root, directory, on_progress, on_settled)
                break
        if _is_answered(directory, on_progress):
            break
    reader = ChunkReader(directory)
    try:
        files, chunks, size = reader.totals()
        return IndexSummary(files, chunks, reader.skipped(), time.monotonic() - began, size)
    finally:
        reader.close()


def _is_answered(directory: Path, on_progress: OnProgress) -> bool:
    """Ask the owner and wait; False when it gave the lock back before it answered."""
    token = request_rescan(directory)
    while True:
        state = read_state(directory)
        on_progress(state)
        if state.answered_request == token:
            return True
        if state.phase == "failed":
            raise StorageError(state.error or "The indexer of this folder failed.")
        with IndexerLock(directory) as lock:
            if lock.try_acquire():
                return False
        time.sleep(_LOOK_S)


def _index(root: Path, directory: Path, on_progress: OnProgress, on_settled: OnSettled | None) -> None:
    try:
        paths = _work_off(root, directory, on_progress)
    except StorageError as error:
        if not is_corruption(error):
            raise
        delete_index(directory)
        paths = _work_off(root, directory, on_progress)
    if on_settled is not None:
        on_settled(sources_of(root, paths))


def _work_off(root: Path, directory: Path, on_progress: OnProgress) -> list[str]:
    publisher = StatePublisher(directory)
    publisher.update(IndexerState(phase="scanning"))
    on_progress(publisher.state)
    store = ChunkStore.open(directory)
    backlog = Backlog(root, store)
    try:
        request = pending_request(directory)
        backlog.rescan()
        while not backlog.is_empty:
            backlog.work(_SLICE_S, lambda: False)
            publisher.update(IndexerState("indexing", backlog.done, backlog.total, store.generation()))
            on_progress(publisher.state)
        idle = IndexerState("idle", backlog.total, backlog.total, store.generation(), answered_request=request)
        publisher.update(idle)
        publisher.flush()
        store.count_words()
        return backlog.paths()
    finally:
        backlog.close()
        store.close()
