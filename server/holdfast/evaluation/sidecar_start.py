"""How long a sidecar takes to start: until `initialize` is answered, and from `initialized` to the first context."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from holdfast.evaluation.arrival_server import Arrival, ArrivalServer, Said
from holdfast.evaluation.lsp_editor import TypedDocument, initialize_params
from holdfast.evaluation.lsp_process import LspProcess, notification
from holdfast.evaluation.typing_trace import Passage

_LOOK_SECONDS: Final = 0.002
_ASK_AGAIN_SECONDS: Final = 0.05
_PATIENCE_SECONDS: Final = 30.0
_FILE_SEPARATOR: Final = "<|file_sep|>"


async def start_seconds(argv: Sequence[str], environment: Mapping[str, str], root: Path) -> float:
    """From before the process is made to its answer to `initialize`."""
    process = await LspProcess.start(argv, environment=environment)
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            asked = process.request("initialize", initialize_params(root))
            process.send(asked)
            return (await asked.answer).at - process.started_at
    finally:
        await process.kill()


async def first_context_seconds(
    argv: Sequence[str], environment: Mapping[str, str], root: Path, server: ArrivalServer, passage: Passage
) -> float:
    """From `initialized` to the first byte of the first request that carries code of other files.

    The file is opened in the same breath, and a completion asked for at once; as long as none carries any, the next
    character is typed and one asked for there.
    """
    server.arrivals.clear()
    server.model = lambda _prompt: Said("")
    settings = {"endpoint": server.endpoint, "debounceMs": 0}
    async with await LspProcess.start(argv, environment=environment, settings=settings) as process:
        await process.ask("initialize", initialize_params(root, settings))
        document = TypedDocument(root, passage)
        asked = document.ask(process)
        at = process.send(notification("initialized", {}), document.opened(), asked)
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while (first := next(filter(has_context, server.arrivals), None)) is None:
                await asyncio.sleep(_LOOK_SECONDS)
                if asked.answer.done():
                    asked.answer.result()
                    await asyncio.sleep(_ASK_AGAIN_SECONDS)
                    typed = document.key(document.typed + 1)
                    asked = document.ask(process)
                    process.send(typed, asked)
        return first.at - at


def has_context(arrival: Arrival) -> bool:
    """Whether a prompt quotes more files than the one that is typed in."""
    return arrival.prompt.count(_FILE_SEPARATOR) > 1
