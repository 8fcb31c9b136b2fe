"""A model server whose requests are counted, and refused once a budget is used up.

An answer that is heard to its end costs what the server counted. One that is let go before costs what was sent and what
came, by our own reckoning. A request that never reached a model costs nothing.
"""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Protocol

from holdfast.errors import ServerError, ServerTimeout
from holdfast.inference.model_server import (
    EmbedRequest,
    Finished,
    GenerateRequest,
    InstalledModel,
    ModelDetails,
    ModelServer,
    Piece,
    RunningModel,
)
from holdfast.inference.server_choice import EmbeddingModelServer
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


class MeteredServer:
    """A ModelServer: `server`, which it owns from now on, with `meter` told of each generation.

    `name` stands for it in the books where it does not say which of several servers answered.
    """

    def __init__(self, server: ModelServer, meter: Meter, *, name: str, count_tokens: CountTokens) -> None:
        self._server = server
        self._meter = meter
        self._name = name
        self._count_tokens = count_tokens
        self._remote: set[str] = set()

    async def version(self) -> str:
        """As the server says."""
        return await self._server.version()

    async def models(self) -> tuple[InstalledModel, ...]:
        """As the server says."""
        models = await self._server.models()
        self._remote |= {model.name for model in models if model.is_remote}
        return models

    async def details(self, name: str) -> ModelDetails:
        """As the server says."""
        details = await self._server.details(name)
        self._remote |= {name} if details.is_remote else set()
        return details

    async def running(self) -> tuple[RunningModel, ...]:
        """As the server says."""
        return await self._server.running()

    async def generate(
        self, request: GenerateRequest, *, first_token_ms: int | None = None
    ) -> AsyncGenerator[Piece | Finished, None]:
        """The server's answer; its refusal where the budget is used up."""
        self._refuse()
        bill = _Bill()
        try:
            async with aclosing(self._server.generate(request, first_token_ms=first_token_ms)) as items:
                async for item in items:
                    bill.came(item)
                    yield item
        except ServerError as error:
            bill.has_arrived = bill.has_arrived and (bill.pieces > 0 or isinstance(error, ServerTimeout))
            raise
        finally:
            if bill.has_arrived:
                self._meter.spent(self._spending(request, bill))

    async def aclose(self) -> None:
        """Close every connection of the server."""
        await self._server.aclose()

    def _refuse(self) -> None:
        refusal = self._meter.refusal()
        if refusal is not None:
            raise refusal

    def _spending(self, request: GenerateRequest, bill: "_Bill") -> Spending:
        end, model = bill.finished, bill.fallback_model or request.model
        estimated, prompt_tokens, generated_tokens = 0, 0, bill.tokens
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
            bill.server or self._name,
            model,
            purpose,
            prompt_tokens,
            generated_tokens,
            estimated,
            is_fallback=bill.is_fallback,
            is_remote=bill.is_remote or (bill.is_silent and model in self._remote),
        )


class MeteredEmbeddingServer(MeteredServer):
    """The same for a server that also embeds."""

    def __init__(self, server: EmbeddingModelServer, meter: Meter, *, name: str, count_tokens: CountTokens) -> None:
        super().__init__(server, meter, name=name, count_tokens=count_tokens)
        self._embedder = server

    async def embed(self, request: EmbedRequest, *, patience_ms: int) -> list[list[float]]:
        """The server's vectors, whose tokens are reckoned; its refusal where the budget is used up."""
        self._refuse()
        vectors = await self._embedder.embed(request, patience_ms=patience_ms)
        tokens = sum(map(self._count_tokens, request.texts))
        is_remote = request.model in self._remote
        self._meter.spent(Spending(self._name, request.model, "embedding", tokens, 0, tokens, is_remote=is_remote))
        return vectors


@dataclass(slots=True)
class _Bill:
    """What is known of a generation so far; `has_arrived` until it is known that no model read the prompt."""

    pieces: int = 0
    tokens: int = 0
    server: str = ""
    fallback_model: str = ""
    is_fallback: bool = False
    is_remote: bool = False
    finished: Finished | None = None
    has_arrived: bool = True

    @property
    def is_silent(self) -> bool:
        """Whether nothing was said yet."""
        return not self.pieces and self.finished is None

    def came(self, item: Piece | Finished) -> None:
        """Count a piece, or keep the server's own count."""
        self.server = item.server or self.server
        self.fallback_model = item.fallback_model or self.fallback_model
        self.is_remote = self.is_remote or item.is_remote
        if isinstance(item, Finished):
            self.finished, self.is_fallback = item, item.is_fallback
        else:
            self.pieces += 1
            self.tokens += len(item.tokens) or 1  # servers stream token by token
            self.is_fallback = bool(item.fallback_model)
