"""What is there, asked without raising: a folder that may not be read is one with nothing in it."""

from pathlib import Path


def is_file(path: Path) -> bool:
    """Whether `path` is a file, or a link to one, as far as this user may know."""
    try:
        return path.is_file()
    except OSError:
        return False


def is_folder(path: Path) -> bool:
    """Whether `path` is a folder, or a link to one, as far as this user may know."""
    try:
        return path.is_dir()
    except OSError:
        return False


def inside(folder: Path) -> list[Path]:
    """What is in `folder`, sorted; nothing where it is not there or may not be read."""
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []
