"""The index, built before the first question is answered, and kept right from then on."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from holdfast.errors import HoldfastError
from holdfast.index.index_once import index_once
from holdfast.index.indexer_process import IndexerProcess
from holdfast.index.indexer_state import IndexerState
from holdfast.index_child import command_line

Report = Callable[[IndexerState], Awaitable[None]]

_REPORT_S: Final = 0.25


class ReadyIndex:
    """One folder's index. `root` resolved; `directory` is where it lies."""

    def __init__(self, root: Path, directory: Path) -> None:
        self._root = root
        self._directory = directory
        self._process = IndexerProcess(command_line(root, directory), directory)
        self._first: asyncio.Task[None] | None = None
        self._state = IndexerState()
        self._is_closing = threading.Event()

    async def ready(self, report: Report) -> None:
        """Return once the index has been brought up to date, at the first call; `report` hears four times a second how far.

        Who asks meanwhile waits for the same. Raises StorageError or WorkspaceError; the next call then tries again.
        """
        if self._first is None:
            self._first = asyncio.create_task(self._bring_up_to_date(), name="first index")
        first = self._first
        while not first.done():
            # A caller who gives up does not take the index with it.
            await asyncio.wait([first], timeout=_REPORT_S)
            if not first.done():
                await report(self._state)
        if first.cancelled() or first.exception() is not None:
            if self._first is first:
                self._first = None
            await first

    async def close(self) -> None:
        """End what is running."""
        self._is_closing.set()
        first, self._first = self._first, None
        if first is not None:
            await asyncio.wait([first])
            if not first.cancelled():
                first.exception()  # whoever waited for it has it
        await self._process.close()

    async def _bring_up_to_date(self) -> None:
        await asyncio.to_thread(index_once, self._root, self._directory, self._heard)
        self._process.start()

    def _heard(self, state: IndexerState) -> None:
        if self._is_closing.is_set():
            raise HoldfastError("The server is ending.")
        self._state = state
