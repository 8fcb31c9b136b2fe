"""Cutting many files: here, or in helper processes when there is enough to do for them to be worth their start.

Parsing takes nine tenths of a first indexing and holds the interpreter's lock, so only processes help. The helpers end
with the work, and by themselves when their parent is killed.
"""

import logging
import multiprocessing
import os
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Final

from holdfast.index.crash_log import CrashLog
from holdfast.index.cut_file import CutFile, cut_file
from holdfast.index.cut_helper import begin_helper, cut_job

_log = logging.getLogger(__name__)
WORTH_HELPERS_FILES: Final = 400
_MOST_HELPERS: Final = 4
_FILES_A_JOB: Final = 8
_JOBS_AHEAD: Final = 16
_FILES_MEANWHILE: Final = 48
_MOST_UNEXPLAINED: Final = 3


def cut_files(root: Path, known: Mapping[str, bytes | None], log: CrashLog) -> Iterator[CutFile]:
    """Cut the files that are the keys of `known`, mostly in order; its values are the hashes they had.

    A helper that dies costs the files it had in hand, which are cut again; the one it died of as plain text.
    Closing the iterator ends the helpers.
    """
    left = dict(known)
    unexplained = 0
    can_help = (os.cpu_count() or 1) > 1
    while unexplained < _MOST_UNEXPLAINED and can_help and (len(left) >= WORTH_HELPERS_FILES or (left and log.count)):
        refused = log.count
        try:
            for cut in _cut_with_helpers(root, left, log):
                del left[cut.path]
                yield cut
        except (BrokenProcessPool, OSError):
            unexplained += log.count == refused
            _log.warning("a helper of the indexer died; %d files are left to cut", len(left), exc_info=True)
    yield from _cut_here(root, left, log)


def _cut_here(root: Path, known: Mapping[str, bytes | None], log: CrashLog) -> Iterator[CutFile]:
    for path, known_hash in known.items():
        yield cut_file(root, path, known_hash, log.refused_hash(path), log.journal)


def _cut_with_helpers(root: Path, known: Mapping[str, bytes | None], log: CrashLog) -> Iterator[CutFile]:
    pool = ProcessPoolExecutor(
        min(_MOST_HELPERS, os.cpu_count() or 1),
        multiprocessing.get_context("spawn"),
        begin_helper,
        (log.directory,),
    )
    work = [(path, known_hash, log.refused_hash(path)) for path, known_hash in known.items()]
    # Not here where files are known to crash what cuts them.
    meanwhile = 0 if log.count else _FILES_MEANWHILE
    ahead: deque[Future[list[CutFile]]] = deque()
    try:
        is_begun = False
        for start in range(meanwhile, len(work), _FILES_A_JOB):
            ahead.append(pool.submit(cut_job, root, work[start : start + _FILES_A_JOB]))
            if len(ahead) > _JOBS_AHEAD:
                if not is_begun:
                    # While the helpers start: the first files are those a person asks for first.
                    yield from _cut_here(root, dict(list(known.items())[:meanwhile]), log)
                    is_begun = True
                yield from ahead.popleft().result()
        while ahead:
            yield from ahead.popleft().result()
    except BrokenProcessPool:
        for future in ahead:
            if future.done() and future.exception() is None:
                yield from future.result()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
        log.settle()
