"""JavaScript's and TypeScript's imports: relative ones by their path, others by tsconfig's patterns and packages.

The order follows what the tools do: the file as spelled, with each extension, as a folder with an index. What a
package.json names is often written by a build (`dist/index.js`); then the source that it is built from is meant.
"""

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from holdfast.index.imports.file_lookup import FileLookup
from holdfast.index.imports.import_root import ImportRoot
from holdfast.index.imports.workspace_path import ends_as, folders_above, inside, is_below, nearest_first

_TYPED_ENDS: Final = (".ts", ".tsx", ".d.ts", ".js", ".jsx", ".mts", ".cts", ".mjs", ".cjs", ".vue", ".svelte", ".json")
_PLAIN_ENDS: Final = (".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts", ".d.ts", ".vue", ".svelte", ".json")
_WRITTEN: Final = {
    ".js": (".ts", ".tsx", ".d.ts"),
    ".jsx": (".tsx", ".d.ts"),
    ".mjs": (".mts", ".d.mts"),
    ".cjs": (".cts", ".d.cts"),
}
_DECLARED: Final = {".ts": ".d.ts", ".mts": ".d.mts", ".cts": ".d.cts"}
_BUILT: Final = re.compile(r"(^|/)(?:dist|lib|build|out|esm|cjs|es)(?:/(?:esm|cjs|es|src|types|browser|node))?/")
_HOME: Final = re.compile(r"^[@~#]?/|^[~#](?=\w)")
_MOST_EXTENDS: Final = 4
_MOST_ROOTS: Final = 40


def script_files(lookup: FileLookup, importer: str, module: str) -> list[str]:
    """The file that a specifier means, as a list of one; [] for a package that is not of this workspace."""
    module = module.split("?", 1)[0].rpartition("!")[2]
    folder = posixpath.dirname(importer)
    if module.startswith("."):
        base = inside(folder, module)
        return [] if base is None else _first_at(lookup, importer, base)
    if not module or module.startswith(("node:", "http:", "https:", "data:")):
        return []
    for place in _by_roots(lookup, importer, module):
        if found := _first_at(lookup, importer, place):
            return found
    home = _HOME.match(module)
    spelled = module[home.end() :] if home else module
    if "/" not in spelled and not home:
        return []
    for around in folders_above(folder):
        for place in (around, posixpath.join(around, "src")):
            base = inside(place, spelled)
            if base and (found := _first_at(lookup, importer, base, is_guess=True)):
                return found
    return _ending(lookup, importer, spelled) if home else []


def _first_at(lookup: FileLookup, importer: str, base: str, *, is_guess: bool = False) -> list[str]:
    ends = _PLAIN_ENDS if importer.endswith((".js", ".jsx", ".mjs", ".cjs")) else _TYPED_ENDS
    if is_guess and not _is_known(lookup, base):
        return []
    for candidate in _candidates(base, ends):
        if candidate and lookup.has_path(candidate):
            return [candidate]
    return []


def _is_known(lookup: FileLookup, base: str) -> bool:
    """One question instead of two dozen for a place that is only possible."""
    stem = posixpath.basename(base).split(".", 1)[0]
    return any(path.startswith(base.rpartition(".")[0] or base) for path in lookup.paths_of_module(stem))


def _candidates(base: str, ends: tuple[str, ...]) -> Iterator[str]:
    stem, extension = posixpath.splitext(base)
    if extension in _WRITTEN:
        yield base if ends is _PLAIN_ENDS else ""
        yield from (stem + end for end in _WRITTEN[extension])
    if extension:
        yield base
        yield stem + _DECLARED.get(extension, extension)
    yield from (base + end for end in ends if base)
    yield from (posixpath.join(base, "index" + end) for end in ends)


def _by_roots(lookup: FileLookup, importer: str, module: str) -> Iterator[str]:
    """The places that patterns give a specifier: the most specific pattern first, then the nearest to the importer."""
    folders = _inherited_folders(lookup, importer)
    matching: list[tuple[int, int, int, str]] = []
    for at, root in enumerate(lookup.import_roots("script")):
        rest = _rest(root, module)
        if rest is None or not (is_below(importer, root.folder) or root.folder in folders):
            continue
        target = inside("", root.target.replace("*", rest, 1))
        if target is not None:
            matching.append((-len(root.prefix), -len(root.folder), at, target))
    for _, _, _, target in sorted(matching)[:_MOST_ROOTS]:
        yield target
        source = _BUILT.sub(r"\1src/", target, count=1)
        if source != target:
            yield source
            yield _BUILT.sub(r"\1", target, count=1)
        if module and not posixpath.splitext(target)[1]:
            yield posixpath.join(target, "src")


def _rest(root: ImportRoot, module: str) -> str | None:
    """What the pattern's "*" stands for in `module`; None when it does not fit."""
    before, star, after = root.prefix.partition("*")
    if not star:
        return "" if module == root.prefix else None
    fits = len(module) >= len(before) + len(after) and module.startswith(before) and module.endswith(after)
    return module[len(before) : len(module) - len(after)] if fits else None


def _inherited_folders(lookup: FileLookup, importer: str) -> set[str]:
    """Folders of the tsconfig files that the importer's own ones extend, directly or through others."""
    extends = lookup.import_roots("script-extends")
    folders: set[str] = set()
    reached = {root.target for root in extends if is_below(importer, root.folder)}
    for _ in range(_MOST_EXTENDS):
        before = len(folders)
        folders |= {posixpath.dirname(target) for target in reached}
        if len(folders) == before:
            break
        reached = {root.target for root in extends if root.folder in folders}
    return folders


def _ending(lookup: FileLookup, importer: str, spelled: str) -> list[str]:
    """An alias that no config explains (`@/x/y`): a file that ends so, the nearest."""
    ends = (*_TYPED_ENDS, *(f"/index{end}" for end in _TYPED_ENDS), "")
    stem = posixpath.basename(spelled).split(".", 1)[0]
    known = lookup.paths_of_module(stem)
    return nearest_first((path for path in known if any(ends_as(path, spelled + end) for end in ends)), importer)[:1]
