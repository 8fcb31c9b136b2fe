"""Go's imports: a package is a folder, found by the paths of the workspace's modules."""

import posixpath
from typing import Final

from holdfast.index.imports.file_lookup import FileLookup
from holdfast.index.imports.workspace_path import ends_as, inside, is_below, nearest_first

_MOST_SEGMENTS: Final = 2


def go_files(lookup: FileLookup, importer: str, module: str) -> list[str]:
    """All files of the package but its tests; [] for the standard library and for modules from elsewhere."""
    roots = [
        root
        for root in lookup.import_roots("go")
        if root.prefix
        and (module == root.prefix or module.startswith(root.prefix + "/"))
        and is_below(importer, root.folder)
    ]
    roots.sort(key=lambda root: (-len(root.prefix), -len(root.folder)))
    for root in roots:
        folder = inside(root.target, module[len(root.prefix) :].lstrip("/"))
        if folder is not None and (files := package_files(lookup, folder)):
            return files
    if lookup.import_roots("go") or "." not in module.split("/", 1)[0]:
        return []
    return _without_modules(lookup, importer, module)


def package_files(lookup: FileLookup, folder: str) -> list[str]:
    """The Go files directly in a folder, without tests."""
    return sorted(
        path for path in lookup.paths_in_folder(folder) if path.endswith(".go") and not path.endswith("_test.go")
    )


def _without_modules(lookup: FileLookup, importer: str, module: str) -> list[str]:
    """A workspace from before modules: the folder that ends as the import does."""
    folders = lookup.folders_named(posixpath.basename(module))
    segments = module.split("/")
    for skipped in range(max(len(segments) - _MOST_SEGMENTS, 0) + 1):
        spelled = "/".join(segments[skipped:])
        for folder in nearest_first((folder for folder in folders if ends_as(folder, spelled)), importer):
            if files := package_files(lookup, folder):
                return files
    return []
