"""Java's, Kotlin's, Scala's and C#'s imports: a package is a folder below any source root, a class mostly a file.

Kotlin and C# may leave out the package's outer segments in the folders, and name a file as they like: where no file
has the class's name, all files of the package may define it.
"""

import posixpath
from collections.abc import Iterable
from typing import Final

from holdfast.index.imports.file_lookup import FileLookup
from holdfast.index.imports.workspace_path import ends_as, nearest_first

ENDS: Final = {
    "java": (".java", ".kt", ".groovy", ".scala"),
    "kotlin": (".kt", ".java", ".kts", ".groovy", ".scala"),
    "groovy": (".groovy", ".java", ".kt"),
    "scala": (".scala", ".java", ".kt"),
    "csharp": (".cs",),
}
_SOURCE_ROOTS: Final = frozenset({"java", "kotlin", "scala", "groovy", "src", "main", "test", "lib"})
_SHORTENED: Final = frozenset({".kt", ".cs"})
_FOREIGN: Final = frozenset(
    {"java", "javax", "jakarta", "kotlin", "scala", "android", "androidx", "System", "Microsoft"}
)
_MOST_FILES: Final = 200
_MOST_OUTER: Final = 3


def java_files(lookup: FileLookup, importer: str, language: str, module: str, name: str) -> list[str]:
    """The file of the class `name` in the package `module`; all files of the package for "*" and for functions."""
    ends = ENDS[language]
    if name == "*":
        found = _packages(lookup, importer, ends, module) or _class_file(lookup, importer, ends, module)
    else:
        found = _class_file(lookup, importer, ends, f"{module}.{name}" if name else module)
        if not found:
            found = _outer_class(lookup, importer, ends, module) or _packages(lookup, importer, ends, module)
    return found[:_MOST_FILES]


def same_package_files(lookup: FileLookup, importer: str, language: str) -> list[str]:
    """Files whose classes the importer sees without an import: its folder, and the same package below other roots."""
    ends = ENDS[language]
    folder = posixpath.dirname(importer)
    found = _sources(lookup.paths_in_folder(folder), ends)
    package = _package_of(folder)
    if package:
        for other in _nearest_folders(lookup.folders_named(posixpath.basename(folder)), importer):
            if other != folder and _package_of(other) == package:
                found += _sources(lookup.paths_in_folder(other), ends)
    return [path for path in found if path != importer][:_MOST_FILES]


def _class_file(lookup: FileLookup, importer: str, ends: tuple[str, ...], dotted: str) -> list[str]:
    spelled = dotted.replace(".", "/")
    named = _sources(lookup.paths_of_module(posixpath.basename(spelled)), ends)
    found = [path for path in named if ends_as(posixpath.splitext(path)[0], spelled)]
    if not found and _may_be_short(ends, dotted):
        found = [path for path in named if _fits_short(posixpath.dirname(path), posixpath.dirname(spelled))]
    return nearest_first(found, importer)


def _outer_class(lookup: FileLookup, importer: str, ends: tuple[str, ...], module: str) -> list[str]:
    """The file of `a.b.Outer` for a nested class or a static member of it."""
    for _ in range(_MOST_OUTER):
        last = module.rpartition(".")[2]
        if not last[:1].isupper():
            return []
        if found := _class_file(lookup, importer, ends, module):
            return found
        module = module.rpartition(".")[0]
    return []


def _packages(lookup: FileLookup, importer: str, ends: tuple[str, ...], module: str) -> list[str]:
    spelled = module.replace(".", "/")
    folders = lookup.folders_named(posixpath.basename(spelled))
    there = [folder for folder in folders if ends_as(folder, spelled)]
    if not there and _may_be_short(ends, module):
        there = [folder for folder in folders if _fits_short(folder, spelled)]
    found: list[str] = []
    for folder in _nearest_folders(there, importer):
        found += _sources(lookup.paths_in_folder(folder), ends)
        if len(found) >= _MOST_FILES:
            break
    return sorted(found, key=lambda path: not path.endswith(ends[0]))


def _sources(paths: Iterable[str], ends: tuple[str, ...]) -> list[str]:
    kept = [path for path in paths if path.endswith(ends)]
    return sorted(kept, key=lambda path: (not path.endswith(ends[0]), path))


def _nearest_folders(folders: Iterable[str], importer: str) -> list[str]:
    return [path[:-1] for path in nearest_first((f"{folder}/" for folder in folders), importer)]


def _package_of(folder: str) -> str:
    """The part of a folder below its innermost source root, "" when it has none."""
    segments = folder.split("/")
    for at in range(len(segments) - 1, -1, -1):
        if segments[at] in {"java", "kotlin", "scala", "groovy"} and at and segments[at - 1] in {"main", "test", "src"}:
            return "/".join(segments[at + 1 :])
    if "src" in segments:
        return "/".join(segments[segments.index("src") + 1 :])
    return ""


def _may_be_short(ends: tuple[str, ...], dotted: str) -> bool:
    return ends[0] in _SHORTENED and dotted.split(".", 1)[0] not in _FOREIGN


def _fits_short(folder: str, spelled: str) -> bool:
    """Whether the folders below a source root are the package without its outer segments."""
    here, wanted = folder.split("/"), spelled.split("/")
    shared = 0
    while shared < min(len(here), len(wanted)) and here[-1 - shared] == wanted[-1 - shared]:
        shared += 1
    return shared < len(here) and here[-1 - shared].lower() in _SOURCE_ROOTS
