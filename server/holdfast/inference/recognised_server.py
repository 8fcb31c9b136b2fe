"""A server whose kind is found out when it is first asked."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Literal

import httpx

from holdfast.errors import ServerUnreachable
from holdfast.inference.endpoint import Endpoint
from holdfast.inference.late_server import LateServer
from holdfast.inference.model_advice import OF_ANY, ModelAdvice
from holdfast.inference.model_server import (
    Finished,
    GenerateRequest,
    Piece,
)
from holdfast.inference.server_choice import EmbeddingModelServer, Kind, build_server, recognise

Provider = Literal["auto", "ollama", "llamacpp", "openai"]

_log = logging.getLogger(__name__)


class RecognisedServer(LateServer):
    """The server at `endpoint`, whatever it is: asked at the first request, and again after it was lost.

    Meanwhile another program may listen on that port, so that nothing is taken for granted once nobody answered.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        timeout_ms: int,
        key: str | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._endpoint = endpoint
        self._timeout_ms = timeout_ms
        self._key = key
        self._transport = transport
        self._known: dict[Kind, EmbeddingModelServer] = {}
        self._looking: asyncio.Task[Kind] | None = None
        self.kind: Kind | None = None
        """What it was when it was last recognised; None while nobody is known to be there."""

    @property
    def advice(self) -> ModelAdvice:
        """As for the kind it was when it was last recognised."""
        return self._known[self.kind].advice if self.kind in self._known else OF_ANY

    async def version(self) -> str:
        """The version, after looking anew what is there."""
        self.kind = None
        return await super().version()

    async def generate(
        self, request: GenerateRequest, *, first_token_ms: int | None = None
    ) -> AsyncGenerator[Piece | Finished, None]:
        """The answer as it comes."""
        server = await self._server()
        try:
            async with aclosing(server.generate(request, first_token_ms=first_token_ms)) as items:
                async for item in items:
                    yield item
        except ServerUnreachable:
            self.kind = None
            raise

    async def aclose(self) -> None:
        """Stop looking, and close every connection."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.wait({self._looking})
        for server in self._known.values():
            await server.aclose()

    async def _server(self) -> EmbeddingModelServer:
        if self.kind is None:
            self.kind = await self._recognised()
        if self.kind not in self._known:
            self._known[self.kind] = build_server(
                self.kind, self._endpoint, timeout_ms=self._timeout_ms, key=self._key, transport=self._transport
            )
        return self._known[self.kind]

    async def _recognised(self) -> Kind:
        """What is there. Who asks while somebody looks waits for the same look; one who stops waiting does not end it."""
        if self._looking is None:
            looking = recognise(self._endpoint, key=self._key, transport=self._transport)
            self._looking = asyncio.create_task(looking, name="recognise the model server")
            self._looking.add_done_callback(self._looked)
        return await asyncio.shield(self._looking)

    def _looked(self, looking: asyncio.Task[Kind]) -> None:
        self._looking = None
        if not looking.cancelled() and looking.exception() is None:
            _log.info("%s is a server of the kind %s", self._endpoint, looking.result())


def server_at(
    provider: Provider,
    endpoint: Endpoint,
    *,
    timeout_ms: int,
    key: str | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> EmbeddingModelServer:
    """The client of the server at `endpoint`: of the kind that `provider` names, or of the one it turns out to be."""
    if provider == "auto":
        return RecognisedServer(endpoint, timeout_ms=timeout_ms, key=key, transport=transport)
    return build_server(provider, endpoint, timeout_ms=timeout_ms, key=key, transport=transport)
