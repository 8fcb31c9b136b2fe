"""Rust's paths: `crate`, `self`, `super`, crates of the workspace by name, and modules below them as files.

A module is named here by the folder in which its children lie: that of `a.rs` and of `a/mod.rs` is `a`, that of
`src/lib.rs` is `src`. Where a path goes on into something that is no file, the file reached so far has the item, or
brings it in by a `use` of its own.
"""

import posixpath
from dataclasses import dataclass
from typing import Final

from holdfast.index.anatomy import Import
from holdfast.index.imports.file_lookup import FileLookup
from holdfast.index.imports.workspace_path import folders_above, is_below

_ROOT_FILES: Final = ("lib.rs", "main.rs")
_OWN_ROOTS: Final = frozenset({"tests", "benches", "examples", "bin"})
_MOST_SEGMENTS: Final = 30
_MOST_USES: Final = 4


@dataclass(frozen=True, slots=True)
class _Module:
    """`folder` holds its children; `files` are where it is written, several for a crate of library and program."""

    folder: str
    files: tuple[str, ...]


def rust_files(lookup: FileLookup, importer: str, module: str, name: str) -> list[str]:
    """The file of the module `module::name` if that is one, then those of `module`; [] for crates from elsewhere."""
    found = _resolve(lookup, importer, module.split("::")[:_MOST_SEGMENTS], _MOST_USES)
    if found is None:
        return []
    inner = _child(lookup, found, name) if name and name != "*" else None
    # In a module written within its file, which text alone does not show, `super` is that file.
    own = (importer,) if module.startswith("super") else ()
    macros = _macros(lookup, found) if name else ()
    return list(dict.fromkeys([*(inner.files if inner else ()), *found.files, *macros, *own]))


def _resolve(lookup: FileLookup, importer: str, segments: list[str], uses: int) -> _Module | None:
    first, *rest = segments
    here = _Module(_child_folder(lookup, importer), (importer,))
    start: _Module | None
    if first == "crate":
        start = _crate_of(lookup, importer)
    elif first == "self":
        start = here
    elif first == "super":
        start = _parent(lookup, here)
        while rest and rest[0] == "super" and start is not None:
            start = _parent(lookup, start)
            rest = rest[1:]
    else:
        start = _crate_named(lookup, importer, first) or _child(lookup, here, first)
        start = start or _brought_in(lookup, here, first, uses) or _from_top(lookup, importer, first)
    for segment in rest:
        if start is None:
            return None
        onward = _child(lookup, start, segment) or _brought_in(lookup, start, segment, uses)
        if onward is None:
            return start
        start = onward
    return start


def _child_folder(lookup: FileLookup, path: str) -> str:
    folder, name = posixpath.split(path)
    is_root = name in _ROOT_FILES or name in {"mod.rs", "build.rs"} or _is_own_root(lookup, folder)
    return folder if is_root else posixpath.join(folder, name.removesuffix(".rs"))


def _is_own_root(lookup: FileLookup, folder: str) -> bool:
    """Whether each file of a folder is a crate: Cargo's tests, examples, benchmarks and programs."""
    around, name = posixpath.split(folder)
    if name not in _OWN_ROOTS:
        return False
    if name == "bin":
        around = posixpath.dirname(around)
    return lookup.has_path(posixpath.join(around, "Cargo.toml"))


def _files_of(lookup: FileLookup, folder: str) -> tuple[str, ...]:
    beside = (f"{folder}.rs",) if folder else ()
    inner = tuple(posixpath.join(folder, name) for name in ("mod.rs", *_ROOT_FILES))
    return tuple(path for path in (*beside, *inner) if lookup.has_path(path))


def _macros(lookup: FileLookup, module: _Module) -> tuple[str, ...]:
    """Where a crate's exported macros mostly stand, which belong to its root wherever they do."""
    is_crate = any(posixpath.basename(path) in _ROOT_FILES for path in module.files)
    place = _child(lookup, module, "macros") if is_crate else None
    return place.files if place else ()


def _parent(lookup: FileLookup, module: _Module) -> _Module | None:
    if not module.folder:
        return None
    folder = posixpath.dirname(module.folder)
    files = _files_of(lookup, folder)
    return _Module(folder, files) if files else None


def _child(lookup: FileLookup, module: _Module, name: str) -> _Module | None:
    folder = posixpath.join(module.folder, name)
    files = tuple(path for path in (f"{folder}.rs", f"{folder}/mod.rs") if lookup.has_path(path))
    return _Module(folder, files) if files else None


def _crate_of(lookup: FileLookup, importer: str) -> _Module | None:
    folder = posixpath.dirname(importer)
    if _is_own_root(lookup, folder):
        return _Module(folder, (importer,))
    for around in folders_above(folder):
        files = tuple(path for name in _ROOT_FILES if lookup.has_path(path := posixpath.join(around, name)))
        if files:
            return _Module(around, files)
    return _crate_named(lookup, importer, "crate")


def _crate_named(lookup: FileLookup, importer: str, name: str) -> _Module | None:
    fitting = [root for root in lookup.import_roots("rust") if root.prefix == name and is_below(importer, root.folder)]
    for root in sorted(fitting, key=lambda root: -len(root.folder)):
        if lookup.has_path(root.target):
            return _Module(posixpath.dirname(root.target), (root.target,))
    return None


def _from_top(lookup: FileLookup, importer: str, name: str) -> _Module | None:
    """A path as the 2015 edition writes it: from the crate's root."""
    crate = _crate_of(lookup, importer)
    return _child(lookup, crate, name) if crate else None


def _brought_in(lookup: FileLookup, module: _Module, name: str, uses: int) -> _Module | None:
    """The module that a `use` in the module's own files calls `name`."""
    if uses == 0:
        return None
    for path in module.files:
        for used in lookup.imports_of(path):
            if _local_name(used) == name and used.module.split("::")[0] != name:
                segments = [*used.module.split("::"), *([used.name] if used.name else [])][:_MOST_SEGMENTS]
                found = _resolve(lookup, path, segments, uses - 1)
                if found is not None and found.files != module.files:
                    return found
    return None


def _local_name(used: Import) -> str:
    return used.alias or used.name or used.module.rpartition("::")[2]
