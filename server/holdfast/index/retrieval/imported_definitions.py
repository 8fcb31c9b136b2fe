"""Definitions that the current file's imports lead to: looked up, not guessed.

Two things come of them. What an imported file defines is likely to be used: names for the ranking. And the definition of
a name that this file imports, or spells as `module.name`, is worth showing although the file has the name: whoever calls it
next has to know its parameters.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from holdfast.index.anatomy import Import
from holdfast.index.chunk_reader import ChunkReader
from holdfast.index.definition_line import DefinitionLine
from holdfast.index.imports.resolve import DefinedName, defined_names, files_seen_without_import, imported_files
from holdfast.index.retrieval.evidence import Answer
from holdfast.index.retrieval.surroundings import Surroundings

MODULE_MEMBERS: Final = "module_members"
"""The sign of a name that is called as `module.name`: who calls it next has to see its definition."""

_MOST_IMPORTS: Final = 150
_MOST_FILES: Final = 40
_MOST_DEFINITIONS: Final = 300
_MOST_QUALIFIED: Final = 120
_MOST_USED: Final = 500
_QUALIFIED: Final = re.compile(r"(?<![\w$.:])([A-Za-z_$][\w$]*)(?:\.|::)([A-Za-z_$][\w$]*)")


def imported_definitions(reader: ChunkReader, around: Surroundings) -> Answer:
    """The names that imported files, and those seen without an import, define at their top."""
    query = around.query
    paths: dict[str, None] = {}
    modules: set[str] = set()
    for found in all_imports(reader, around):
        meant = imported_files(reader, query.path, query.language, found.module, found.name)
        paths.update(dict.fromkeys(meant))
        modules.update(meant if found.name in {"", "*"} else ())
        if len(paths) >= _MOST_FILES:
            break
    paths.update(dict.fromkeys(files_seen_without_import(reader, query.path, query.language)))
    others = [path for path in paths if path != query.path][:_MOST_FILES]
    definitions = reader.names.definitions_in(others, _MOST_DEFINITIONS)
    passed_on = (found.alias or found.name for path in others for found in reader.imports_of(path)[:_MOST_IMPORTS])
    return Answer(
        {
            "imported": {found.name: 1.0 for found in definitions},
            MODULE_MEMBERS: {found.name: 1.0 for found in definitions if found.path in modules and not found.owner},
            "reexported": {name: 1.0 for name in passed_on if name not in {"", "*"}},
        },
        definitions=tuple(definitions),
    )


def definitions_of_imported_names(reader: ChunkReader, around: Surroundings) -> list[DefinitionLine]:
    """The line that defines each imported name, the likeliest to be called next first, none twice."""
    imports = all_imports(reader, around)
    bound = _bound_names(imports, around)
    whole = _from_whole_modules(reader, around, imports)
    likeliest = sorted({*bound, *whole}, key=_Likeliness(around))
    lines: dict[tuple[str, int], DefinitionLine] = {}
    for local in reversed(likeliest):
        found = [whole[local]] if local in whole else _definition_lines(reader, around, bound[local])
        for line in found:
            lines.setdefault((line.path, line.line), line)
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
    definitions = reader.names.definitions_named(islice(used, _MOST_USED))
    return {found.name: found for found in definitions if found.path in files and not found.owner}


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
        local = found.alias or (found.name if found.name not in {"", "*"} else _last_segment(found.module))
        modules.setdefault(local, found)
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
    """Ranks imported names: those used near the cursor, those not used yet at all, then by how often the file has them."""

    def __init__(self, around: Surroundings) -> None:
        self._near = frozenset(around.near)
        self._below = frozenset(around.below)
        self._count = Counter(re.findall(r"[\w$]+", around.text))

    def __call__(self, local: str) -> float:
        name = local.rpartition(".")[2]
        count = self._count[name]
        return 3.0 * (name in self._near) + 2.0 * (count <= 1) + 1.0 * (name in self._below) + min(count, 50) / 50


def _definition_lines(reader: ChunkReader, around: Surroundings, found: Import) -> Sequence[DefinitionLine]:
    query = around.query
    places = defined_names(reader, query.path, query.language, found)
    return tuple(_lines_at(reader, places[:_MOST_FILES], query.path))


def _lines_at(reader: ChunkReader, places: Iterable[DefinedName], importer: str) -> Iterator[DefinitionLine]:
    for place in places:
        if place.path == importer:
            continue
        found = reader.names.definitions_of(place.path, place.name)
        yield from found[:1]
        if found:
            return
