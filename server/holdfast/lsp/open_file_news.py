"""Tells the indexers which files are open, the one worked with last first, whenever that is another list."""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from holdfast.index.open_files import prefer
from holdfast.lsp.documents import OpenDocument, OpenDocuments
from holdfast.lsp.inline_completion import locate
from holdfast.workspace_folder import Workspace

_MOST_LOOKED_AT: Final = 200


class OpenFileNews:
    """What was told last of one window's documents; it is written in a thread, one list after another."""

    def __init__(self, documents: OpenDocuments) -> None:
        self._documents = documents
        self._order: tuple[str, ...] = ()
        self._told: dict[Path, list[str]] = {}
        self._writing = asyncio.Lock()
        self._is_awaited = False

    def is_due(self) -> bool:
        """Whether documents were opened, closed or changed places since the last time, and nobody has set out to tell it."""
        if self._is_awaited:
            return False
        order = tuple(document.uri for document in self._documents.all())
        self._is_awaited, self._order = order != self._order, order
        return self._is_awaited

    async def tell(self, workspace: Workspace, *, anew: bool = False) -> None:
        """Write down the files of each folder for its indexer, unless it was told them already (or `anew`)."""
        async with self._writing:
            self._is_awaited = False
            if anew:
                self._told = {}
            self._told = await asyncio.to_thread(_tell, workspace, self._documents.all(), self._told)


def _tell(
    workspace: Workspace, documents: Iterable[OpenDocument], told: dict[Path, list[str]]
) -> dict[Path, list[str]]:
    """What is told now. Blocking."""
    open_now: dict[Path, list[str]] = {folder.root: [] for folder in workspace.folders}
    for document in [document for document in documents if not document.uri.startswith("untitled:")][:_MOST_LOOKED_AT]:
        root, path = locate(document, workspace)
        if root is not None and root in open_now:
            open_now[root].append(path)
    for folder in workspace.folders:
        if open_now[folder.root] != told.get(folder.root):
            prefer(folder.directory, open_now[folder.root])
    return open_now
