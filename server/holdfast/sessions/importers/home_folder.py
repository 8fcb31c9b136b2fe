"""Paths as they may be kept: without the name of the person's home folder, and none that would reach another machine."""

import re
from pathlib import Path
from typing import Final

_ELSEWHERE: Final = re.compile(r"[\\/]{2}")


def shorten_path(path: str, home: Path) -> str:
    """`path` with `~` in the place of `home`."""
    base = str(home).rstrip("/\\")
    rest = path[len(base) :]
    is_below = base and path.startswith(base) and (not rest or rest[0] in "/\\")
    return f"~{rest}" if is_below else path


def folder_here(path: str) -> Path | None:
    """The folder that another program calls `path`, if it is on this machine; a share of another is never looked at."""
    if not path or "\0" in path or _ELSEWHERE.match(path) or not Path(path).is_absolute():
        return None
    try:
        folder = Path(path)
        return folder if folder.is_dir() else None
    except (OSError, ValueError):
        return None
