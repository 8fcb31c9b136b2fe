"""Paths of the workspace as text: relative, with "/", and never above its top."""

import posixpath
from collections.abc import Iterable, Iterator
from typing import Final

LONGEST_SPELLING: Final = 1_000
MOST_FOLDERS: Final = 50


def inside(folder: str, relative: str) -> str | None:
    """`relative` seen from `folder`, "" for the top of the workspace; None when it leads out of it."""
    if relative.startswith("/") or "\\" in relative or "\0" in relative or len(relative) > LONGEST_SPELLING:
        return None
    path = posixpath.normpath(posixpath.join(folder, relative))
    if path == "." or not path:
        return ""
    return None if path == ".." or path.startswith(("../", "/")) else path


def folders_above(folder: str) -> Iterator[str]:
    """`folder` itself, then the folders around it, MOST_FOLDERS at most, at last "" for the top."""
    for _ in range(MOST_FOLDERS):
        if not folder:
            break
        yield folder
        folder = posixpath.dirname(folder)
    yield ""


def is_below(path: str, folder: str) -> bool:
    """Whether a path lies in a folder at any depth; everything lies in ""."""
    return not folder or path.startswith(folder + "/")


def ends_as(path: str, spelled: str) -> bool:
    """Whether whole segments at the end of `path` are `spelled`."""
    return path == spelled or path.endswith("/" + spelled)


def nearest_first(paths: Iterable[str], importer: str) -> list[str]:
    """Paths that share most folders with the importer first, then the shortest."""
    here = posixpath.dirname(importer).split("/")

    def distance(path: str) -> tuple[int, int, str]:
        there = path.split("/")[:-1]
        shared = 0
        for one, other in zip(here, there, strict=False):
            if one != other:
                break
            shared += 1
        return -shared, len(there), path

    return sorted(paths, key=distance)
