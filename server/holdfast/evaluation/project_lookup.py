"""What resolving imports asks, answered from the project's files in memory: no index is needed."""

import posixpath
from collections.abc import Sequence

from holdfast.evaluation.project_names import ProjectNames
from holdfast.index.anatomy import Import
from holdfast.index.chunk_store import module_name
from holdfast.index.imports.import_root import ImportRoot
from holdfast.index.imports.import_roots import import_roots


class ProjectLookup:
    """A `FileLookup` over every file of a project as it really is."""

    def __init__(self, names: ProjectNames) -> None:
        self._names = names
        self._by_module: dict[str, list[str]] = {}
        self._by_folder: dict[str, list[str]] = {}
        self._roots: list[ImportRoot] = []
        for path, file in names.files.items():
            self._by_module.setdefault(module_name(path), []).append(path)
            self._by_folder.setdefault(posixpath.dirname(path), []).append(path)
            self._roots += import_roots(path, file.text)

    def has_path(self, path: str) -> bool:
        """Whether there is such a file."""
        return path in self._names.files

    def paths_of_module(self, module: str) -> Sequence[str]:
        """Files of that module name."""
        return self._by_module.get(module, [])

    def paths_in_folder(self, folder: str) -> Sequence[str]:
        """Files directly in a folder."""
        return self._by_folder.get(folder, [])

    def folders_named(self, name: str) -> Sequence[str]:
        """Folders with files whose last segment is `name`."""
        return [folder for folder in self._by_folder if posixpath.basename(folder) == name]

    def imports_of(self, path: str) -> Sequence[Import]:
        """What a file imports."""
        return self._names.imports.get(path, ())

    def import_roots(self, kind: str) -> Sequence[ImportRoot]:
        """The import roots of one kind."""
        return [root for root in self._roots if root.kind == kind]

    def defines(self, path: str, name: str) -> bool:
        """Whether a file defines `name` at its top level."""
        return bool(self._names.top_level_lines(path, name))
