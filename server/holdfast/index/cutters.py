"""Cutting many files: here, or in helper processes when there is enough to do for them to be worth their start.

Parsing takes nine tenths of a first indexing and holds the interpreter's lock, so only processes help. The helpers end
with the work, and by themselves when their parent is killed.
"""

import logging
import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Final

from holdfast.index.cut_file import CutFile, cut_file

_log = logging.getLogger(__name__)
WORTH_HELPERS_FILES: Final = 400
_MOST_HELPERS: Final = 2
_FILES_A_JOB: Final = 8
_JOBS_AHEAD: Final = 6

_Job = Sequence[tuple[str, bytes | None]]


def cut_files(root: Path, known: Mapping[str, bytes | None]) -> Iterator[CutFile]:
    """Cut the files that are the keys of `known`, in order; its values are the hashes they had.

    Closing the iterator ends the helpers.
    """
    work = list(known.items())
    if len(work) < WORTH_HELPERS_FILES or (os.cpu_count() or 1) == 1:
        yield from _cut_here(root, work)
        return
    finished = 0
    try:
        for cut in _cut_with_helpers(root, work):
            finished += 1
            yield cut
    except (BrokenProcessPool, OSError):
        _log.warning("a helper of the indexer died; going on without", exc_info=True)
        yield from _cut_here(root, work[finished:])


def _cut_here(root: Path, work: _Job) -> Iterator[CutFile]:
    for path, known_hash in work:
        yield cut_file(root, path, known_hash)


def _cut_with_helpers(root: Path, work: _Job) -> Iterator[CutFile]:
    pool = ProcessPoolExecutor(
        min(_MOST_HELPERS, os.cpu_count() or 1), multiprocessing.get_context("spawn"), _end_with_parent
    )
    try:
        ahead: deque[Future[list[CutFile]]] = deque()
        for start in range(0, len(work), _FILES_A_JOB):
            ahead.append(pool.submit(_cut_job, root, work[start : start + _FILES_A_JOB]))
            if len(ahead) > _JOBS_AHEAD:
                yield from ahead.popleft().result()
        for future in ahead:
            yield from future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _cut_job(root: Path, work: Iterable[tuple[str, bytes | None]]) -> list[CutFile]:
    return [cut_file(root, path, known_hash) for path, known_hash in work]


def _end_with_parent() -> None:
    """In a helper: waiting for more work must not outlast a parent that was killed."""
    threading.Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
