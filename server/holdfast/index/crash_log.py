"""The files that a parser dies of, so that no indexer dies of the same file twice.

A process that ends badly leaves its journal (see `cut_journal`). Its successor tries the file named there alone, in a
process of its own: most were only being cut when somebody killed the indexer. One that kills that process too is refused:
it is cut as plain text until its content is another. What is refused is kept beside the index, for the cutting that this
version of the index does.
"""

import json
import logging
from collections.abc import Iterable
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Final

from pydantic import BaseModel

from holdfast.index.chunk_store import content_hash
from holdfast.index.cut_journal import CutJournal, Suspect, left_journals, suspect_of
from holdfast.index.indexer_state import replace_text
from holdfast.index.lone_cut import survives_cutting
from holdfast.index.schema import SCHEMA_VERSION
from holdfast.index.source_text import read_source

_log = logging.getLogger(__name__)
_FILE: Final = "refused.json"
_MOST_REFUSED: Final = 10_000


class _Refused(BaseModel):
    """Content hashes in hexadecimal by path, the oldest first."""

    version: int
    files: dict[str, str]


def refused_files(directory: Path) -> dict[str, bytes]:
    """The content hashes of the files that no parser gets, by path; those of another version are tried again."""
    try:
        read = _Refused.model_validate_json((directory / _FILE).read_bytes())
        if read.version == SCHEMA_VERSION:
            return {path: bytes.fromhex(digest) for path, digest in read.files.items()}
    except (OSError, ValueError):
        _log.debug("no readable list of refused files in %s", directory, exc_info=True)
    return {}


class CrashLog:
    """What the one indexer of `root` knows of crashes, and the journal of its own process. `close` it at the end.

    Making it sees to what processes before it have left.
    """

    def __init__(self, root: Path, directory: Path) -> None:
        self._root = root
        self.directory = directory
        self._refused = refused_files(directory)
        self._settle(left_journals(directory))
        self.journal = CutJournal(directory)

    @property
    def count(self) -> int:
        """How many files are refused."""
        return len(self._refused)

    def refused_hash(self, path: str) -> bytes | None:
        """The content of `path` that no parser gets."""
        return self._refused.get(path)

    def settle(self) -> None:
        """Try what helpers were cutting when they ended, and take their journals away."""
        self._settle(journal for journal in left_journals(self.directory) if journal != self.journal.file)

    def close(self) -> None:
        """Note that this process has ended well."""
        self.journal.close()

    def _settle(self, journals: Iterable[Path]) -> None:
        for journal in journals:
            suspect = suspect_of(journal)
            if suspect is not None and self._is_deadly(suspect):
                self._refuse(suspect)
            with suppress(OSError):
                journal.unlink()

    def _is_deadly(self, suspect: Suspect) -> bool:
        read = read_source(self._root, suspect.path)
        if isinstance(read, str) or content_hash(read.data) != suspect.hash:
            return False
        return not survives_cutting(self._root, suspect.path)

    def _refuse(self, suspect: Suspect) -> None:
        _log.warning("the parser fails on %s, which is cut as plain text until it changes", suspect.path)
        self._refused.pop(suspect.path, None)
        self._refused[suspect.path] = suspect.hash
        kept = islice(reversed(self._refused.items()), _MOST_REFUSED)
        files = {path: digest.hex() for path, digest in reversed(list(kept))}
        with suppress(OSError):
            replace_text(self.directory / _FILE, json.dumps({"version": SCHEMA_VERSION, "files": files}))
