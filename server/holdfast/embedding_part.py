"""Settings to what embeds: the model, the vectors of each folder, and the work in the background.

settings ─> endpoint ─> EmbeddingModelServer ─> EmbeddingModel ─┬─> ChunkEmbedding (one for each folder) ─> WorkspaceVectors
                                                        └─> LineEmbedding ─> NearestCode, a retriever of the folder
"""

import asyncio
import concurrent.futures
import logging
import time
from collections.abc import Callable, Sequence
from typing import Final

from holdfast.completion.rest import Rest
from holdfast.errors import HoldfastError, ServerError
from holdfast.index.retrieval.embeddings import EMBEDDINGS, NearestCode
from holdfast.index.vectors.embed_chunks import ChunkEmbedding
from holdfast.index.vectors.workspace_vectors import WorkspaceVectors
from holdfast.inference.embedding_model import EmbeddingModel
from holdfast.inference.server_choice import EmbeddingModelServer
from holdfast.settings import Settings
from holdfast.workspace_folder import Workspace, WorkspaceFolder

logger = logging.getLogger(__name__)

LINES_SECONDS: Final = 0.08
"""How long a gathering of context waits for the vector of the lines above the cursor."""
_LINES_PATIENCE_MS: Final = 30_000
_AFTER_A_FAILURE_SECONDS: Final = 5.0


class LineEmbedding:
    """The vector of a few lines, asked for by a worker thread and answered by the loop's; one question at a time.

    A question that takes longer than a gathering waits goes on, so that a model that has to be loaded is loaded.
    """

    def __init__(
        self, model: EmbeddingModel, rest: Rest, loop: asyncio.AbstractEventLoop, *, wait_s: float = LINES_SECONDS
    ) -> None:
        self._model = model
        self._rest = rest
        self._loop = loop
        self._wait_s = wait_s
        self._asked: tuple[str, concurrent.futures.Future[Sequence[float] | None]] | None = None
        self._ask_again_at = 0.0
        self._is_closed = False

    def __call__(self, text: str) -> Sequence[float] | None:
        """The vector, None where it does not come in time. Never raises."""
        if self._asked is None or (self._asked[0] != text and self._asked[1].done()):
            if self._is_closed or not self._model.key or time.monotonic() < self._ask_again_at:
                return None
            question = self._ask(text)
            try:
                self._asked = (text, asyncio.run_coroutine_threadsafe(question, self._loop))
            except RuntimeError:  # the loop has ended
                question.close()
                return None
        asked, future = self._asked
        if asked != text:
            return None
        try:
            vector = future.result(self._wait_s)
        except (TimeoutError, concurrent.futures.CancelledError):
            return None
        if vector is None:
            self._asked = None
        return vector

    def close(self) -> None:
        """Ask no more, and stop what is being asked."""
        self._is_closed = True
        if self._asked is not None:
            self._asked[1].cancel()

    async def _ask(self, text: str) -> Sequence[float] | None:
        try:
            with self._rest.broken():
                return (await self._model.embed([text], patience_ms=_LINES_PATIENCE_MS))[0]
        except ServerError as error:
            logger.debug("the lines above the cursor were not embedded: %s", error)
            self._ask_again_at = time.monotonic() + _AFTER_A_FAILURE_SECONDS
            return None


class EmbeddingPart:
    """All that embeds; nothing is asked of anybody before `start` or `load`."""

    def __init__(self, server: EmbeddingModelServer, model: EmbeddingModel, workspace: Workspace, rest: Rest) -> None:
        """Adds a retriever to each folder. Call it where a loop runs."""
        self.model = model
        self._server = server
        self._rest = rest
        self._lines = LineEmbedding(model, rest, asyncio.get_running_loop())
        self._vectors = []
        for folder in workspace.folders:
            vectors = WorkspaceVectors(folder.directory)
            self._vectors.append(vectors)
            folder.retrieval.add(EMBEDDINGS, NearestCode(vectors, self._lines, _may_send_from(folder)))
        self._working: dict[asyncio.Task[None], ChunkEmbedding] = {}
        self._is_closed = False

    @property
    def count(self) -> int:
        """How many pieces of code can be compared with."""
        return sum(vectors.count for vectors in self._vectors)

    def start(self) -> None:
        """Begin to embed in the background; once begun, look again at once: the server may have been found."""
        for embedding in self._working.values():
            embedding.try_again()
        if self._working or self._is_closed:
            return
        for vectors in self._vectors:
            embedding = ChunkEmbedding(vectors, self.model, self._rest)
            task = asyncio.create_task(embedding.run(), name="embed the workspace")
            task.add_done_callback(_ended)
            self._working[task] = embedding

    async def load(self) -> None:
        """Choose the model and read what has been embedded, without embedding more: for one question."""
        try:
            model = await self.model.choose()
            for vectors in self._vectors:
                await asyncio.to_thread(vectors.refresh, model)
        except HoldfastError as error:
            logger.info("no embeddings: %s", error)

    async def aclose(self) -> None:
        """Stop everything; connections and files are closed when this returns."""
        self._is_closed = True
        self._lines.close()
        for task in self._working:
            task.cancel()
        if self._working:
            await asyncio.wait(self._working)
        for vectors in self._vectors:
            await asyncio.to_thread(vectors.close)
        await self._server.aclose()


def build_embedding(
    settings: Settings, workspace: Workspace, rest: Rest, connect: Callable[[], EmbeddingModelServer]
) -> EmbeddingPart | None:
    """What embeds, over a connection of its own; None where no model for it is named or no server is asked."""
    wanted = settings.embedding_model
    is_off = not settings.enabled or settings.provider == "none" or settings.embedded == "always"
    if wanted is None or is_off or settings.context_tokens == 0 or not workspace.folders:
        return None
    server = connect()
    allowed = tuple(settings.allowed_remote_models)
    model = EmbeddingModel(server, wanted, allowed, keep_alive=settings.keep_alive)
    return EmbeddingPart(server, model, workspace, rest)


def _may_send_from(folder: WorkspaceFolder) -> Callable[[str], bool]:
    return lambda path: folder.ignore_reason(path) is None


def _ended(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        logger.error("embedding the workspace broke", exc_info=error)
