from collections.abc import Sequence
from typing import Protocol

from holdfast.index.anatomy import Import
from holdfast.index.imports.import_root import ImportRoot


class FileLookup(Protocol):
    """The questions that resolving an import asks of the index; each is one indexed lookup.

    Paths are relative to the workspace with "/"; a folder has no "/" at its end and is "" for the top.
    """

    def has_path(self, path: str) -> bool:
        """Whether a file is indexed."""
        ...

    def paths_of_module(self, module: str) -> Sequence[str]:
        """Files whose `chunk_store.module_name` is `module`: their stem, or their folder's name for `__init__.py`."""
        ...

    def paths_in_folder(self, folder: str) -> Sequence[str]:
        """The indexed files that lie directly in a folder."""
        ...

    def folders_named(self, name: str) -> Sequence[str]:
        """Folders that hold indexed files directly and whose last segment is `name`."""
        ...

    def imports_of(self, path: str) -> Sequence[Import]:
        """What a file imported when it was indexed."""
        ...

    def import_roots(self, kind: str) -> Sequence[ImportRoot]:
        """Every import root of one kind in the workspace."""
        ...

    def defines(self, path: str, name: str) -> bool:
        """Whether a file defines `name` at its top level."""
        ...
