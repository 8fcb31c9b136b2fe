"""What there is to import on this machine, before anything of it is read."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from holdfast.errors import PositionError, UsageError
from holdfast.sessions.importers.importer import Found, Importer

_MOST_FOLDERS: Final = 10_000
_TOLD_BY_MARKS: Final = "markdown"


@dataclass(frozen=True, slots=True)
class ToolFiles:
    """One tool's files; `projects` counts those that begin a session, by folder ("" where the tool does not say)."""

    importer: Importer
    files: tuple[Found, ...]

    @property
    def sessions(self) -> int:
        """How many of the files begin a session; one file of an export holds many."""
        return sum(not found.is_part for found in self.files)

    @property
    def projects(self) -> Mapping[str, int]:
        """How many sessions each project has, the most first."""
        return dict(Counter(found.folder or "" for found in self.files if not found.is_part).most_common())


def find_all(importers: Sequence[Importer], tool: str | None = None) -> list[ToolFiles]:
    """What there is of each tool (or of `tool`), in the importers' order; tools with nothing are left out.

    Raises UsageError for a tool that no importer reads.
    """
    found = [ToolFiles(importer, tuple(importer.find())) for importer in _chosen(importers, tool)]
    return [files for files in found if files.files]


def find_at(importers: Sequence[Importer], path: Path, tool: str | None = None) -> list[ToolFiles]:
    """What a person named: a file or a folder of sessions; of a folder, what is of each tool.

    Texts count as conversations only where nothing in the folder is another tool's: those have files of texts beside them.
    Raises PositionError where there is nothing, UsageError where no importer (or not that of `tool`) reads it.
    """
    chosen = _chosen(importers, tool)
    if not path.exists():
        raise PositionError(f"There is no {path}.")
    path = path.absolute()
    for importer in chosen:
        if importer.recognises(path):
            return [ToolFiles(importer, (Found(path),))]
    inside: dict[str, list[Found]] = {}
    for child in _below(path):
        of = next((importer.tool for importer in chosen if importer.recognises(child)), None)
        if of is not None:
            inside.setdefault(of, []).append(Found(child))
    if len(inside) > 1:
        inside.pop(_TOLD_BY_MARKS, None)
    if inside:
        return [ToolFiles(one, tuple(inside[one.tool])) for one in chosen if one.tool in inside]
    if tool is not None:
        raise UsageError(f"{path} does not look like sessions of {tool}.", remedy="Leave --from out to let it be told.")
    names = ", ".join(importer.tool for importer in importers)
    raise UsageError(f"{path} does not look like sessions of a known tool.", remedy=f"Those known are: {names}.")


def _below(folder: Path) -> Iterator[Path]:
    """The files in a folder and in those below it, so many at most; links to folders are not followed."""
    for count, (place, folders, names) in enumerate(os.walk(folder)):
        folders.sort()
        if count >= _MOST_FOLDERS:
            return
        yield from (Path(place, name) for name in sorted(names))


def _chosen(importers: Sequence[Importer], tool: str | None) -> list[Importer]:
    chosen = [importer for importer in importers if tool in (None, importer.tool)]
    if not chosen:
        names = ", ".join(importer.tool for importer in importers)
        raise UsageError(f"No importer is called “{tool}”.", remedy=f"There are: {names}.")
    return chosen
