"""Which files a person has open, told to the indexer so that it looks at them before all others.

Each window writes one small file into the request folder; the indexer, whoever's child it is, reads it once and takes it
away. So a window whose neighbour runs the indexer is heard too, and what is said before there is one waits for it. It is
advice: what is lost or malformed changes the order of work only, and the indexer judges every path as if it had found it.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from holdfast.errors import StorageError
from holdfast.index.indexer_state import replace_text, request_folder
from holdfast.index.scan import is_utf8

_NAME: Final = re.compile(r"open\.\d+")
_MOST_PATHS: Final = 100
_LONGEST_PATH: Final = 4_096
_LARGEST_BYTES: Final = 1_000_000
_MOST_WINDOWS: Final = 16
_PATHS: Final = TypeAdapter(list[str])


def prefer(directory: Path, paths: Iterable[str]) -> None:
    """Ask the indexer of `directory` to look at `paths` (relative, "/") first, the most important one first.

    All that are open, for the next call from this process takes the place of this one; the first 100 count. It writes one
    small file and raises nothing.
    """
    wanted = [path for path in dict.fromkeys(paths) if _is_plain(path)][:_MOST_PATHS]
    if wanted:
        with suppress(OSError, StorageError):
            replace_text(request_folder(directory) / f"open.{os.getpid()}", json.dumps(wanted))


def take_preferred(directory: Path) -> list[str]:
    """What windows asked for since the last call, the latest window first; for the one indexer of `directory`."""
    paths: dict[str, None] = {}
    for file in _requests(request_folder(directory)):
        # Taken before it is read: what a window writes meanwhile is a new file, for the next time.
        taken = file.with_name(f"taken.{file.name}")
        with suppress(OSError):
            file.replace(taken)
            paths.update(dict.fromkeys(_read(taken)))
            taken.unlink()
    return list(paths)


def _requests(folder: Path) -> Iterator[Path]:
    try:
        with os.scandir(folder) as entries:
            found = [(entry.stat().st_mtime_ns, entry.path) for entry in entries if _NAME.fullmatch(entry.name)]
    except OSError:
        return
    yield from (Path(path) for _, path in sorted(found, reverse=True)[:_MOST_WINDOWS])


def _is_plain(path: str) -> bool:
    return 0 < len(path) <= _LONGEST_PATH and is_utf8(path)


def _read(file: Path) -> list[str]:
    with file.open("rb") as opened:
        data = opened.read(_LARGEST_BYTES)
    try:
        return _PATHS.validate_json(data)[:_MOST_PATHS]
    except ValidationError:
        return []
