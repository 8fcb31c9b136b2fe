"""Whether a file can be cut: tried in a process of its own, which may die of it."""

import logging
import multiprocessing
from pathlib import Path
from typing import Final

from holdfast.index.chunker import chunk_source
from holdfast.index.cut_journal import LONGEST_CUT_CPU_S, limit_cpu
from holdfast.index.source_text import read_source

_log = logging.getLogger(__name__)
_PATIENCE_S: Final = 60.0


def survives_cutting(root: Path, path: str) -> bool:
    """Cut `path` in a process made for it, and say whether that process lived; takes a process' start, or a minute."""
    process = multiprocessing.get_context("spawn").Process(target=_cut_alone, args=(root, path), daemon=True)
    try:
        process.start()
    except OSError:
        # Without room for a process, caution: the file is searchable as text, and cut anew when it changes.
        _log.warning("no process can be started to try %s in", path, exc_info=True)
        return False
    process.join(_PATIENCE_S)
    if process.is_alive():
        process.kill()
        process.join()
    return process.exitcode == 0


def _cut_alone(root: Path, path: str) -> None:
    limit_cpu(LONGEST_CUT_CPU_S)
    read = read_source(root, path)
    if isinstance(read, str):
        return
    try:
        chunk_source(read.source)
    except Exception:  # noqa: BLE001 - an exception is no crash; who cuts the file meets it, and copes
        _log.debug("cutting %s alone raised", path, exc_info=True)
