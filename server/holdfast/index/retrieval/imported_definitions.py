"""Definitions that the current file's imports lead to: looked up, not guessed.

Two things come of them. What an imported file defines is likely to be used: names for the ranking. And the definition of
a name that this file imports, or spells as `module.name`, is worth showing although the file has the name: whoever calls it
next has to know its parameters.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import nlargest
from itertools import islice
from math import exp, log
from typing import Final

from holdfast.index.anatomy import Import
from holdfast.index.chunk_reader import ChunkReader
from holdfast.index.definition_line import DefinitionLine
from holdfast.index.imports.file_lookup import FileLookup
from holdfast.index.imports.remembered_lookup import RememberedLookup
from holdfast.index.imports.resolve import DefinedName, defined_names, files_seen_without_import, imported_files
from holdfast.index.retrieval.evidence import Answer
from holdfast.index.retrieval.surroundings import Surroundings

MODULE_MEMBERS: Final = "module_members"
"""The sign of a name that is called as `module.name` and does not stand so in the file yet.

Who calls it next has to see its definition, even if the file has the name in another sense.
"""

_MOST_IMPORTS: Final = 150
_MOST_FILES: Final = 40
_MOST_IMPORTED: Final = 120
_MOST_DEFINITIONS: Final = 300
_MOST_QUALIFIED: Final = 120
_MOST_USED: Final = 3_000
_FOLDER_FILES: Final = frozenset({"__init__", "index", "mod", "lib"})
_INCLUDING: Final = frozenset({"c", "cpp"})
_HEADERS: Final = (".h", ".hh", ".hpp", ".hxx", ".inc")
_CALLABLE: Final = frozenset({"function", "method"})
_WORD: Final = re.compile(r"[\w$]+")
_CALLED: Final = re.compile(r"(?<![\w$])([\w$]++)!?\s*+(?:<[^<>()]{0,80}>)?\(")
_QUALIFIED: Final = re.compile(r"(?<![\w$.:])([A-Za-z_$][\w$]*)(?:\.|::)([A-Za-z_$][\w$]*)")


def imported_definitions(reader: ChunkReader, around: Surroundings) -> Answer:
    """The names that imported files, and those seen without an import, define at their top."""
    query = around.query
    paths: dict[str, None] = {}
    modules: dict[str, set[str]] = {}
    for found in all_imports(reader, around):
        meant = imported_files(reader, query.path, query.language, found.module, found.name)
        paths.update(dict.fromkeys(meant))
        for path in meant:
            if found.name in {"", "*"} or _is_called(path, found.name):
                modules.setdefault(path, set()).add("" if found.name == "*" else _local_name(found))
        if len(paths) >= _MOST_FILES:
            break
    paths.update(dict.fromkeys(files_seen_without_import(reader, query.path, query.language)))
    others = [path for path in paths if path != query.path][:_MOST_FILES]
    definitions = reader.names.definitions_in(others, _MOST_DEFINITIONS)
    passed_on = (found.alias or found.name for path in others for found in reader.imports_of(path)[:_MOST_IMPORTS])
    spelled = {*_QUALIFIED.findall(around.text), *(("", name) for name in around.shown)}
    members = {
        found.name
        for found in definitions
        if not found.owner and any((local, found.name) not in spelled for local in modules.get(found.path, ()))
    }
    return Answer(
        {
            "imported": {found.name: 1.0 for found in definitions},
            MODULE_MEMBERS: dict.fromkeys(members, 1.0),
            "reexported": {name: 1.0 for name in passed_on if name not in {"", "*"}},
        },
        definitions=tuple(definitions),
    )


def _is_called(path: str, name: str) -> bool:
    """Whether `name` means the file itself, as b in Python's `from a import b` and Rust's `use a::b` may."""
    folder, _, file = path.rpartition("/")
    stem = file.partition(".")[0]
    return name == (folder.rpartition("/")[2] if stem in _FOLDER_FILES else stem)


def _local_name(found: Import) -> str:
    """What the file calls an imported module."""
    return found.alias or (found.name if found.name not in {"", "*"} else _last_segment(found.module))


def definitions_of_imported_names(reader: ChunkReader, around: Surroundings) -> list[tuple[DefinitionLine, float]]:
    """The line that defines each imported name and how likely it is called next, the likeliest first, none twice."""
    imports = all_imports(reader, around)
    bound = _bound_names(imports, around)
    whole = _from_whole_modules(reader, around, imports)
    lookup = RememberedLookup(reader)
    likeliness = _Likeliness(around, whole)
    called = {local: likeliness(local) for local in {*bound, *whole}}
    lines: dict[tuple[str, int], tuple[DefinitionLine, float]] = {}
    for local in nlargest(_MOST_IMPORTED, called, key=lambda local: (called[local], local)):
        found = [whole[local]] if local in whole else _definition_lines(reader, lookup, around, bound[local])
        for line in found:
            lines.setdefault((line.path, line.line), (line, called[local]))
    return list(lines.values())


def _from_whole_modules(
    reader: ChunkReader, around: Surroundings, imports: Iterable[Import]
) -> dict[str, DefinitionLine]:
    """By name, what the file uses of modules that it imports whole: C's includes, `from x import *`, `use x::*`."""
    query = around.query
    files: dict[str, None] = {}
    for found in imports:
        if found.name == "*" and len(files) < _MOST_FILES:
            files.update(dict.fromkeys(imported_files(reader, query.path, query.language, found.module, found.name)))
    files.pop(query.path, None)
    if not files:
        return {}
    used = dict.fromkeys([*reversed(around.near), *around.below, *sorted(around.shown)])
    definitions = [found for found in reader.names.definitions_named(islice(used, _MOST_USED)) if not found.owner]
    headers = _only_headers(definitions) if query.language in _INCLUDING else frozenset()
    return {found.name: found for found in definitions if found.path in files or found in headers}


def _only_headers(definitions: Iterable[DefinitionLine]) -> frozenset[DefinitionLine]:
    """Those that no other header defines: a header passes on what it includes, so that the file sees them all the same."""
    by_name: dict[str, list[DefinitionLine]] = {}
    for found in definitions:
        if found.path.endswith(_HEADERS):
            by_name.setdefault(found.name, []).append(found)
    return frozenset(found[0] for found in by_name.values() if len({line.path for line in found}) == 1)


def all_imports(reader: ChunkReader, around: Surroundings) -> list[Import]:
    """The imports of the live buffer, then those of the file when it was indexed."""
    return list(dict.fromkeys([*around.imports, *reader.imports_of(around.query.path)]))[:_MOST_IMPORTS]


def _bound_names(imports: Iterable[Import], around: Surroundings) -> dict[str, Import]:
    """What each import binds, by the name that the file calls it; of a module, the names that the file takes from it."""
    bound: dict[str, Import] = {}
    modules: dict[str, Import] = {}
    for found in imports:
        if found.name not in {"", "*"}:
            bound.setdefault(found.alias or found.name, found)
        modules.setdefault(_local_name(found), found)
    for alias, name in dict.fromkeys(_QUALIFIED.findall(around.text)):
        module = modules.get(alias)
        if module is not None and len(bound) < _MOST_IMPORTS + _MOST_QUALIFIED:
            bound.setdefault(f"{alias}.{name}", Import(_submodule(module), name, ""))
    return bound


def _submodule(found: Import) -> str:
    """The module that an import binds when its name is no definition: `from a import b` may mean the file a/b.py."""
    if not found.name:
        return found.module
    separator = "::" if "::" in found.module or found.module in {"crate", "self", "super"} else "."
    return found.module + found.name if found.module.endswith(".") else f"{found.module}{separator}{found.name}"


def _last_segment(module: str) -> str:
    return re.split(r"[./:\\]+", module.rstrip("/"))[-1]


class _Likeliness:
    """How likely a line that calls an import calls this one.

    A logistic regression over lines of the projects that may be tuned on. What a file already calls often and just now is
    called again; what it imports and has not used yet is about to be; what it gets from a whole module, or spells with its
    module, counts only if the file calls it.
    """

    def __init__(self, around: Surroundings, whole: Mapping[str, DefinitionLine]) -> None:
        self._last, self._near, self._below = frozenset(around.last), frozenset(around.near), frozenset(around.below)
        self._count = Counter(_WORD.findall(around.text))
        self._calls = Counter(_CALLED.findall(around.text))
        self._whole = whole

    def __call__(self, local: str) -> float:
        name = local.rpartition(".")[2]
        meant = self._whole.get(local)
        count = self._count[name]
        odds = (
            -3.6
            + 0.8 * (name in self._last)
            + 1.9 * (name in self._near)
            + 0.6 * (name in self._below)
            + 0.9 * (count <= 1)
            - 0.7 * log(1 + count)
            + 1.1 * log(1 + self._calls[name])
            - 1.7 * (local != name)
            - 4.4 * (meant is not None)
            + 2.2 * (meant is not None and meant.kind in _CALLABLE)
        )
        return 1 / (1 + exp(-odds))


def _definition_lines(
    reader: ChunkReader, lookup: FileLookup, around: Surroundings, found: Import
) -> Sequence[DefinitionLine]:
    query = around.query
    places = defined_names(lookup, query.path, query.language, found)
    return tuple(_lines_at(reader, places[:_MOST_FILES], query.path))


def _lines_at(reader: ChunkReader, places: Iterable[DefinedName], importer: str) -> Iterator[DefinitionLine]:
    for place in places:
        if place.path == importer:
            continue
        found = reader.names.definitions_of(place.path, place.name)
        yield from found[:1]
        if found:
            return
