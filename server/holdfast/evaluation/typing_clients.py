"""The clients that typing is replayed with: Holdfast as it is wired, and a naive one to compare it with."""

import asyncio
from pathlib import Path
from typing import Final

import httpx

from holdfast.code_chunk import ContextBlock
from holdfast.completion.pauses import Pauses
from holdfast.completion.request import CompletionRequest
from holdfast.cursor import Cursor
from holdfast.errors import ServerError
from holdfast.evaluation.simulated_server import SimulatedServer
from holdfast.inference.endpoint import parse_endpoint
from holdfast.inference.families.qwen import QWEN_CODER
from holdfast.inference.file_window import FileWindow
from holdfast.inference.model_server import GenerateRequest, Piece
from holdfast.inference.ollama.client import OllamaServer
from holdfast.inference.prompt import write_head, write_prompt
from holdfast.settings import Settings
from holdfast.wiring import Completion, build_completion
from holdfast.workspace_folder import Workspace, WorkspaceFolder

_NAIVE_DEBOUNCE_SECONDS: Final = 0.35
_NAIVE_CHARACTERS: Final = 4000
_NAIVE_SUFFIX: Final = 800
_ENDPOINT: Final = "http://127.0.0.1:11434"


class HoldfastClient:
    """The completion part as an editor has it."""

    def __init__(self, completion: Completion) -> None:
        self._completion = completion
        self._pauses = Pauses(completion.prepare)

    async def cursor_rests(self, cursor: Cursor) -> None:
        """Prepare, as `holdfast/cursorMoved` does."""
        self._pauses.cursor_rests(cursor)

    async def key_typed(self, cursor: Cursor) -> None:
        """A pause begins anew and a request is expected, as with `textDocument/didChange`."""
        self._pauses.key_typed(cursor)
        self._completion.completer.expect(cursor)

    async def complete(self, cursor: Cursor) -> str:
        """An automatic request."""
        return (await self._completion.completer.complete(CompletionRequest(cursor))).text

    async def aclose(self) -> None:
        """Close everything."""
        await self._pauses.aclose()
        await self._completion.aclose()


async def connect_holdfast(server: SimulatedServer, folder: WorkspaceFolder, scratch: Path) -> HoldfastClient:
    """Holdfast over the simulated server, with the index of `folder`; the embedded engine off, to see the model alone."""
    settings = Settings(endpoint=_ENDPOINT, embedded="off")
    completion = build_completion(settings, Workspace((folder,)), scratch=scratch, transport=server)
    if completion.model is not None:
        await completion.model.find()
    return HoldfastClient(completion)


class NaiveClient:
    """What simple extensions do: 350 ms after the last key, the last 4,000 characters, chunks found for this cursor.

    A new request closes the one before; nothing is kept.
    """

    def __init__(self, transport: httpx.AsyncBaseTransport, folder: WorkspaceFolder | None) -> None:
        self._server = OllamaServer(parse_endpoint(_ENDPOINT), timeout_ms=10_000, transport=transport)
        self._folder = folder

    async def cursor_rests(self, cursor: Cursor) -> None:
        """Nothing is prepared."""

    async def key_typed(self, cursor: Cursor) -> None:
        """Nothing is prepared."""

    async def complete(self, cursor: Cursor) -> str:
        """Debounce, build the prompt anew, wait for the whole answer."""
        await asyncio.sleep(_NAIVE_DEBOUNCE_SECONDS)
        head = write_head(QWEN_CODER, "project", self._blocks(cursor))
        window = FileWindow(0, cursor.before[-_NAIVE_CHARACTERS:], cursor.after[:_NAIVE_SUFFIX])
        prompt = write_prompt(QWEN_CODER, head, cursor.path, window)
        text = ""
        try:
            async for item in self._server.generate(GenerateRequest("qwen2.5-coder", prompt, 128, 4096)):
                text += item.text if isinstance(item, Piece) else ""
        except ServerError:
            return ""
        return text.rstrip()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._server.aclose()

    def _blocks(self, cursor: Cursor) -> tuple[ContextBlock, ...]:
        if self._folder is None:
            return ()
        return self._folder.gather(cursor, 1500, lambda text: len(text.encode()) // 3, None).blocks


async def connect_naive(server: SimulatedServer, folder: WorkspaceFolder | None) -> NaiveClient:
    """The naive client over the simulated server."""
    return NaiveClient(server, folder)
