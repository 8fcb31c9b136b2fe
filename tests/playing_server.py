"""A model server played from a score, in the loop's own (virtual) time, and the completion part over it."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from cursor_notation import at
from holdfast.code_chunk import ContextBlock
from holdfast.completion.debounce import Debounce
from holdfast.completion.model_completer import ModelCompleter
from holdfast.completion.request import CompletionAnswer, CompletionRequest
from holdfast.completion.typed_through import KnownTexts
from holdfast.completion.write_request import PromptWriter, context_budget
from holdfast.context.epoch import ContextStamp
from holdfast.context.gather import GatheredContext
from holdfast.context.keeper import ContextSource, EpochKeeper
from holdfast.context.pack import CountTokens, Packed
from holdfast.cursor import Cursor
from holdfast.evaluation.virtual_time import run_virtually
from holdfast.inference.model_advice import OF_OLLAMA, ModelAdvice
from holdfast.inference.model_choice import ModelChoice
from holdfast.inference.model_server import Finished, GenerateRequest, InstalledModel, ModelDetails, Piece, RunningModel
from holdfast.inference.server_health import ServerHealth
from holdfast.inference.token_estimate import TokenRatio
from holdfast.settings import Settings

MODEL = "qwen2.5-coder:1.5b-base"
Step = float | str | Piece | Finished | Exception
"""Seconds to wait, text to say (with scores, as a piece), an end, or an error."""
Score = Callable[[int, GenerateRequest], Sequence[Step]]


def end(reason: str = "stop", prompt_tokens: int = 0) -> Finished:
    return Finished(reason, prompt_tokens, 1, 1, 1, 0)


@dataclass(slots=True)
class PlayedStream:
    """One generation the server was asked for, and when it was open."""

    request: GenerateRequest
    opened: float
    closed: float | None = None


@dataclass(slots=True)
class PlayingServer:
    """`score` says what the nth generation plays; closing a connection takes `closing_seconds`."""

    score: Score
    closing_seconds: float = 0.0
    streams: list[PlayedStream] = field(default_factory=list)
    open_now: int = 0
    most_open: int = 0
    installed: tuple[InstalledModel, ...] = (InstalledModel(MODEL, "", "qwen2", "", "", 1, is_remote=False),)
    loaded: tuple[RunningModel, ...] = ()
    special_tokens: tuple[str, ...] = ()
    remote_details: bool = False
    questions: int = 0
    slow_seconds: float = 0.0
    broken: Exception | None = None
    advice: ModelAdvice = OF_OLLAMA

    async def version(self) -> str:
        return "0.33.0"

    async def models(self) -> tuple[InstalledModel, ...]:
        self.questions += 1
        await asyncio.sleep(self.slow_seconds)
        if self.broken is not None:
            raise self.broken
        return self.installed

    async def details(self, name: str) -> ModelDetails:
        return ModelDetails(
            name, "qwen2", "qwen2", "", (), 0, 0, "", "", self.special_tokens, is_remote=self.remote_details
        )

    async def running(self) -> tuple[RunningModel, ...]:
        return self.loaded

    async def aclose(self) -> None:
        """Nothing is open but what plays."""

    async def generate(
        self, request: GenerateRequest, *, first_token_ms: int | None = None
    ) -> AsyncGenerator[Piece | Finished, None]:
        del first_token_ms
        loop = asyncio.get_running_loop()
        stream = PlayedStream(request, loop.time())
        self.streams.append(stream)
        self.open_now += 1
        self.most_open = max(self.most_open, self.open_now)
        try:
            for step in self.score(len(self.streams) - 1, request):
                if isinstance(step, float):
                    await asyncio.sleep(step)
                elif isinstance(step, Exception):
                    raise step
                elif isinstance(step, Finished):
                    self._close(stream)  # the server has nothing more to do, however slowly the connection closes
                    yield step
                else:
                    yield step if isinstance(step, Piece) else Piece(step)
        finally:
            await asyncio.sleep(self.closing_seconds)
            self._close(stream)

    def _close(self, stream: PlayedStream) -> None:
        if stream.closed is None:
            self.open_now -= 1
            stream.closed = asyncio.get_running_loop().time()


@dataclass(slots=True)
class KnownSource:
    """A context source that counts; change `generation` or `blocks` to have an index that changed."""

    blocks: tuple[ContextBlock, ...] = ()
    generation: int = 1
    manifest: tuple[int, int] = (0, 0)
    gathered: list[Cursor] = field(default_factory=list)
    previous: list[Packed | None] = field(default_factory=list)
    error: Exception | None = None

    def index_generation(self, cursor: Cursor) -> int:
        del cursor
        return self.generation

    def stamp(self, cursor: Cursor) -> ContextStamp:
        del cursor
        return ContextStamp(self.generation, self.manifest)

    def gather(
        self, cursor: Cursor, budget_tokens: int, count_tokens: CountTokens, previous: Packed | None
    ) -> GatheredContext:
        self.gathered.append(cursor)
        self.previous.append(previous)
        if self.error is not None:
            raise self.error
        tokens = sum(count_tokens(block.text) for block in self.blocks)
        return GatheredContext(Packed(tail=self.blocks, tokens=tokens), budget_tokens, 1.0)


async def at_once(call: Callable[[], GatheredContext]) -> GatheredContext:
    """A worker that takes no time."""
    return call()


def build_writer(settings: Settings, source: ContextSource) -> tuple[PromptWriter, EpochKeeper]:
    epochs = EpochKeeper(
        source, at_once, budget_tokens=context_budget(settings), count_tokens=lambda text: len(text) // 3
    )
    return PromptWriter(settings, epochs, TokenRatio()), epochs


@dataclass(slots=True)
class Playing:
    """The completion part over a played server."""

    completer: ModelCompleter
    known: KnownTexts
    debounce: Debounce
    health: ServerHealth
    source: KnownSource


@asynccontextmanager
async def playing(
    server: PlayingServer, settings: Settings | None = None, *, max_retries: int = 0
) -> AsyncIterator[Playing]:
    """Built as the product builds it, and closed."""
    settings = settings or Settings()
    source = KnownSource()
    known, debounce = KnownTexts(min_confidence=settings.min_confidence), Debounce(settings.debounce_ms)
    health = ServerHealth(server.version, on_change=lambda _: None)
    choice = ModelChoice(server, "auto")
    writer, _ = build_writer(settings, source)
    completer = ModelCompleter(server, health, choice, writer, known, debounce, max_retries=max_retries)
    try:
        yield Playing(completer, known, debounce, health, source)
    finally:
        await completer.aclose()
        await choice.aclose()
        await health.aclose()


Play = Callable[[Playing], Awaitable[None]]


def play(server: PlayingServer, act: Play, settings: Settings | None = None, *, max_retries: int = 0) -> None:
    async def main() -> None:
        async with playing(server, settings, max_retries=max_retries) as part:
            await act(part)
        assert server.open_now == 0

    run_virtually(main())


def same(*steps: Step) -> PlayingServer:
    return PlayingServer(lambda _, __: steps)


def ask(part: Playing, marked: str, path: str = "a.py") -> asyncio.Task[CompletionAnswer]:
    return asyncio.create_task(part.completer.complete(CompletionRequest(at(marked, path=path))))
