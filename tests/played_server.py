"""A model server that plays what a test wrote, at once: for what decides between servers."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from holdfast.errors import ServerError
from holdfast.inference.model_advice import OF_OLLAMA, ModelAdvice
from holdfast.inference.model_server import Finished, GenerateRequest, InstalledModel, ModelDetails, Piece, RunningModel
from holdfast.inference.network.attempts import told


@dataclass(slots=True)
class PlayedServer:
    """`errors` are raised by the next generations before any text; `items` is what every other one plays.

    `versions` are answered one by one, the last again and again; `list_error` is raised by every question for models.
    Until `waits_for` is set no question is answered; `remote` are models that it passes on, as their details alone say.
    Each generation is told as the clients of real servers tell theirs.
    """

    items: Sequence[Piece | Finished | ServerError] = (Piece("pass"), Finished("stop", 3, 1, 0, 0, 0))
    errors: list[ServerError] = field(default_factory=list)
    versions: list[str | ServerError] = field(default_factory=lambda: ["1.0"])
    names: tuple[str, ...] = ("m",)
    size: int = 0
    list_error: ServerError | None = None
    waits_for: asyncio.Event | None = None
    remote: tuple[str, ...] = ()
    asked: list[GenerateRequest] = field(default_factory=list)
    advice: ModelAdvice = OF_OLLAMA
    open_now: int = 0
    is_closed: bool = False

    async def version(self) -> str:
        await self._hang()
        answer = self.versions.pop(0) if len(self.versions) > 1 else self.versions[0]
        if isinstance(answer, ServerError):
            raise answer
        return answer

    async def models(self) -> tuple[InstalledModel, ...]:
        await self._hang()
        if self.list_error is not None:
            raise self.list_error
        return tuple(InstalledModel(name, "", "", "", "", self.size, is_remote=False) for name in self.names)

    async def details(self, name: str) -> ModelDetails:
        if self.list_error is not None:
            raise self.list_error
        return ModelDetails(name, "", "", "", (), 0, 0, "", "", (), is_remote=name in self.remote)

    async def running(self) -> tuple[RunningModel, ...]:
        if self.list_error is not None:
            raise self.list_error
        return tuple(RunningModel(name, 0, 0, 0) for name in self.names)

    async def generate(
        self, request: GenerateRequest, *, first_token_ms: int | None = None
    ) -> AsyncGenerator[Piece | Finished, None]:
        del first_token_ms
        self.asked.append(request)
        async with aclosing(told(request, self._played())) as items:
            async for item in items:
                yield item

    async def _played(self) -> AsyncGenerator[Piece | Finished, None]:
        self.open_now += 1
        try:
            if self.errors:
                raise self.errors.pop(0)
            for item in self.items:
                if isinstance(item, ServerError):
                    raise item
                yield item
        finally:
            self.open_now -= 1

    async def _hang(self) -> None:
        if self.waits_for is not None:
            await self.waits_for.wait()

    async def aclose(self) -> None:
        self.is_closed = True
