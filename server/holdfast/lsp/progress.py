"""Long work shown as LSP work-done progress."""

import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from lsprotocol import types
from pygls.lsp.server import LanguageServer

Report = Callable[[str, int | None], None]


@asynccontextmanager
async def progress(server: LanguageServer, title: str) -> AsyncIterator[Report]:
    """A progress bar while the block runs: call what it yields with a message and per cent (or None).

    Does nothing where the client shows no progress.
    """
    window = server.client_capabilities.window
    if window is None or not window.work_done_progress:
        yield lambda _message, _percentage: None
        return
    token = uuid.uuid4().hex
    bar = server.work_done_progress
    await bar.create_async(token)
    bar.begin(token, types.WorkDoneProgressBegin(title=title, percentage=0))

    def report(message: str, percentage: int | None) -> None:
        bar.report(token, types.WorkDoneProgressReport(message=message, percentage=percentage))

    try:
        yield report
    finally:
        bar.tokens.pop(token, None)
        bar.end(token, types.WorkDoneProgressEnd())
