"""What a folder of the project holds: its folders with what is below them, its files with what they define."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from pydantic import BaseModel

from holdfast.errors import PositionError
from holdfast.index.chunk_reader import ChunkReader
from holdfast.index.languages import language_of
from holdfast.mcp.code_blocks import IsHidden
from holdfast.mcp.inside import is_below
from holdfast.mcp.shown_text import MOST_CHARACTERS, ShownText

_MOST_DEFINITIONS: Final = 40
_MOST_FILES: Final = 200
_MOST_FOLDERS: Final = 100


class MappedFolder(BaseModel):
    """A folder directly below the one that was asked for; `files` counts those at any depth."""

    path: str
    files: int


class MappedFile(BaseModel):
    """A file directly in the folder, and the names that it defines, from its top; members as `Class.member`."""

    path: str
    language: str
    definitions: list[str]


class ProjectMap(BaseModel):
    """`files` and `languages` count everything below the folder; `left_out` folders and files had no room."""

    folder: str
    files: int
    languages: dict[str, int]
    folders: list[MappedFolder]
    contents: list[MappedFile]
    left_out: int


def project_map(reader: ChunkReader, folder: str, shown: ShownText, is_hidden: IsHidden) -> ProjectMap:
    """The map of `folder` ("" is the project); raises PositionError where nothing below it is indexed."""
    paths = [path for path in reader.paths() if is_below(path, folder)]
    if folder and not paths:
        raise PositionError(
            f"Nothing below “{shown.whole(folder)[:200]}” is in the index.",
            remedy="project_map without a folder shows which folders there are.",
        )
    within = len(folder) + 1 if folder and paths != [folder] else 0
    folders: Counter[str] = Counter()
    files: list[str] = []
    for path in paths:
        below = path[within:]
        if "/" in below and path != folder:
            folders[path[:within] + below.partition("/")[0]] += 1
        elif not is_hidden(path):
            files.append(path)
    contents = _contents(reader, files[:_MOST_FILES], shown)
    mapped = [MappedFolder(path=shown.whole(path), files=count) for path, count in folders.most_common(_MOST_FOLDERS)]
    return ProjectMap(
        folder=shown.whole(folder),
        files=len(paths),
        languages=dict(Counter(language_of(path) for path in paths).most_common()),
        folders=mapped,
        contents=contents,
        left_out=len(folders) + len(files) - len(mapped) - len(contents),
    )


def _contents(reader: ChunkReader, paths: Sequence[str], shown: ShownText) -> list[MappedFile]:
    room = MOST_CHARACTERS
    contents = []
    for path in paths:
        lines = [line for line in reader.names.definitions_in([path], _MOST_DEFINITIONS) if line.kind != "field"]
        names = dict.fromkeys(f"{line.owner}.{line.name}" if line.owner else line.name for line in lines)
        file = MappedFile(
            path=shown.whole(path), language=language_of(path), definitions=[shown.whole(name) for name in names]
        )
        room -= len(file.model_dump_json())
        if room < 0:
            break
        contents.append(file)
    return contents
