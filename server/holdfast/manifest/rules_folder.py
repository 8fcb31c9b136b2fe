"""The files of a `.claude/rules` folder: every `.md` in it and below, in the order of their paths."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from holdfast.manifest.looked_at import LookedAt

MOST_FILES: Final = 200
_MOST_FOLDERS: Final = 200
_DEEPEST: Final = 16


@dataclass(frozen=True, slots=True)
class RulesFound:
    """`files` as spelled, links unresolved; `problems` are sentences."""

    files: tuple[Path, ...] = ()
    problems: tuple[str, ...] = ()


def find_rules(folder: Path, looked: LookedAt, why_refused: Callable[[Path], str]) -> RulesFound:
    """Walk `folder`; links are followed once each. `why_refused` is asked for a linked folder, "" lets it pass."""
    files: list[Path] = []
    problems: list[str] = []
    visited: set[str] = set()
    for found in _walk(folder, 0, looked, visited, why_refused, problems):
        if len(files) == MOST_FILES:
            problems.append(f"{folder.name} holds more than {MOST_FILES} files; the rest is not read.")
            break
        files.append(found)
    return RulesFound(tuple(files), tuple(problems))


def _walk(
    folder: Path,
    depth: int,
    looked: LookedAt,
    visited: set[str],
    why_refused: Callable[[Path], str],
    problems: list[str],
) -> Iterator[Path]:
    real = os.path.realpath(folder)
    if real in visited or not looked.is_folder(folder):
        return
    visited.add(real)
    if depth > _DEEPEST or len(visited) > _MOST_FOLDERS:
        problems.append(f"{folder.name} lies too deep, or among too many folders, and is not read.")
        return
    for entry in _entries(folder, problems):
        place = folder / entry.name
        if _is_folder(entry):
            refusal = why_refused(place) if entry.is_symlink() else ""
            if refusal:
                problems.append(refusal)
            else:
                yield from _walk(place, depth + 1, looked, visited, why_refused, problems)
        elif entry.name.lower().endswith(".md"):
            yield place


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def _entries(folder: Path, problems: list[str]) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        problems.append(f"{folder.name} cannot be read: {error.strerror}.")
        return []
