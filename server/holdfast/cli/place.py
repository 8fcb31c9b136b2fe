"""`FILE:LINE:COL` and the workspace a file belongs to."""

import stat
from dataclasses import dataclass
from pathlib import Path

from holdfast.cursor import Cursor
from holdfast.errors import PositionError, UsageError, WorkspaceError
from holdfast.index.languages import language_of
from holdfast.index.scan import is_utf8
from holdfast.inference.readable import readable

_MOST_DIGITS = 18
_EXAMPLE = "Write FILE:LINE:COL, both counted from 1, for example src/app.py:12:5."


@dataclass(frozen=True, slots=True)
class Place:
    """A file and a 1-based position in it, as typed."""

    file: Path
    line: int
    column: int


def parse_place(text: str) -> Place:
    """`FILE:LINE:COL`, split from the right, so that a Windows drive or a colon in a name stays with the file."""
    parts = text.rsplit(":", 2)
    if len(parts) != 3 or not parts[0] or not all(map(_is_number, parts[1:])):  # noqa: PLR2004 - file, line, column
        raise UsageError(f"“{readable(text)}” is not a place in a file.", remedy=_EXAMPLE)
    line, column = int(parts[1]), int(parts[2])
    if line < 1 or column < 1:
        raise UsageError(f"Lines and columns are counted from 1, and “{readable(text)}” has a 0.", remedy=_EXAMPLE)
    return Place(Path(parts[0]), line, column)


def _is_number(text: str) -> bool:
    """Whether `text` counts lines: Python reads digits of every script, and takes its time over thousands of them."""
    return text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS


def read_file(file: Path) -> str:
    """The text of a file with LF line ends; bytes that are not UTF-8 are replaced."""
    try:
        # A pipe or a device would be waited for, perhaps for ever.
        if not stat.S_ISREG(file.stat().st_mode):
            raise PositionError(f"{file} is not a file with text.", remedy="Check the path.")
        data = file.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise PositionError(f"There is no file {file}.", remedy="Check the path.") from error
    except OSError as error:
        raise PositionError(f"{file} cannot be read: {error.strerror}.", remedy="Check its permissions.") from error
    except ValueError as error:  # a NUL in the name
        raise PositionError(f"“{readable(str(file))}” names no file.", remedy="Check the path.") from error
    return data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")


def cursor_at(place: Place, root: Path) -> Cursor:
    """The cursor at `place` in the file as it is on disk; PositionError where there is no such line or column."""
    text = read_file(place.file)
    if not is_utf8(str(place.file)):
        raise PositionError(
            f"The name of {readable(str(place.file))} is not UTF-8, so no editor can ask for it.",
            remedy="Rename the file.",
        )
    lines = text.split("\n")
    if place.line > len(lines):
        raise PositionError(f"{place.file} has {len(lines)} lines, not {place.line}.", remedy="Name a line it has.")
    line = lines[place.line - 1]
    if place.column > len(line) + 1:
        raise PositionError(
            f"Line {place.line} of {place.file} has {len(line)} characters; its last place is column {len(line) + 1}.",
            remedy="Name a column it has.",
        )
    offset = sum(len(above) + 1 for above in lines[: place.line - 1]) + place.column - 1
    return cursor_in_text(place.file, root, text, offset)


def cursor_in_text(file: Path, root: Path, text: str, offset: int) -> Cursor:
    """The cursor at `offset` of `text`, which stands for what an editor holds of `file`."""
    absolute = file.resolve()
    path = absolute.relative_to(root).as_posix() if absolute.is_relative_to(root) else absolute.name
    return Cursor(absolute.as_uri(), root, path, language_of(path), text[:offset], text[offset:])


def workspace_of(file: Path) -> Path:
    """The folder a file is worked on in: the nearest one above with a `.git`, else this folder, else the file's own."""
    return workspace_around(_resolved(file).parent)


def workspace_around(folder: Path) -> Path:
    """The same for whatever lies in `folder`, be it a file or a link to one."""
    inner = _resolved(folder)
    for outer in (inner, *inner.parents):
        if _has_git(outer):
            return outer
    here = _current_folder()
    return here if here is not None and inner.is_relative_to(here) else inner


def readable_folder(folder: Path) -> Path:
    """`folder` resolved; WorkspaceError when it is not there or cannot be listed."""
    name = "The current folder" if folder == Path() else readable(str(folder))
    try:
        resolved = folder.resolve(strict=True)
        next(resolved.iterdir(), None)
    except (FileNotFoundError, ValueError) as error:
        raise WorkspaceError(f"{name} does not exist.", remedy="Name a folder that does.") from error
    except NotADirectoryError as error:
        raise WorkspaceError(f"{name} is not a folder.", remedy="Name the folder it lies in.") from error
    except (OSError, RuntimeError) as error:
        why = error.strerror if isinstance(error, OSError) else "its links go in a circle"
        raise WorkspaceError(f"{name} cannot be read: {why}.", remedy="Check its permissions.") from error
    return resolved


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError) as error:
        # A loop of links, or a relative path in a folder that was deleted.
        raise PositionError(f"There is no file {readable(str(path))}.", remedy="Check the path.") from error


def _has_git(folder: Path) -> bool:
    try:
        return (folder / ".git").exists()
    except OSError:
        return False


def _current_folder() -> Path | None:
    """Where the command runs, unless that folder was deleted."""
    try:
        return Path.cwd().resolve()
    except OSError:
        return None
