"""Definitions of the names used near the cursor, and of those the file imports.

A name that the file imports means the definition in the imported module's file, followed through re-exports; a name after
an imported module (`module.name`) likewise. For any other name, a definition counts by how few others share it and how near
its file is. Names close to the cursor come first, then the rest of what the file imports.
"""

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from holdfast.index.chunk_reader import ChunkReader, StoredChunk
from holdfast.index.definitions import Import, dissect
from holdfast.index.identifiers import identifiers_in
from holdfast.index.languages import share_names
from holdfast.index.retrieval.imported_files import imported_files
from holdfast.index.retrieval.query import RetrievalQuery

_LINES_ABOVE: Final = 20
_LINES_BELOW: Final = 5
_MOST_NAMES: Final = 40
_MOST_IMPORTED: Final = 40
_MOST_SHARERS: Final = 8
_MOST_HITS: Final = 40
_MOST_CANDIDATES: Final = 60
_SHORTEST_NAME: Final = 3
_MOST_MODULES: Final = 4
_MOST_REEXPORTS: Final = 3
_HEAD_BYTES: Final = 12_000


@dataclass(frozen=True, slots=True)
class _Names:
    """Local names of the file: what each import binds, nearest names first."""

    near: Sequence[str]
    bound: dict[str, Import]


def definitions_used(reader: ChunkReader, query: RetrievalQuery) -> list[StoredChunk]:
    """Definitions for this cursor, best first."""
    imports = dict.fromkeys([*_live_imports(query), *reader.imports_of(query.path)])
    bound = {_local_name(found): found for found in imports if found.name != "*"}
    names = _Names(_near_names(query), bound)
    ranked: dict[int, StoredChunk] = {}
    for stored in (*_near(reader, query, names), *_imported(reader, query, names)):
        ranked.setdefault(stored.id, stored)
        if len(ranked) >= _MOST_HITS:
            break
    return list(ranked.values())


def _near(reader: ChunkReader, query: RetrievalQuery, names: _Names) -> list[StoredChunk]:
    found: list[StoredChunk] = []
    free: list[str] = []
    in_modules: dict[str, None] = {}
    aliased = {imported.name for imported in names.bound.values()}
    for name in names.near:
        imported = names.bound.get(name)
        if imported is None:
            if name not in aliased:
                free.append(name)
            continue
        definitions = _definitions_of(reader, query.path, query.language, imported)
        found += definitions
        if not definitions:
            module = _submodule(imported)
            in_modules.update(dict.fromkeys(imported_files(reader, query.path, query.language, module)))
    return found + _by_name(reader, query, free, list(in_modules)[:_MOST_MODULES])


def _by_name(
    reader: ChunkReader, query: RetrievalQuery, names: Sequence[str], preferred: Sequence[str]
) -> list[StoredChunk]:
    counts = reader.count_definitions(names)
    order = {name: at for at, name in enumerate(names)}
    wanted: list[str] = []
    room = _MOST_CANDIDATES
    for name in sorted(counts, key=lambda name: (order[name] + 2 * counts[name], order[name])):
        if counts[name] <= _MOST_SHARERS and len(name) >= _SHORTEST_NAME and room > 0:
            wanted.append(name)
            room -= counts[name]
    kept = reader.definitions_named(wanted)
    kept += [stored for path in preferred for name in order for stored in reader.definitions_in(path, name)]
    kept = [stored for stored in kept if share_names(stored.chunk.language, query.language)]
    folder = posixpath.dirname(query.path)
    kept.sort(
        key=lambda stored: (
            stored.chunk.path not in preferred,
            order[stored.chunk.name] + 2 * counts[stored.chunk.name],
            _distance(folder, stored.chunk.path),
            stored.id,
        )
    )
    return kept


def _imported(reader: ChunkReader, query: RetrievalQuery, names: _Names) -> list[StoredChunk]:
    near = set(names.near)
    found: list[StoredChunk] = []
    for local_name, imported in list(names.bound.items())[:_MOST_IMPORTED]:
        if local_name not in near and imported.name:
            found += _definitions_of(reader, query.path, query.language, imported)
    return found


def _definitions_of(
    reader: ChunkReader, importer: str, language: str, imported: Import, hops: int = 0
) -> list[StoredChunk]:
    """The definition an import binds, through `from .x import name` in the files it comes from."""
    if not imported.name:
        return []
    for path in imported_files(reader, importer, language, imported.module):
        named = reader.definitions_in(path, imported.name)
        if imported.name == "default" and not named:
            named = reader.default_export_of(path)
        if named:
            return named
        if hops == _MOST_REEXPORTS:
            return []
        for onward in reader.imports_of(path):
            name = imported.name
            if onward.name == "*" or _local_name(onward) == name:
                target = onward if onward.name != "*" else Import(onward.module, name, "")
                named = _definitions_of(reader, path, language, target, hops + 1)
                if named:
                    return named
    return []


def _submodule(found: Import) -> str:
    """The module that an import binds when its name is no definition: `from a import b` may mean the file a/b.py."""
    if not found.name:
        return found.module
    return found.module + found.name if found.module.endswith(".") else f"{found.module}.{found.name}"


def _local_name(found: Import) -> str:
    """What the importing file calls it: for `import a.b` that is `a`, for a JavaScript module nothing but an alias."""
    if found.alias:
        return found.alias
    return found.name or found.module.split(".", 1)[0]


def _near_names(query: RetrievalQuery) -> list[str]:
    above = query.before.split("\n")[-_LINES_ABOVE:]
    below = query.after.split("\n")[:_LINES_BELOW]
    names: dict[str, None] = {}
    for line in (*reversed(above), *below):
        names.update(dict.fromkeys(reversed(identifiers_in(line[-1000:]))))
    return list(names)[:_MOST_NAMES]


def _live_imports(query: RetrievalQuery) -> tuple[Import, ...]:
    """The imports at the head of the buffer, saved or not. Parsing holds the GIL, hence only so many bytes."""
    anatomy = dissect(query.language, query.before[:_HEAD_BYTES].encode(errors="replace"))
    return anatomy.imports if anatomy else ()


def _distance(folder: str, path: str) -> int:
    here, there = folder.split("/"), posixpath.dirname(path).split("/")
    shared = len(posixpath.commonprefix([here, there]))
    return len(here) + len(there) - 2 * shared
