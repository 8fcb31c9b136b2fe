"""A model server whose requests are counted, and refused once a budget is used up.

An answer that is heard to its end costs what the server counted. One that is let go before costs what was sent and what
came, by our own reckoning. A request that never reached a model costs nothing. Where a server fails and another one is
asked, each attempt is counted by itself.
"""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace
from typing import Protocol

from holdfast.errors import ServerError, ServerTimeout
from holdfast.inference.model_server import (
    Attempt,
    EmbedRequest,
    Finished,
    GenerateRequest,
    InstalledModel,
    ModelDetails,
    ModelServer,
    Piece,
)
from holdfast.inference.server_choice import EmbeddingModelServer
from holdfast.inference.wrapped_server import WrappedServer
from holdfast.spending import Purpose, Spending

CountTokens = Callable[[str], int]


class Meter(Protocol):
    """Who keeps the books."""

    def refusal(self) -> ServerError | None:
        """Why nothing may be asked now; None while it may."""
        ...

    def spent(self, spending: Spending) -> None:
        """A request was made."""
        ...


class MeteredServer(WrappedServer):
    """`server` with `meter` told of each generation.

    `name` stands for it in the books where it does not say which of several servers was asked.
    """

    def __init__(self, server: ModelServer, meter: Meter, *, name: str, count_tokens: CountTokens) -> None:
        super().__init__(server)
        self._meter = meter
        self._name = name
        self._count_tokens = count_tokens

    async def generate(
        self, request: GenerateRequest, *, first_token_ms: int | None = None
    ) -> AsyncGenerator[Piece | Finished, None]:
        """The server's answer; its refusal where the budget is used up."""
        self._refuse()
        counted = replace(request, told=lambda attempt: self._count(request, attempt))
        async with aclosing(super().generate(counted, first_token_ms=first_token_ms)) as items:
            async for item in items:
                yield item

    def _refuse(self) -> None:
        refusal = self._meter.refusal()
        if refusal is not None:
            raise refusal

    def _count(self, request: GenerateRequest, attempt: Attempt) -> None:
        if _was_read(attempt):
            self._meter.spent(self._spending(request, attempt))

    def _spending(self, request: GenerateRequest, attempt: Attempt) -> Spending:
        end = attempt.finished
        estimated, prompt_tokens, generated_tokens = 0, 0, attempt.tokens
        if end is not None:
            prompt_tokens, generated_tokens = end.prompt_tokens, end.generated_tokens
        else:
            estimated = generated_tokens
        if not prompt_tokens:
            texts = (request.prompt, request.suffix, request.system)
            prompt_tokens = sum(self._count_tokens(text) for text in texts if text)
            estimated += prompt_tokens
        # A prompt is read ahead by asking for the one token that a server cannot go without.
        purpose: Purpose = "priming" if request.num_predict == 1 else "completion"
        return Spending(
            attempt.server or self._name,
            attempt.model,
            purpose,
            prompt_tokens,
            generated_tokens,
            estimated,
            is_fallback=attempt.is_fallback,
            is_remote=attempt.is_remote,
        )


class MeteredEmbeddingServer(MeteredServer):
    """The same for a server that also embeds."""

    def __init__(self, server: EmbeddingModelServer, meter: Meter, *, name: str, count_tokens: CountTokens) -> None:
        super().__init__(server, meter, name=name, count_tokens=count_tokens)
        self._embedder = server
        self._remote: set[str] = set()

    async def models(self) -> tuple[InstalledModel, ...]:
        """As the server says."""
        models = await super().models()
        self._remote |= {model.name for model in models if model.is_remote}
        return models

    async def details(self, name: str) -> ModelDetails:
        """As the server says."""
        details = await super().details(name)
        self._remote |= {name} if details.is_remote else set()
        return details

    async def embed(self, request: EmbedRequest, *, patience_ms: int) -> list[list[float]]:
        """The server's vectors, whose tokens are reckoned; its refusal where the budget is used up."""
        self._refuse()
        vectors = await self._embedder.embed(request, patience_ms=patience_ms)
        tokens = sum(map(self._count_tokens, request.texts))
        is_remote = request.model in self._remote
        self._meter.spent(Spending(self._name, request.model, "embedding", tokens, 0, tokens, is_remote=is_remote))
        return vectors


def _was_read(attempt: Attempt) -> bool:
    """Whether a model has, or may have, read the prompt: not where the server refused it or was not there."""
    has_answered = attempt.finished is not None or attempt.pieces > 0
    return has_answered or attempt.error is None or isinstance(attempt.error, ServerTimeout)
