"""What was built from one state of the settings, kept until the last who uses it is done."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from holdfast.completion.gate import is_too_large
from holdfast.completion.request import CompletionAnswer, CompletionRequest
from holdfast.cursor import Cursor
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

    async def complete(self, request: CompletionRequest) -> CompletionAnswer:
        """The answer at a cursor. While the server is still looked for, context is gathered: neither needs the other."""
        with self.in_use() as completion:
            is_looking = completion.model is not None and completion.model.choice.known is None
            gathering = asyncio.create_task(_gather(completion, request.cursor)) if is_looking else None
            try:
                return await completion.completer.complete(request)
            finally:
                if gathering is not None:
                    gathering.cancel()

    async def aclose(self) -> None:
        """Close them now."""
        await self.completion.aclose()
        self.workspace.close()

    async def aclose_when_idle(self) -> None:
        """Close them once nobody uses them."""
        await self._idle.wait()
        await self.aclose()


async def _gather(completion: Completion, cursor: Cursor) -> None:
    """The first context of a document; once begun, it is gathered to its end, whoever stops waiting."""
    is_left_out = completion.completer.gate.why_never(cursor) is not None or is_too_large(cursor)
    if not is_left_out and completion.epochs.current(cursor) is None:
        await completion.epochs.renew(cursor)
