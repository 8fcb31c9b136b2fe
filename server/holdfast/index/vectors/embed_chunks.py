"""Embedding a workspace in the background: a few chunks at a time, only while the person and the model server rest.

What is embedded is kept at once, so that another start goes on where this one ended. A batch that a key interrupts is
given up: its connection is closed, and it comes again.
"""

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from typing import Any, Final, Protocol, TypeVar

from holdfast.errors import HoldfastError
from holdfast.index.vectors.chunk_texts import Hash
from holdfast.index.vectors.workspace_vectors import WorkspaceVectors

logger = logging.getLogger(__name__)
T = TypeVar("T")

BATCH: Final = 8
BATCH_PATIENCE_MS: Final = 60_000
LOOK_SECONDS: Final = 5.0
_SHORTEST_REST_SECONDS: Final = 0.05
_FIRST_WAIT_SECONDS: Final = 10.0
_LONGEST_WAIT_SECONDS: Final = 600.0
_TWICE: Final = 2


class Embedder(Protocol):
    """The embedding model as this sees it; raises HoldfastError."""

    async def choose(self) -> str:
        """The key of the model, once it is known that it may be asked."""
        ...

    def embed(self, texts: Sequence[str], *, patience_ms: int) -> Coroutine[Any, Any, list[list[float]]]:
        """A vector for each text."""
        ...


class Rest(Protocol):
    """Whether anybody waits for anything."""

    async def until_quiet(self) -> None:
        """Return once the editor and the model server rest."""
        ...

    async def unless_disturbed(self, work: Coroutine[Any, Any, T]) -> T | None:
        """What `work` comes to; None where a key comes first, and it has ended then."""
        ...


class ChunkEmbedding:
    """Keeps the vectors of one folder up to date while `run` runs."""

    def __init__(self, vectors: WorkspaceVectors, model: Embedder, rest: Rest) -> None:
        self._vectors = vectors
        self._model = model
        self._rest = rest
        self._again = asyncio.Event()
        self._told = ""

    def try_again(self) -> None:
        """What was wrong may be right now: do not wait longer."""
        self._again.set()

    async def run(self) -> None:
        """Until cancelled. A server that is lost or answers wrongly is asked again later, at ever longer intervals."""
        failures = 0
        is_done = False
        while True:
            wait = LOOK_SECONDS
            try:
                if not is_done or await asyncio.to_thread(self._vectors.has_changed):
                    is_done = await self.catch_up()
                failures = 0
            except HoldfastError as error:
                self._tell(error)
                is_done = False
                wait = min(_FIRST_WAIT_SECONDS * _TWICE**failures, _LONGEST_WAIT_SECONDS)
                failures = min(failures + 1, 10)
            await self._pause(wait)

    async def catch_up(self) -> bool:
        """Embed what is missing now; False where the vectors were begun anew, and it must be asked again."""
        await self._rest.until_quiet()
        model = await self._model.choose()
        missing = await asyncio.to_thread(self._vectors.refresh, model)
        if missing:
            logger.info("embedding %d pieces of code", len(missing))
        for some in _batches(missing):
            if not await self._embed(some):
                logger.info("the embedding model answers in another dimension than before: embedding begins anew")
                return False
        return True

    async def _embed(self, some: Sequence[tuple[Hash, int]]) -> bool:
        texts = await asyncio.to_thread(self._vectors.texts, some)
        if not texts:
            return True
        loop = asyncio.get_running_loop()
        while True:
            await self._rest.until_quiet()
            started = loop.time()
            asking = self._model.embed(list(texts.values()), patience_ms=BATCH_PATIENCE_MS)
            found = await self._rest.unless_disturbed(asking)
            if found is not None:
                break
        is_kept = await asyncio.to_thread(self._vectors.add, dict(zip(texts, found, strict=True)))
        # As much rest as work: another program may want the machine too.
        await asyncio.sleep(max(_SHORTEST_REST_SECONDS, loop.time() - started))
        return is_kept

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._again.wait()
        except TimeoutError:
            pass
        self._again.clear()

    def _tell(self, error: HoldfastError) -> None:
        """Log what is wrong, each thing once in a row."""
        words = str(error)
        logger.log(logging.DEBUG if words == self._told else logging.INFO, "no code is embedded: %s", words)
        self._told = words


def _batches(missing: Sequence[tuple[Hash, int]]) -> list[Sequence[tuple[Hash, int]]]:
    return [missing[first : first + BATCH] for first in range(0, len(missing), BATCH)]
