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
)
from holdfast.inference.wrapped_server import WrappedServer


class LocalModels(WrappedServer):
    """`server` without generations of remote models that nobody `allowed`."""

    def __init__(self, server: ModelServer, allowed: Collection[str]) -> None:
        super().__init__(server)
        self._allowed = tuple(allowed)
        self._is_remote: dict[str, bool] = {}

    async def models(self) -> tuple[InstalledModel, ...]:
        """What it has, remote ones too, so that a person can be told of them."""
        models = await super().models()
        # What was known of a name may be of another model by now.
        self._is_remote = {model.name: True for model in models if model.is_remote}
        return models

    async def details(self, name: str) -> ModelDetails:
        """What the model says of itself."""
        details = await super().details(name)
        self._is_remote[name] = details.is_remote or self._is_remote.get(name, False)
        return details

    async def generate(
        self, request: GenerateRequest, *, first_token_ms: int | None = None
    ) -> AsyncGenerator[Piece | Finished, None]:
        """The server's answer. Raises RemoteEndpoint, and has then sent nothing of the prompt."""
        if request.model not in self._is_remote:
            await self.details(request.model)
        is_remote = self._is_remote[request.model]
        refuse_remote(request.model, self._allowed, is_remote=is_remote)
        request = request.told_as(lambda attempt: replace(attempt, is_remote=is_remote))
        async with aclosing(super().generate(request, first_token_ms=first_token_ms)) as items:
            async for item in items:
                yield replace(item, is_remote=True) if is_remote else item
