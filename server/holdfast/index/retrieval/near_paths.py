"""The neighbours of the current file: its folder, and its sibling (a test and what it tests, a header and its source)."""

import posixpath
import re
from typing import Final

from holdfast.index.chunk_reader import ChunkReader
from holdfast.index.languages import share_names
from holdfast.index.retrieval.evidence import Answer, shares
from holdfast.index.retrieval.surroundings import Surroundings

_MOST_FILES: Final = 40
_TEST_MARK: Final = re.compile(
    r"^tests?_|_(?:test|spec|unittest)s?$|(?:\.|-)(?:test|spec)$|(?<=[a-z])Tests?$|^Test(?=[A-Z])"
)
_SIBLING_DEFINITIONS: Final = 200


def near_paths(reader: ChunkReader, around: Surroundings) -> Answer:
    """The names that the files of the same folder hold, and those that siblings define."""
    files = [
        file
        for file in reader.names.names_of(folder_files(reader, around))
        if share_names(file.language, around.query.language)
    ]
    siblings = sibling_files(reader, around)
    defined = {found.name for found in reader.names.definitions_in(siblings, _SIBLING_DEFINITIONS)}
    return Answer(
        {"near_paths": shares((file.names, 1.0) for file in files), "sibling": dict.fromkeys(defined, 1.0)},
    )


def folder_files(reader: ChunkReader, around: Surroundings) -> list[str]:
    """The other files of the current file's folder, those with the most alike names first."""
    path = around.query.path
    stem = posixpath.basename(path)
    others = [other for other in reader.paths_in_folder(posixpath.dirname(path)) if other != path]
    others.sort(key=lambda other: (-len(posixpath.commonprefix([stem, posixpath.basename(other)])), other))
    return others[:_MOST_FILES]


def sibling_files(reader: ChunkReader, around: Surroundings) -> list[str]:
    """What the current file tests or is tested by, and its header or implementation: files with its stem, less marks of tests."""
    path = around.query.path
    stem = posixpath.basename(path).split(".", 1)[0]
    bare = _TEST_MARK.sub("", stem)
    stems = dict.fromkeys((stem, bare, f"test_{bare}", f"{bare}_test"))
    found = dict.fromkeys(other for one in stems for other in reader.paths_of_module(one) if other != path)
    return sorted(found, key=lambda other: -len(posixpath.commonprefix([path, other])))[:4]
