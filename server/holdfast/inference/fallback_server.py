"""A second server for the requests that the first one fails, off unless its owner names it and what it is for.

It is asked only after the first has failed that very request, before any of its text was shown, in one of the ways
named; never side by side, never silently: the end of each answer names it, the version says so while the first is
away, and what it was asked is counted apart.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Collection
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeVar

from holdfast.errors import AnswerTorn, GenerationFailed, ServerBusy, ServerError, ServerTimeout, ServerUnreachable
from holdfast.inference.families.detect import family_named
from holdfast.inference.families.family import ModelFamily
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

Case = Literal["failed", "timeout"]
_CASES: Final[dict[Case, tuple[type[ServerError], ...]]] = {
    "failed": (ServerUnreachable, ServerBusy, GenerationFailed, AnswerTorn),
    "timeout": (ServerTimeout,),
}
_Answer = TypeVar("_Answer")
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


@dataclass(slots=True)
class FallbackCount:
    """What the fallback was asked: generations, the tokens of their prompts and of their answers."""

    generations: int = 0
    prompt_tokens: int = 0
    generated_tokens: int = 0


class FallbackServer:
    """A ModelServer: `first`, and `fallback` in the `cases` named. It owns both from now on."""

    def __init__(self, first: ModelServer, fallback: NamedServer, *, cases: Collection[Case], rewrite: Rewrite) -> None:
        self._first = first
        self._fallback = fallback
        self._errors = tuple(error for case in cases for error in _CASES[case])
        self._rewrite = rewrite
        self.count = FallbackCount()

    async def version(self) -> str:
        """The first one's version; while it is away, the fallback's with its name."""
        try:
            return await self._first.version()
        except self._errors:
            return f"{await self._fallback.server.version()} (fallback: {self._fallback.name})"

    async def models(self) -> tuple[InstalledModel, ...]:
        """What the first has; while it is away, what the fallback has."""
        return await self._either(lambda server: server.models())

    async def details(self, name: str) -> ModelDetails:
        """What the model `name` is, to whichever of them answers."""
        return await self._either(lambda server: server.details(name))

    async def running(self) -> tuple[RunningModel, ...]:
        """What is loaded."""
        return await self._either(lambda server: server.running())

    async def generate(
        self, request: GenerateRequest, *, first_token_ms: int | None = None
    ) -> AsyncGenerator[Piece | Finished, None]:
        """The first one's answer; the fallback's where that failed before its first token in a case that is named."""
        started = False
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
        self.count.generations += 1
        server = self._fallback.server
        async with aclosing(server.generate(request, first_token_ms=first_token_ms)) as items:
            async for item in items:
                if isinstance(item, Finished):
                    self.count.prompt_tokens += item.prompt_tokens
                    self.count.generated_tokens += item.generated_tokens
                    yield replace(item, server=self._fallback.name, is_fallback=True)
                else:
                    yield replace(item, server=self._fallback.name, fallback_model=request.model)

    async def _either(self, question: Callable[[ModelServer], Awaitable[_Answer]]) -> _Answer:
        try:
            return await question(self._first)
        except self._errors:
            return await question(self._fallback.server)
