"""Several servers of one user as one: the healthy, least busy one serves, and each holds one generation at most.

A server that went away is asked again by its own health. Among those that are there and free, the one that served last
comes first, because its prompt cache is warm; then the order in which their owner named them. A request that fails
before its first token, because the server is gone or full, goes to the next one; each answer's end says who served.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from holdfast.errors import (
    ModelMissing,
    RemoteEndpoint,
    ServerBusy,
    ServerError,
    ServerTimeout,
    ServerUnreachable,
)
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
from holdfast.inference.server_health import ServerHealth, ServerState

BUSY_S: Final = 10.0
"""So long a server that was full, or silent for too long, is asked only if no other is there."""
_GRACE_S: Final = 0.3
"""So long the others may take to answer a question after the first one did."""
_ANOTHER_MAY: Final = (ServerUnreachable, ServerBusy, ModelMissing, RemoteEndpoint)
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class NamedServer:
    """A server and what its owner knows it by, such as its endpoint."""

    name: str
    server: ModelServer


@dataclass(slots=True)
class _Member:
    named: NamedServer
    health: ServerHealth
    models: frozenset[str] | None = None
    is_generating: bool = False
    served: int = 0
    rests_until: float = 0.0

    @property
    def name(self) -> str:
        return self.named.name

    @property
    def server(self) -> ModelServer:
        return self.named.server

    def may_have(self, model: str) -> bool:
        return self.models is None or model in self.models


class SeveralServers:
    """A ModelServer over `servers`, which it owns from now on."""

    def __init__(self, servers: Sequence[NamedServer]) -> None:
        self._members = [
            _Member(named, ServerHealth(named.server.version, on_change=lambda _: None)) for named in servers
        ]
        self._count = 0
        self._checks: dict[str, asyncio.Task[ServerState]] = {}

    @property
    def states(self) -> dict[str, bool]:
        """Which of them are there, by name."""
        return {member.name: not member.health.state.is_lost for member in self._members}

    @property
    def advice(self) -> ModelAdvice:
        """As for the first that is there."""
        there = [member for member in self._members if not member.health.state.is_lost]
        return (there or self._members)[0].server.advice

    async def version(self) -> str:
        """The version of the first that is there; where none is, the first one's error.

        All are asked, and nobody waits for one that hangs where another answers: it is asked on, and serves once it does.
        """
        for member in self._members:
            if member.name not in self._checks or self._checks[member.name].done():
                self._checks[member.name] = asyncio.create_task(member.health.check(), name=f"check {member.name}")
        checks = [self._checks[member.name] for member in self._members]
        await _most_of(checks, lambda check: not check.result().is_lost)
        states = [check.result() for check in checks if check.done()]
        there = [state.version for state in states if not state.is_lost]
        if not there:
            raise states[0].cause or ServerUnreachable("No model server answers.")
        return there[0] or ""

    async def models(self) -> tuple[InstalledModel, ...]:
        """What any of them has, each name once, in their order."""
        found: dict[str, InstalledModel] = {}
        for member, models in await self._of_each(lambda server: server.models()):
            member.models = frozenset(model.name for model in models)
            for model in models:
                found.setdefault(model.name, model)
        return tuple(found.values())

    async def details(self, name: str) -> ModelDetails:
        """What the first that has the model says of it."""
        error: ServerError = ModelMissing(f"No server has the model {name}.", remedy="Load it on one of them.")
        for member in self._there(name):
            try:
                return await member.server.details(name)
            except ServerError as failure:
                member.health.failed(failure)
                error = failure
        raise error

    async def running(self) -> tuple[RunningModel, ...]:
        """What is loaded on any of them."""
        loaded = await self._of_each(lambda server: server.running())
        return tuple(model for _, models in loaded for model in models)

    async def generate(
        self, request: GenerateRequest, *, first_token_ms: int | None = None
    ) -> AsyncGenerator[Piece | Finished, None]:
        """The answer of the best server that has the model; of the next one where that fails before its first token."""
        tried: set[str] = set()
        error: ServerError | None = None
        while (member := self._best(request.model, tried)) is not None:
            tried.add(member.name)
            started = False
            try:
                async with aclosing(self._served(member, request, first_token_ms)) as items:
                    async for item in items:
                        started = True
                        yield item
            except ServerError as failure:
                self._count_failure(member, failure)
                if started or not isinstance(failure, _ANOTHER_MAY):
                    raise
                error = failure
            else:
                return
        raise error or self._why_none(request.model)

    async def aclose(self) -> None:
        """Close every server's connections and end every search."""
        for check in self._checks.values():
            check.cancel()
        await asyncio.gather(*self._checks.values(), return_exceptions=True)
        for member in self._members:
            await member.health.aclose()
            await member.server.aclose()

    async def _served(
        self, member: _Member, request: GenerateRequest, first_token_ms: int | None
    ) -> AsyncGenerator[Piece | Finished, None]:
        """The answer of one, which is busy until its connection is closed."""
        self._count += 1
        member.served, member.is_generating = self._count, True
        request = request.told_as(lambda attempt: replace(attempt, server=member.name))
        try:
            async with aclosing(member.server.generate(request, first_token_ms=first_token_ms)) as items:
                async for item in items:
                    if isinstance(item, Finished):
                        member.health.answered()
                    yield replace(item, server=member.name)
        finally:
            member.is_generating = False

    def _best(self, model: str, tried: set[str]) -> _Member | None:
        free = [member for member in self._there(model) if not member.is_generating and member.name not in tried]
        now = asyncio.get_running_loop().time()
        # One that has not said what it has may hang: it comes after those that have.
        return max(
            free, key=lambda member: (member.rests_until <= now, member.models is not None, member.served), default=None
        )

    def _count_failure(self, member: _Member, failure: ServerError) -> None:
        member.health.failed(failure)
        if isinstance(failure, ServerBusy | ServerTimeout):
            member.rests_until = asyncio.get_running_loop().time() + BUSY_S

    async def _of_each(self, question: Callable[[ModelServer], Awaitable[_Answer]]) -> list[tuple[_Member, _Answer]]:
        """The answers of those that are there; the first error where nobody answers."""
        there = [member for member in self._members if not member.health.state.is_lost]
        asked = [asyncio.ensure_future(question(member.server)) for member in there]
        try:
            await _most_of(asked, lambda one: one.exception() is None)
        finally:
            for one in asked:
                one.cancel()
            ends = await asyncio.gather(*asked, return_exceptions=True)
        answers, errors = [], []
        for member, end in zip(there, ends, strict=True):
            if isinstance(end, ServerError):
                self._count_failure(member, end)
                errors.append(end)
            elif not isinstance(end, BaseException):
                answers.append((member, end))
            elif not isinstance(end, asyncio.CancelledError):
                raise end
        if not answers:
            raise errors[0] if errors else self._why_none("")
        return answers

    def _there(self, model: str) -> list[_Member]:
        return [member for member in self._members if not member.health.state.is_lost and member.may_have(model)]

    def _why_none(self, model: str) -> ServerError:
        if self._there(model):
            return ServerBusy(
                "Every server that has the model is generating for this window.", remedy="Try again in a moment."
            )
        lost = [member.health.state for member in self._members if member.health.state.is_lost]
        if len(lost) == len(self._members) and lost:
            return lost[0].cause or ServerUnreachable("No model server answers.")
        return ModelMissing(f"No server that answers has the model {model}.", remedy="Load it on one of them.")


async def _most_of(
    tasks: Sequence[asyncio.Future[_Answer]], is_good: Callable[[asyncio.Future[_Answer]], bool]
) -> None:
    """Wait until all are done; once one of them is good, a moment at most."""
    pending = set(tasks)
    while pending:
        is_enough = any(task.done() and not task.cancelled() and is_good(task) for task in tasks)
        done, pending = await asyncio.wait(
            pending, timeout=_GRACE_S if is_enough else None, return_when=asyncio.FIRST_COMPLETED
        )
        if not done:
            return
