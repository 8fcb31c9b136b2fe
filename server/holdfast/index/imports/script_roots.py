"""What non-relative JavaScript and TypeScript imports mean: tsconfig.json, jsconfig.json, package.json.

See https://www.typescriptlang.org/tsconfig (baseUrl, paths, extends) and https://nodejs.org/api/packages.html
(exports, imports). A package's entry often names what a build will write: scripts.py then looks for its source.
"""

import posixpath
from collections.abc import Iterator
from typing import Final

from holdfast.index.imports.import_root import ImportRoot
from holdfast.index.imports.loose_json import loose_object, strings, table
from holdfast.index.imports.workspace_path import inside

_MOST_TARGETS: Final = 6
_LONGEST_NAME: Final = 214
_ENTRY_FIELDS: Final = ("source", "module", "main", "types", "typings")


def tsconfig_roots(path: str, text: str) -> Iterator[ImportRoot]:
    """The patterns of a tsconfig for files below its folder, and where it inherits others from."""
    folder = posixpath.dirname(path)
    config = loose_object(text)
    options = table(config.get("compilerOptions"))
    base_url = options.get("baseUrl")
    base = inside(folder, _own(base_url)) if isinstance(base_url, str) else None
    for pattern, targets in table(options.get("paths")).items():
        for target in strings(targets, _MOST_TARGETS):
            yield from _root(pattern, folder if base is None else base, _own(target), folder)
    if base is not None:
        yield ImportRoot("script", "*", posixpath.join(base, "*"), folder)
    for inherited in strings(config.get("extends"), _MOST_TARGETS):
        spelled = inherited if inherited.endswith(".json") else inherited + ".json"
        extended = inside(folder, spelled) if inherited.startswith(".") else None
        if extended:
            yield ImportRoot("script-extends", "", extended, folder)


def package_json_roots(path: str, text: str) -> Iterator[ImportRoot]:
    """A package's name with its entries, for every importer; its `imports`, for its own files."""
    folder = posixpath.dirname(path)
    package = loose_object(text)
    for pattern, targets in table(package.get("imports")).items():
        for target in strings(targets, _MOST_TARGETS):
            if pattern.startswith("#") and target.startswith("."):
                yield from _root(pattern, folder, target, folder)
    name = package.get("name")
    if not isinstance(name, str) or not name or len(name) > _LONGEST_NAME or "*" in name:
        return
    exports = package.get("exports")
    named = exports if isinstance(exports, dict) and any(key.startswith(".") for key in exports) else {".": exports}
    for entry, targets in named.items():
        for target in strings(targets, _MOST_TARGETS):
            if entry.startswith("."):
                yield from _root(name + entry[1:], folder, target, "")
    for field in _ENTRY_FIELDS:
        for target in strings(package.get(field), 1):
            yield from _root(name, folder, target, "")
    yield ImportRoot("script", name, folder, "")
    yield ImportRoot("script", name + "/*", posixpath.join(folder, "*"), "")


def _root(pattern: str, base: str, target: str, folder: str) -> Iterator[ImportRoot]:
    place = inside(base, target)
    if place is not None and pattern.count("*") <= 1 and place.count("*") <= 1 and len(pattern) <= _LONGEST_NAME:
        yield ImportRoot("script", pattern, place, folder)


def _own(target: str) -> str:
    return target.removeprefix("${configDir}/") if target != "${configDir}" else "."
