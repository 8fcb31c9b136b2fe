"""A second server for the requests that the first one fails, off unless its owner names it and what it is for.

It is asked only after the first has failed that very request, before any of its text was shown, in one of the ways
named; never side by side, never silently: the end of each answer names it, the version says so while the first is
away, and what its text costs is counted apart, as is what the first one's failed attempt did.

Where the first is away from the start, the fallback's model stands for the one that is wanted: what it says of itself
decides how the prompt is written. When the first is back, the model is chosen anew, for its own may want another prompt.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection
from contextlib import aclosing
from dataclasses import replace
from typing import Final, Literal

from holdfast.errors import (
    AnswerTorn,
    GenerationFailed,
    ModelMissing,
    ServerBusy,
    ServerError,
    ServerTimeout,
    ServerUnreachable,
)
from holdfast.inference.families.detect import family_named
from holdfast.inference.families.family import ModelFamily
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
from holdfast.inference.several_servers import NamedServer

_ASK_AGAIN_S: Final = 5.0
Case = Literal["failed", "timeout"]
_CASES: Final[dict[Case, tuple[type[ServerError], ...]]] = {
    "failed": (ServerUnreachable, ServerBusy, GenerationFailed, AnswerTorn),
    "timeout": (ServerTimeout,),
}
Rewrite = Callable[[GenerateRequest], GenerateRequest | None]
"""The request as the fallback is asked it: its model's name; None where that model is prompted in another way."""


def rewritten_for(model: str) -> Rewrite:
    """Requests with the name of `model`; a raw prompt only where it is written as the family of that name wants it."""
    family = family_named(model)

    def rewrite(request: GenerateRequest) -> GenerateRequest | None:
        if (
            request.is_raw
            and request.model != model
            and (family is None or not _is_written_for(family, request.prompt))
        ):
            return None
        return replace(request, model=model)

    return rewrite


def _is_written_for(family: ModelFamily, prompt: str) -> bool:
    """Whether the family's control tokens stand in the prompt in the family's order: no text around them can be one."""
    first, second = (family.suffix, family.prefix) if family.order == "spm" else (family.prefix, family.suffix)
    places = [prompt.find(token) for token in (first, second, family.middle) if token]
    return len(places) > 1 and places[0] >= 0 and places == sorted(places)


class FallbackServer:
    """A ModelServer: `first`, and `fallback` with its `model` in the `cases` named. It owns both from now on."""

    def __init__(
        self,
        first: ModelServer,
        fallback: NamedServer,
        *,
        model: str,
        cases: Collection[Case],
        wanted: str = "auto",
        rewrite: Rewrite | None = None,
    ) -> None:
        """`wanted` is the model that its owner wants of the first; `rewrite` is :func:`rewritten_for` the model unless given."""
        self._first = first
        self._fallback = fallback
        self._model = model
        self._wanted = wanted
        self._errors = tuple(error for case in cases for error in _CASES[case])
        self._rewrite = rewrite or rewritten_for(model)
        self._listed = first
        self._stands_in = False
        self._ask_again_at = 0.0

    @property
    def first(self) -> ModelServer:
        """The server that is asked first, without the fallback; this one goes on owning it."""
        return self._first

    @property
    def advice(self) -> ModelAdvice:
        """As for the one that last said what it has."""
        return self._listed.advice

    async def version(self) -> str:
        """The first one's version; while it is away, the fallback's with its name."""
        try:
            return await self._first.version()
        except self._errors:
            return f"{await self._fallback.server.version()} (fallback: {self._fallback.name})"

    async def models(self) -> tuple[InstalledModel, ...]:
        """What the first has; while it is away, what the fallback has, its model by the name that is wanted."""
        try:
            models = await self._first.models()
        except self._errors:
            models = await self._fallback.server.models()
            self._listed = self._fallback.server
        else:
            self._listed = self._first
            return models
        if self._wanted == "auto":
            return models
        return tuple(
            replace(model, name=self._wanted)
            for model in models
            if model.name in {self._model, f"{self._model}:latest"}
        )

    async def details(self, name: str) -> ModelDetails:
        """What the model `name` is; while the first is away, what the fallback's model is, by that name."""
        try:
            details = await self._first.details(name)
        except self._errors:
            details = replace(await self._fallback.server.details(self._model), name=name)
            self._stands_in = True
        else:
            self._stands_in = False
        return details

    async def running(self) -> tuple[RunningModel, ...]:
        """What is loaded."""
        try:
            return await self._first.running()
        except self._errors:
            return await self._fallback.server.running()

    async def generate(
        self, request: GenerateRequest, *, first_token_ms: int | None = None
    ) -> AsyncGenerator[Piece | Finished, None]:
        """The first one's answer; the fallback's where that failed before its first token in a case that is named."""
        started = False
        rewritten = self._rewrite(request) if self._stands_in else None
        if self._stands_in and await self._is_back():
            self._stands_in = False
            raise ModelMissing("The model server is back.", remedy="Its model is chosen anew at the next key.")
        if rewritten is None:
            try:
                async with aclosing(self._first.generate(request, first_token_ms=first_token_ms)) as items:
                    async for item in items:
                        started = True
                        yield item
            except self._errors:
                rewritten = None if started else self._rewrite(request)
                if rewritten is None:
                    raise
            else:
                return
        async with aclosing(self._instead(rewritten, first_token_ms)) as items:
            async for item in items:
                yield item

    async def aclose(self) -> None:
        """Close every connection of both."""
        await self._first.aclose()
        await self._fallback.server.aclose()

    async def _instead(
        self, request: GenerateRequest, first_token_ms: int | None
    ) -> AsyncGenerator[Piece | Finished, None]:
        server, name = self._fallback.server, self._fallback.name
        request = request.told_as(lambda attempt: replace(attempt, server=name, is_fallback=True))
        async with aclosing(server.generate(request, first_token_ms=first_token_ms)) as items:
            async for item in items:
                if isinstance(item, Finished):
                    yield replace(item, server=name, is_fallback=True, fallback_model=request.model)
                else:
                    yield replace(item, server=name, fallback_model=request.model)

    async def _is_back(self) -> bool:
        """Whether the first one answers again; one that hangs is not waited for at every key."""
        now = asyncio.get_running_loop().time()
        if now < self._ask_again_at:
            return False
        self._ask_again_at = now + _ASK_AGAIN_S
        try:
            await self._first.version()
        except ServerError:
            return False
        return True
