"""A model server that is there only once somebody asks for it."""

from abc import ABC, abstractmethod

from holdfast.inference.model_server import EmbedRequest, InstalledModel, ModelDetails, RunningModel
from holdfast.inference.server_choice import EmbeddingModelServer


class LateServer(ABC):
    """A ModelServer but for its generations, which need not wait for it: every question goes to `_server()`."""

    @abstractmethod
    async def _server(self) -> EmbeddingModelServer:
        """The server, found or started where it is not there. Raises ServerError."""

    async def version(self) -> str:
        """As the server says."""
        return await (await self._server()).version()

    async def models(self) -> tuple[InstalledModel, ...]:
        """As the server says."""
        return await (await self._server()).models()

    async def details(self, name: str) -> ModelDetails:
        """As the server says."""
        return await (await self._server()).details(name)

    async def running(self) -> tuple[RunningModel, ...]:
        """As the server says."""
        return await (await self._server()).running()

    async def embed(self, request: EmbedRequest, *, patience_ms: int) -> list[list[float]]:
        """The server's vectors, or its refusal."""
        return await (await self._server()).embed(request, patience_ms=patience_ms)
