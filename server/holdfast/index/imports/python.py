"""Python's imports: relative ones by the dots; absolute ones below each folder that may be on Python's path.

Such a folder is no package itself. The likeliest are the folders around the importer and their `src`; where none has
the module, any folder of the workspace that is no package, except for names of the standard library.
"""

import posixpath
import sys
from collections.abc import Iterator
from typing import Final

from holdfast.index.imports.file_lookup import FileLookup
from holdfast.index.imports.workspace_path import ends_as, folders_above, nearest_first

_ENDS: Final = (".py", ".pyi", "/__init__.py", "/__init__.pyi")


def python_files(lookup: FileLookup, importer: str, module: str, name: str) -> list[str]:
    """The file of `module`; before it the file of its submodule `name`, which `from module import name` may mean."""
    dotted = module.lstrip(".")
    folder = posixpath.dirname(importer)
    spelled = dotted.replace(".", "/")
    if module.startswith("."):
        for _ in range(len(module) - len(dotted) - 1):
            if not folder:
                return []
            folder = posixpath.dirname(folder)
        found = _at(lookup, posixpath.join(folder, spelled).rstrip("/"))
    else:
        found = _below_path(lookup, importer, spelled)
    if not name or name == "*":
        return found
    return [*_submodules(lookup, importer, module, name, found), *found]


def _at(lookup: FileLookup, base: str) -> list[str]:
    return [path for path in (base + end if base else end.strip("/") for end in _ENDS) if lookup.has_path(path)]


def _below_path(lookup: FileLookup, importer: str, spelled: str) -> list[str]:
    """An absolute import. All files that end as it is spelled are known by one question; the path decides."""
    candidates = [
        (path, root)
        for path in lookup.paths_of_module(posixpath.basename(spelled))
        if (root := _root_of(path, spelled)) is not None
    ]
    if not candidates:
        return []
    roots = {root for _, root in candidates}
    for place in _places(posixpath.dirname(importer)):
        if place in roots and not _is_package(lookup, place):
            return _ordered([path for path, root in candidates if root == place])
    is_foreign = spelled.split("/", 1)[0] in sys.stdlib_module_names
    if is_foreign:
        return []
    there = {root for root in roots if not _is_package(lookup, root)}
    return nearest_first([path for path, root in candidates if root in there], importer)


def _root_of(path: str, spelled: str) -> str | None:
    for end in _ENDS:
        if ends_as(path, spelled + end):
            return path[: -len(spelled + end)].rstrip("/")
    return None


def _places(folder: str) -> Iterator[str]:
    for place in folders_above(folder):
        yield place
        yield posixpath.join(place, "src")


def _is_package(lookup: FileLookup, folder: str) -> bool:
    return bool(folder) and lookup.has_path(posixpath.join(folder, "__init__.py"))


def _ordered(paths: list[str]) -> list[str]:
    return sorted(paths, key=lambda path: (next(at for at, end in enumerate(_ENDS) if path.endswith(end)), path))


def _submodules(lookup: FileLookup, importer: str, module: str, name: str, found: list[str]) -> list[str]:
    packages = [posixpath.dirname(path) for path in found if posixpath.basename(path).startswith("__init__.")]
    for package in dict.fromkeys(packages):
        if inner := _at(lookup, posixpath.join(package, name)):
            return inner
    if found:
        return []
    inner_module = module + name if module.endswith(".") else f"{module}.{name}"
    return python_files(lookup, importer, inner_module, "")
