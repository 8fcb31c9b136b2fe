"""`FILE:LINE:COL` and the workspace a file belongs to."""

from dataclasses import dataclass
from pathlib import Path

from holdfast.cursor import Cursor
from holdfast.errors import PositionError, UsageError, WorkspaceError
from holdfast.index.languages import language_of

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
    if len(parts) != 3 or not parts[0] or not all(part.isascii() and part.isdigit() for part in parts[1:]):  # noqa: PLR2004 - file, line, column
        raise UsageError(f"“{text}” is not a place in a file.", remedy=_EXAMPLE)
    line, column = int(parts[1]), int(parts[2])
    if line < 1 or column < 1:
        raise UsageError(f"Lines and columns are counted from 1, and “{text}” has a 0.", remedy=_EXAMPLE)
    return Place(Path(parts[0]), line, column)


def read_file(file: Path) -> str:
    """The text of a file with LF line ends; bytes that are not UTF-8 are replaced."""
    try:
        data = file.read_bytes()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
        raise PositionError(f"There is no file {file}.", remedy="Check the path.") from error
    except OSError as error:
        raise PositionError(f"{file} cannot be read: {error.strerror}.", remedy="Check its permissions.") from error
    return data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")


def cursor_at(place: Place, root: Path) -> Cursor:
    """The cursor at `place` in the file as it is on disk; PositionError where there is no such line or column."""
    text = read_file(place.file)
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
    absolute = file.resolve()
    for folder in absolute.parents:
        if (folder / ".git").exists():
            return folder
    here = Path.cwd().resolve()
    return here if absolute.is_relative_to(here) else absolute.parent


def readable_folder(folder: Path) -> Path:
    """`folder` resolved; WorkspaceError when it is not there or cannot be listed."""
    try:
        resolved = folder.resolve(strict=True)
        next(resolved.iterdir(), None)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise WorkspaceError(f"There is no folder {folder}.", remedy="Name a folder that exists.") from error
    except (OSError, RuntimeError) as error:
        raise WorkspaceError(
            f"The folder {folder} cannot be read: {error}.", remedy="Check its permissions."
        ) from error
    return resolved
