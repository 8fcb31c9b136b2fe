"""The main loop of the indexer's own process."""

import os
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Final

from holdfast.index.indexer import Indexer, OnSettled
from holdfast.index.indexer_lock import IndexerLock

EXIT_STOPPED: Final = 0
EXIT_ALREADY_INDEXED: Final = 75
"""Another process owns this index (75 is EX_TEMPFAIL of sysexits.h)."""

_NICENESS: Final = 10


def run_indexer(root: Path, directory: Path, on_settled: OnSettled) -> int:
    """Index `root` into `directory` at low priority until stdin is closed; the exit code of the process.

    Its parent holds the other end of stdin, so that it also ends when the parent is killed.
    """
    with IndexerLock(directory) as lock:
        if not lock.try_acquire():
            return EXIT_ALREADY_INDEXED
        if hasattr(os, "nice"):
            with suppress(OSError):
                os.nice(_NICENESS)
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
