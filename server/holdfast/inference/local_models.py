"""A server whose models run on this machine: nothing is sent to one that passes it on, unless its name is allowed.

The model that completes is chosen with this in mind, but a request may go elsewhere than where it was chosen: to another
of several servers that has the name too, or to the fallback. So every server is asked behind this.
"""

from collections.abc import AsyncGenerator, Collection
from contextlib import aclosing
from dataclasses import replace

from holdfast.inference.model_choice import refuse_remote
from holdfast.inference.model_server import (
    Finished,
    GenerateRequest,
    InstalledModel,
    ModelDetails,
    ModelServer,
    Piece,
    RunningModel,
)


class LocalModels:
    """A ModelServer: `server`, which it owns from now on, without generations of remote models that nobody `allowed`."""

    def __init__(self, server: ModelServer, allowed: Collection[str]) -> None:
        self.server = server
        self._allowed = tuple(allowed)
        self._is_remote: dict[str, bool] = {}

    async def version(self) -> str:
        """Its version."""
        return await self.server.version()

    async def models(self) -> tuple[InstalledModel, ...]:
        """What it has, remote ones too, so that a person can be told of them."""
        models = await self.server.models()
        # What was known of a name may be of another model by now.
        self._is_remote = {model.name: True for model in models if model.is_remote}
        return models

    async def details(self, name: str) -> ModelDetails:
        """What the model says of itself."""
        details = await self.server.details(name)
        self._is_remote[name] = details.is_remote or self._is_remote.get(name, False)
        return details

    async def running(self) -> tuple[RunningModel, ...]:
        """What is loaded."""
        return await self.server.running()

    async def generate(
        self, request: GenerateRequest, *, first_token_ms: int | None = None
    ) -> AsyncGenerator[Piece | Finished, None]:
        """The server's answer. Raises RemoteEndpoint, and has then sent nothing of the prompt."""
        if request.model not in self._is_remote:
            await self.details(request.model)
        refuse_remote(request.model, self._allowed, is_remote=self._is_remote[request.model])
        async with aclosing(self.server.generate(request, first_token_ms=first_token_ms)) as items:
            async for item in items:
                yield replace(item, is_remote=True) if self._is_remote[request.model] else item

    async def aclose(self) -> None:
        """Close its connections."""
        await self.server.aclose()
