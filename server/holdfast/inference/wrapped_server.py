"""A model server around another one: what stands between the two says only what it does otherwise."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from holdfast.inference.model_advice import ModelAdvice
from holdfast.inference.model_server import (
    Finished,
    GenerateRequest,
    InstalledModel,
    ModelDetails,
    ModelServer,
    Piece,
    RunningModel,
)


class WrappedServer:
    """A ModelServer that passes every question on to `server`, which it owns from now on."""

    def __init__(self, server: ModelServer) -> None:
        self.server = server

    @property
    def advice(self) -> ModelAdvice:
        """As the server's."""
        return self.server.advice

    async def version(self) -> str:
        """As the server says."""
        return await self.server.version()

    async def models(self) -> tuple[InstalledModel, ...]:
        """As the server says."""
        return await self.server.models()

    async def details(self, name: str) -> ModelDetails:
        """As the server says."""
        return await self.server.details(name)

    async def running(self) -> tuple[RunningModel, ...]:
        """As the server says."""
        return await self.server.running()

    async def generate(
        self, request: GenerateRequest, *, first_token_ms: int | None = None
    ) -> AsyncGenerator[Piece | Finished, None]:
        """The server's answer."""
        async with aclosing(self.server.generate(request, first_token_ms=first_token_ms)) as items:
            async for item in items:
                yield item

    async def aclose(self) -> None:
        """Close every connection of the server."""
        await self.server.aclose()
