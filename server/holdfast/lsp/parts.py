"""What was built from one state of the settings, kept until the last who uses it is done."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from holdfast.wiring import Completion
from holdfast.workspace_folder import Workspace


class Parts:
    """A completion part and the workspace under it; replaced as one when settings change."""

    def __init__(self, completion: Completion, workspace: Workspace) -> None:
        self.completion = completion
        self.workspace = workspace
        self._users = 0
        self._idle = asyncio.Event()
        self._idle.set()

    @contextmanager
    def in_use(self) -> Iterator[Completion]:
        """Keep the parts open for as long as the block runs."""
        self._users += 1
        self._idle.clear()
        try:
            yield self.completion
        finally:
            self._users -= 1
            if self._users == 0:
                self._idle.set()

    async def aclose(self) -> None:
        """Close them now."""
        await self.completion.aclose()
        self.workspace.close()

    async def aclose_when_idle(self) -> None:
        """Close them once nobody uses them."""
        await self._idle.wait()
        await self.aclose()
