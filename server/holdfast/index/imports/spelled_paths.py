"""Languages whose imports spell a path: from the importing file, else below the folders around it, else by its end."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from holdfast.index.imports.file_lookup import FileLookup
from holdfast.index.imports.workspace_path import ends_as, folders_above, inside, nearest_first


@dataclass(frozen=True, slots=True)
class PathSpelling:
    """`separator` stands between segments; `ends` are tried behind it ("" as spelled, "/init.lua" for a folder).

    `folders` are where libraries lie below a folder around the importer. `is_relative_only`: nothing else counts.
    """

    separator: str
    ends: tuple[str, ...]
    folders: tuple[str, ...] = ("",)
    is_relative_only: bool = False


_STYLE: Final = PathSpelling("/", ("", ".scss", ".css", ".less", ".sass", "/_index.scss", "/index.scss"), ("", "src"))
SPELLINGS: Final = {
    "ruby": PathSpelling("/", (".rb", ""), ("", "lib", "app")),
    "lua": PathSpelling(".", (".lua", "/init.lua"), ("", "lua", "src", "lib")),
    "php": PathSpelling("\\", (".php", ""), ("", "src", "lib")),
    "css": _STYLE,
    "scss": _STYLE,
    "less": _STYLE,
    "zig": PathSpelling("/", ("",), is_relative_only=True),
    "shellscript": PathSpelling("/", ("", ".sh", ".bash"), is_relative_only=True),
}


def spelled_files(lookup: FileLookup, importer: str, language: str, module: str, name: str) -> list[str]:
    """The file an import spells, as a list of one; `name` may be the last segment (in PHP)."""
    spelling = SPELLINGS[language]
    if language == "php" and not _is_file(module):
        whole = module.lstrip("\\") + ("\\" + name if name not in {"", "*"} else "")
        return _by_namespace(lookup, importer, whole) or _searched(lookup, importer, spelling, whole.replace("\\", "/"))
    is_relative = module.startswith(".") and spelling.separator == "/"
    spelled = module if spelling.separator != "." else module.replace(".", "/")
    for candidate in _candidates(posixpath.dirname(importer), spelling, spelled):
        if lookup.has_path(candidate):
            return [candidate]
    if is_relative or spelling.is_relative_only:
        return []
    return _searched(lookup, importer, spelling, spelled)


def _is_file(module: str) -> bool:
    return module.endswith((".php", ".inc", ".phtml"))


def _candidates(folder: str, spelling: PathSpelling, spelled: str) -> Iterator[str]:
    base = inside(folder, spelled)
    if not base:
        return
    around, last = posixpath.split(base)
    for end in spelling.ends:
        yield base + end
        if spelling is _STYLE:
            yield posixpath.join(around, f"_{last}{end}")


def _searched(lookup: FileLookup, importer: str, spelling: PathSpelling, spelled: str) -> list[str]:
    """Below the folders around the importer, then anywhere: one question, since the file's own name is known."""
    spelled = spelled.lstrip("./")
    last = posixpath.basename(spelled)
    named = [path for part in dict.fromkeys((last, "_" + last)) for path in lookup.paths_of_module(part.split(".")[0])]
    if spelling.ends[-1].endswith("/init.lua"):
        named += [
            path for folder in lookup.folders_named(last) if lookup.has_path(path := posixpath.join(folder, "init.lua"))
        ]
    there = set(named)
    for around in folders_above(posixpath.dirname(importer)):
        for folder in spelling.folders:
            for candidate in _candidates(posixpath.join(around, folder), spelling, spelled):
                if candidate in there:
                    return [candidate]
    if "/" not in spelled:
        return []
    return nearest_first((p for p in named if any(ends_as(p, spelled + end) for end in spelling.ends)), importer)[:1]


def _by_namespace(lookup: FileLookup, importer: str, whole: str) -> list[str]:
    roots = [root for root in lookup.import_roots("php") if whole.startswith(root.prefix)]
    for root in sorted(roots, key=lambda root: -len(root.prefix)):
        path = inside(root.target, whole[len(root.prefix) :].replace("\\", "/") + ".php")
        if path and lookup.has_path(path):
            return [path]
    spelled = whole.replace("\\", "/")
    named = lookup.paths_of_module(posixpath.basename(spelled))
    segments = spelled.split("/")
    for skipped in range(max(len(segments) - 1, 0)):
        ending = "/".join(segments[skipped:]) + ".php"
        if found := nearest_first((path for path in named if ends_as(path, ending)), importer):
            return found[:1]
    return []
