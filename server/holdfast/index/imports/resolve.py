"""The front door: from an import as it is spelled to the files of the workspace that it means.

Nothing here reads the disk or walks the index. Each answer is a few indexed lookups, every path it gives is one that
the lookup knows, and whatever an import spells, a path out of the workspace is never asked for.
"""

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from holdfast.index.anatomy import Import
from holdfast.index.imports.c import c_files, counterparts
from holdfast.index.imports.file_lookup import FileLookup
from holdfast.index.imports.go import go_files, package_files
from holdfast.index.imports.java import ENDS, java_files, same_package_files
from holdfast.index.imports.python import python_files
from holdfast.index.imports.rust import rust_files
from holdfast.index.imports.scripts import script_files
from holdfast.index.imports.spelled_paths import SPELLINGS, spelled_files
from holdfast.index.imports.workspace_path import LONGEST_SPELLING

_SCRIPTS: Final = frozenset({"javascript", "javascriptreact", "typescript", "typescriptreact", "vue", "svelte"})
_C_FAMILY: Final = frozenset({"c", "cpp", "objective-c", "objective-cpp"})
_DEFAULT: Final = "default"
_MOST_HOPS: Final = 3
_MOST_FILES: Final = 200
_MOST_IMPORTS: Final = 20_000


def imported_files(lookup: FileLookup, importer: str, language: str, module: str, name: str = "") -> list[str]:
    """Indexed files that an import of `name` from `module`, spelled in `importer`, may mean.

    The likeliest first; [] for what is not of this workspace. A name that may itself be a module (Python, Rust) comes
    before its module. For Go these are all files of the package, for C a header and its implementation.
    """
    if not module or len(module) + len(name) > LONGEST_SPELLING or "\0" in module + name:
        return []
    if language == "python":
        found = python_files(lookup, importer, module, name)
    elif language in _SCRIPTS:
        found = script_files(lookup, importer, module)
    elif language == "go":
        found = go_files(lookup, importer, module)
    elif language == "rust":
        found = rust_files(lookup, importer, module, name)
    elif language in ENDS:
        found = java_files(lookup, importer, language, module, name)
    elif language in _C_FAMILY:
        found = c_files(lookup, importer, module)
    else:
        found = spelled_files(lookup, importer, language, module, name) if language in SPELLINGS else []
    return found


@dataclass(frozen=True, slots=True)
class DefinedName:
    """A file, and what the imported thing is called in it: a re-export may have renamed it."""

    path: str
    name: str


def defined_names(lookup: FileLookup, importer: str, language: str, imported: Import) -> list[DefinedName]:
    """Where the imported name is defined, through re-exports of up to three files; the nearest first.

    Where no file is known to define it, the files that the import means itself: the name may be a module, or something
    the index holds no definition of. A default export has the name "default".
    """
    paths = imported_files(lookup, importer, language, imported.module, imported.name)
    direct = [DefinedName(path, imported.name) for path in paths]
    if imported.name in {"", "*"}:
        return direct
    seen: set[DefinedName] = set()
    wave = direct
    for _ in range(_MOST_HOPS + 1):
        fresh = [place for place in dict.fromkeys(wave) if place not in seen][: _MOST_FILES - len(seen)]
        seen.update(fresh)
        if found := [place for place in fresh if lookup.defines(place.path, place.name)]:
            return found
        leads = _leads(lookup, fresh)
        passing_on = {place for place, _ in leads}
        if ends := [place for place in fresh if place.name == _DEFAULT and place not in passing_on]:
            return ends[:1]
        wave = [
            DefinedName(path, found.name if found.name != "*" else place.name)
            for place, found in leads
            for path in imported_files(lookup, place.path, language, found.module, found.name)
        ]
    return direct


def defining_files(lookup: FileLookup, importer: str, language: str, imported: Import) -> list[str]:
    """The files of `defined_names`, for who needs no name in them."""
    return list(dict.fromkeys(place.path for place in defined_names(lookup, importer, language, imported)))


def _leads(lookup: FileLookup, places: Sequence[DefinedName]) -> list[tuple[DefinedName, Import]]:
    """The imports by which files that do not define a name may pass it on: those of that name, then those of all."""
    named: list[tuple[DefinedName, Import]] = []
    everything: list[tuple[DefinedName, Import]] = []
    rows = 0
    for place in places:
        known = lookup.imports_of(place.path)
        for found in known:
            if found.name == "*":
                everything.append((place, found))
            elif found.name and (found.alias or found.name) == place.name:
                named.append((place, found))
        rows += len(known)
        if rows >= _MOST_IMPORTS:
            break
    # `export *` leaves the default out.
    return [*named, *(lead for lead in everything if lead[0].name != _DEFAULT)][:_MOST_FILES]


def files_seen_without_import(lookup: FileLookup, importer: str, language: str) -> list[str]:
    """Files whose names the importer may use as they are: its package (Go, Java and the like), its header (C)."""
    if language == "go":
        return [path for path in package_files(lookup, posixpath.dirname(importer)) if path != importer]
    if language in ENDS:
        return same_package_files(lookup, importer, language)
    return counterparts(lookup, importer) if language in _C_FAMILY else []
