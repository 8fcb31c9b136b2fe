"""The model that turns texts into vectors: which one it is, whether it may be asked, and answers that can be trusted."""

from collections.abc import Sequence
from math import hypot
from typing import Final, Protocol

from holdfast.errors import ModelMissing, UnexpectedAnswer
from holdfast.inference.model_advice import ModelAdvice
from holdfast.inference.model_choice import model_named, refuse_remote
from holdfast.inference.model_server import EmbedRequest, InstalledModel, ModelDetails

_MOST_DIMENSIONS: Final = 8_192


class EmbeddingServer(Protocol):
    """What of a model server is needed to embed; raises only members of the ServerError tree."""

    @property
    def advice(self) -> ModelAdvice:
        """How a person gets a model onto it."""
        ...

    async def models(self) -> tuple[InstalledModel, ...]:
        """What is installed."""
        ...

    async def details(self, name: str) -> ModelDetails:
        """What the model `name` is."""
        ...

    async def embed(self, request: EmbedRequest, *, patience_ms: int) -> list[list[float]]:
        """A vector for each text."""
        ...


class EmbeddingModel:
    """The model `wanted` of one server. Nothing is sent to it before `choose` has found that it may be asked."""

    def __init__(
        self, server: EmbeddingServer, wanted: str, allowed_remote: tuple[str, ...], *, keep_alive: str | int | None
    ) -> None:
        self._server = server
        self._wanted = wanted
        self._allowed_remote = allowed_remote
        self._keep_alive = keep_alive
        self._name = ""
        self.key = ""
        """Name and digest: vectors of another key cannot be compared with those of this one. "" until it is chosen."""
        self.is_remote = False

    async def choose(self) -> str:
        """Look whether the model is there and may be asked; its key. Raises ModelMissing or RemoteEndpoint."""
        try:
            model = model_named(await self._server.models(), self._wanted, self._server.advice)
            key = f"{model.name} {model.digest}"
            if key != self.key:
                details = await self._server.details(model.name)
                is_remote = model.is_remote or details.is_remote
                refuse_remote(model.name, self._allowed_remote, is_remote=is_remote)
                self._name, self.key, self.is_remote = model.name, key, is_remote
        except BaseException:
            self.forget()
            raise
        return key

    def forget(self) -> None:
        """Ask nothing until it was chosen again."""
        self._name, self.key, self.is_remote = "", "", False

    async def embed(self, texts: Sequence[str], *, patience_ms: int) -> list[list[float]]:
        """A vector for each text, all of one dimension, none without a direction. Raises ServerError."""
        if not self._name:
            raise ModelMissing(f"The model {self._wanted} has not been chosen yet.")
        request = EmbedRequest(self._name, tuple(texts), self._keep_alive)
        vectors = await self._server.embed(request, patience_ms=patience_ms)
        dimensions = {len(vector) for vector in vectors}
        if len(vectors) != len(texts) or len(dimensions) != 1 or not 1 <= max(dimensions) <= _MOST_DIMENSIONS:
            raise UnexpectedAnswer(
                f"{self._name} was given {len(texts)} texts and answered {len(vectors)} vectors of dimensions {sorted(dimensions)[:3]}.",
                remedy="Choose a model that embeds texts, such as nomic-embed-text, for holdfast.embeddingModel.",
            )
        if not all(0 < hypot(*vector) < float("inf") for vector in vectors):
            raise UnexpectedAnswer(
                f"{self._name} answered a vector without a direction.",
                remedy="Choose another model for holdfast.embeddingModel.",
            )
        return vectors
