"""A suggestion from the model server: one generation open at most, adopted by the keys that agree with it."""

import asyncio
import logging
import time
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Final

from holdfast.completion.debounce import Debounce
from holdfast.completion.filters.drop_what_follows import end_before_repetition
from holdfast.completion.filters.order import clean
from holdfast.completion.generation import Generation
from holdfast.completion.request import CompletionAnswer, CompletionRequest, Engine, Timings, silent
from holdfast.completion.shown_part import shown_part
from holdfast.completion.typed_through import KnownText, KnownTexts
from holdfast.completion.write_request import PromptWriter, WrittenPrompt
from holdfast.cursor import Cursor
from holdfast.errors import ModelMissing, ServerError, ServerTimeout, ServerUnreachable
from holdfast.inference.model_choice import ChosenModel, ModelChoice
from holdfast.inference.model_server import ModelServer
from holdfast.inference.server_health import ServerHealth

logger = logging.getLogger(__name__)

_BLOCK_GRACE_SECONDS: Final = 0.15
"""How long a whole first line waits for the rest of its block before it is shown alone."""
_CHOICE_SECONDS: Final = 0.5
_CHARACTERS_PER_TOKEN: Final = 16
"""More than any tokenizer gives: a server that says more does not keep to what it was asked."""

_COLD_START_MS: Final = 120_000
"""A model that must be loaded first is waited for while it is primed."""


@dataclass(slots=True)
class _Running:
    generation: Generation
    written: WrittenPrompt


class ModelCompleter:
    """Completions of one server, for all documents of this window."""

    def __init__(
        self,
        server: ModelServer,
        health: ServerHealth,
        choice: ModelChoice,
        writer: PromptWriter,
        known: KnownTexts,
        debounce: Debounce,
        *,
        max_retries: int,
    ) -> None:
        """`known` is where a generation's text goes when it ends."""
        self._server = server
        self._health = health
        self._choice = choice
        self._writer = writer
        self._known = known
        self._debounce = debounce
        self._max_retries = max_retries
        self._running: _Running | None = None
        self._priming: asyncio.Task[None] | None = None
        self._latest = 0
        self.last_error: ServerError | None = None

    @property
    def is_thinking(self) -> bool:
        """Whether a generation is open."""
        return self._running is not None and not self._running.generation.done

    @property
    def is_asking(self) -> bool:
        """Whether the server generates, or reads a prompt ahead."""
        return self.is_thinking or (self._priming is not None and not self._priming.done())

    async def complete(self, request: CompletionRequest) -> CompletionAnswer:
        """The model's answer; raises ServerError. A cancelled call leaves its generation to the next one."""
        if self._health.state.is_lost:
            raise self._health.state.cause or ServerUnreachable("The model server does not answer.")
        try:
            return await self._complete(request)
        except ServerError as error:
            self.last_error = error
            self._health.failed(error)
            if isinstance(error, ModelMissing):
                self._choice.forget()
            raise

    async def _complete(self, request: CompletionRequest) -> CompletionAnswer:
        self._latest += 1
        ticket = self._latest
        started = time.perf_counter()
        answer = await self._adopt(request.cursor)
        if answer is not None:
            return answer
        await self._close_running()
        await self._stop_priming()
        if request.automatic:
            await asyncio.sleep(self._debounce.wait_ms() / 1000)
        if ticket != self._latest:
            return silent("cancelled")
        model = await self._chosen(request)
        written = await self._writer.write(request.cursor, model, anew=not request.automatic)
        await self._stop_priming()  # a pause may have begun one while this request waited
        if ticket != self._latest:
            return silent("cancelled")
        self._running = _Running(self._generate(request.cursor, written), written)
        self._running.generation.on_end(self._generation_ended)
        answer = await self._answer_from(self._running, request.cursor)
        if answer is None:  # typing went another way while the model spoke
            return silent("cancelled")
        return _timed(answer, written, self._running, started)

    def agreed(self) -> None:
        """A key agreed with a text that was known."""
        self._debounce.agreed()

    async def prime(self, cursor: Cursor) -> None:
        """Let the server read the prompt for `cursor` ahead of the first key there; yields to any request."""
        if self._health.state.is_lost or self.is_thinking or (self._priming is not None and not self._priming.done()):
            return
        self._priming = asyncio.create_task(self._prime(cursor), name="prime")

    async def aclose(self) -> None:
        """Stop everything; connections are closed when this returns."""
        await self._stop_priming()
        await self._close_running()

    async def _adopt(self, cursor: Cursor) -> CompletionAnswer | None:
        running = self._running
        if running is None or running.generation.done:
            return None
        if not running.generation.agrees_with(cursor):
            self._count_divergence(running.generation, cursor)
            return None
        answer = await self._answer_from(running, cursor)
        if answer is not None and answer.text:
            self._debounce.agreed()
        return answer

    async def _answer_from(self, running: _Running, cursor: Cursor) -> CompletionAnswer | None:
        """What the generation says at `cursor`, as soon as it can be shown; None when it turns out to diverge."""
        generation = running.generation
        with generation.wanted():
            while True:
                if not generation.agrees_with(cursor) and not generation.done:
                    self._count_divergence(generation, cursor)
                    return None
                typed = generation.typed_since(cursor) or ""
                part = shown_part(generation.whole_text[len(typed) :], cursor, finished=generation.done)
                left = _grace_left(generation)
                if part.settled or (part.has_line and left <= 0):
                    break
                await generation.until_changed(left if part.has_line else None)
        if generation.error is not None and not generation.text:
            raise generation.error
        if generation.was_closed:  # by a newer key
            return None
        if not generation.whole_text.startswith(typed):
            self._count_divergence(generation, cursor)
            return None
        text, reason = clean(part.text, cursor)
        written = running.written
        engine: Engine = "model" if text else "none"
        return CompletionAnswer(text, engine, written.model, reason, prompt=written.prompt, blocks=written.blocks)

    def _count_divergence(self, generation: Generation, cursor: Cursor) -> None:
        if generation.diverges_from(cursor):
            self._debounce.diverged()

    async def _chosen(self, request: CompletionRequest) -> ChosenModel:
        """The model; a key does not wait long for a server that is slow to describe it."""
        try:
            async with asyncio.timeout(_CHOICE_SECONDS if request.automatic else None):
                return await self._choice.current()
        except TimeoutError as error:
            raise ServerTimeout(
                "The model server has not yet said what its model is.", remedy="It is asked on in the background."
            ) from error

    def _generate(self, cursor: Cursor, written: WrittenPrompt) -> Generation:
        return Generation(
            cursor,
            lambda: self._server.generate(written.request),
            cut=lambda text: end_before_repetition(text[: text.rfind("\n") + 1], cursor),
            most_characters=written.request.num_predict * _CHARACTERS_PER_TOKEN,
            max_retries=self._max_retries,
        )

    def _generation_ended(self, generation: Generation) -> None:
        running = self._running
        if running is None or running.generation is not generation:
            return
        if generation.first_token_seconds is not None:
            self._debounce.first_token(generation.first_token_seconds * 1000)
        if generation.error is not None:
            self._health.failed(generation.error)
        if generation.finished is not None:
            self.last_error = None
            self._health.answered()
            self._writer.learn(running.written, generation.finished)
        self._remember(running)

    def _remember(self, running: _Running) -> None:
        """Keep what the model said; of an interrupted answer only whole lines, as the end of one would look final."""
        written, generation = running.written, running.generation
        is_ended = generation.was_cut or generation.finished is not None
        self._known.remember(
            KnownText(
                generation.cursor,
                generation.whole_text if is_ended else generation.text.rpartition("\n")[0],
                "model",
                written.model,
                written.prompt,
                written.blocks,
            )
        )

    async def _close_running(self) -> None:
        running = self._running
        if running is None:
            return
        # It stays ours until its connection is closed, so that a key that comes meanwhile waits for that too.
        await running.generation.close()
        if self._running is running:
            self._running = None

    async def _stop_priming(self) -> None:
        while (priming := self._priming) is not None:  # again where a pause began another one meanwhile
            if not priming.cancelling():  # a second cancel would break into the closing of the connection
                priming.cancel()
            await asyncio.wait([priming])
            if self._priming is priming:
                self._priming = None

    async def _prime(self, cursor: Cursor) -> None:
        try:
            written = await self._writer.write(cursor, await self._choice.current(), num_predict=1)
            async with aclosing(self._server.generate(written.request, first_token_ms=_COLD_START_MS)) as stream:
                async for _ in stream:
                    pass
            self._health.answered()
        except ServerError as error:
            logger.debug("priming came to nothing: %s", error)
        except Exception:
            logger.exception("priming broke")


def _grace_left(generation: Generation) -> float:
    """Seconds that a whole first line still waits, in whole milliseconds, so that a timer never comes a hair early."""
    if generation.first_line_at is None:
        return _BLOCK_GRACE_SECONDS
    waited = asyncio.get_running_loop().time() - generation.first_line_at
    return round(_BLOCK_GRACE_SECONDS - waited, 3)


def _timed(answer: CompletionAnswer, written: WrittenPrompt, running: _Running, started: float) -> CompletionAnswer:
    first_token = running.generation.first_token_seconds or 0.0
    total = (time.perf_counter() - started) * 1000
    timings = Timings(context=written.context_ms, first_token=first_token * 1000, total=total)
    return replace(answer, timings=timings)
