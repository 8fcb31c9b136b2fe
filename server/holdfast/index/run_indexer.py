"""The main loop of the indexer's own process."""

import os
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Final

from holdfast.index.indexer import Indexer, OnSettled
from holdfast.index.indexer_lock import EXIT_ALREADY_INDEXED, IndexerLock

EXIT_STOPPED: Final = 0


def run_indexer(root: Path, directory: Path, on_settled: OnSettled) -> int:
    """Index `root` into `directory` until stdin is closed; the exit code of the process.

    Its parent holds the other end of stdin, so that it also ends when the parent is killed.
    """
    with IndexerLock(directory) as lock:
        if not lock.try_acquire():
            return EXIT_ALREADY_INDEXED
        indexer = Indexer(root, directory, on_settled)
        threading.Thread(target=_stop_at_end_of_input, args=(indexer,), daemon=True).start()
        indexer.run()
    return EXIT_STOPPED


def _stop_at_end_of_input(indexer: Indexer) -> None:
    descriptor = sys.stdin.fileno()
    with suppress(OSError):
        while os.read(descriptor, 4096):
            pass
    indexer.stop()
