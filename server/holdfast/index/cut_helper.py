"""The other side of `cutters`: what a helper process runs. It imports little, for every helper imports it anew."""

import gc
import multiprocessing
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from holdfast.index.cut_file import CutFile, cut_file
from holdfast.index.cut_journal import CutJournal

_YOUNG_OBJECTS: Final = 20_000

Job = tuple[str, bytes | None, bytes | None]
"""A path, the hash its content had when it was last cut, and the hash of content that no parser gets."""


def cut_job(root: Path, work: Sequence[Job]) -> list[CutFile]:
    """Cut a few files, noting each in the journal of this helper."""
    return [cut_file(root, *job, _helper.journal) for job in work]


class _Helper:
    """What a helper process has of its own; its pool hands its jobs nothing else."""

    journal: CutJournal | None = None


_helper: Final = _Helper()


def begin_helper(directory: Path) -> None:
    """In a helper: waiting for more work must not outlast a parent that was killed; what it cuts holds no cycles."""
    _helper.journal = CutJournal(directory)
    gc.freeze()
    gc.set_threshold(_YOUNG_OBJECTS)
    threading.Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
