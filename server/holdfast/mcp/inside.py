"""Paths as an agent names them: relative to the project, and never out of it."""

import os
from pathlib import Path

from holdfast.errors import UsageError
from holdfast.inference.readable import readable


def inside(root: Path, path: str) -> str:
    """`path` as the index names it, "" for the project itself; raises UsageError where it leads out of `root`.

    Nothing is read: whether the path exists, or is a link, its reader has to look.
    """
    named = path.strip().replace("\\", "/")
    if "\0" in named:
        raise UsageError("A path cannot hold a NUL.", remedy="Name a file or folder of the project.")
    absolute = os.path.normpath(root / named)
    if Path(absolute) != root and not Path(absolute).is_relative_to(root):
        raise UsageError(
            f"“{readable(path[:200])}” is not inside this project.",
            remedy="Name a path relative to the project's root.",
        )
    relative = os.path.relpath(absolute, root).replace(os.sep, "/")
    return "" if relative == "." else relative


def is_below(path: str, folder: str) -> bool:
    """Whether the file `path` is `folder`, or lies in it; everything lies in ""."""
    return not folder or path == folder or path.startswith(f"{folder}/")
