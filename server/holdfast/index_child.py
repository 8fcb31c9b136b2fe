"""The indexer's process, made by `command_line`, started and watched by a sidecar.

It builds the embedded engine's corpus from the texts it has read, when the index has settled.
"""

import logging
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from holdfast.errors import HoldfastError
from holdfast.index.chunk_reader import ChunkReader
from holdfast.index.source_text import SourceText

logger = logging.getLogger(__name__)

_NICENESS: Final = 10


def command_line(root: Path, directory: Path) -> list[str]:
    """What starts the indexer of `root` with the interpreter that runs now.

    Not by `-m`: each of its helper processes would import the main module again, with all that it imports. The name
    after the program is for who lists processes.
    """
    program = "from holdfast.index_child import main; main()"
    return [sys.executable, "-c", program, "holdfast.index_child", str(root), str(directory)]


def build_embedded(directory: Path, sources: Iterable[SourceText]) -> None:
    """The embedded engine's data for a settled index, unless it is of this very index; a full disk keeps the old."""
    from holdfast.inference.embedded.build import build_corpus  # noqa: PLC0415 - numpy is not for the first index

    marker = directory / "embedded.generation"
    generation = str(ChunkReader(directory).generation())
    if _read(marker) == generation:
        return
    try:
        summary = build_corpus(directory, sources)
        marker.touch(mode=0o600)
        marker.write_text(generation, encoding="ascii")
    except HoldfastError as error:
        logger.warning("%s", error)
    except OSError as error:
        logger.warning("%s cannot be written: %s", marker, error)
    else:
        logger.info("embedded engine: %d tokens of %d files in %.1f s", summary.tokens, summary.files, summary.seconds)


def _read(marker: Path) -> str:
    try:
        return marker.read_text(encoding="ascii")
    except (OSError, ValueError):
        return ""


def main() -> None:
    """Index at low priority until standard input is closed."""
    _give_way()
    from holdfast.index.run_indexer import run_indexer  # noqa: PLC0415 - who starts this process indexes nothing

    root, directory = map(Path, sys.argv[2:4])
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(name)s: %(message)s")
    sys.exit(run_indexer(root, directory, lambda sources: build_embedded(directory, sources)))


def _give_way() -> None:
    """Before anything is imported: beside it an editor starts, and somebody waits for that."""
    if hasattr(os, "nice"):
        with suppress(OSError):
            os.nice(_NICENESS)
