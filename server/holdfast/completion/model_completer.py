"""A suggestion from the model server: one generation open at most, adopted by the keys that agree with it."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from holdfast.completion.confidence import left_after
from holdfast.completion.debounce import Debounce
from holdfast.completion.filters.drop_what_follows import end_before_repetition
from holdfast.completion.generation import UNWANTED_SECONDS, Generation
from holdfast.completion.grace import grace_left
from holdfast.completion.offer import offer
from holdfast.completion.read_ahead import ReadAhead
from holdfast.completion.request import CompletionAnswer, CompletionRequest, Timings, silent
from holdfast.completion.shown_part import shown_part
from holdfast.completion.slot import Running, ServerSlot
from holdfast.completion.typed_through import KnownText, KnownTexts, TypedThrough
from holdfast.completion.write_request import PromptWriter, WrittenPrompt
from holdfast.cursor import Cursor
from holdfast.errors import ModelMissing, PromptTooLong, ServerError, ServerTimeout, ServerUnreachable
from holdfast.inference.model_choice import ChosenModel, ModelChoice
from holdfast.inference.model_server import ModelServer
from holdfast.inference.server_health import ServerHealth

logger = logging.getLogger(__name__)

_CHOICE_SECONDS: Final = 0.5
_TEMPERATURES: Final = (0.5, 0.9)
"""Of the second and the third suggestion, when they are asked for by hand; the first is the likeliest text."""
_ALTERNATIVES_SECONDS: Final = 1.5
_CHARACTERS_PER_TOKEN: Final = 16
"""More than any tokenizer gives: a server that says more does not keep to what it was asked."""
_READ_ON_SECONDS: Final = 5.0
"""What follows a known text is wanted by whoever types along that."""


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
        """`known` is where a generation's text goes when it ends; how sure of one it must be to show it is said there."""
        self._server = server
        self._health = health
        self._choice = choice
        self._writer = writer
        self._known = known
        self._debounce = debounce
        self._max_retries = max_retries
        self._slot = ServerSlot()
        self._ahead = ReadAhead(server, health, choice, writer, self._slot)
        self._latest = 0
        self._contradicted: Running | None = None
        self.last_error: ServerError | None = None
        self.refusal: Callable[[], ServerError | None] = lambda: None
        """Why the server may not be asked now (a budget is used up); None while it may."""
        self.fallback: str | None = None
        """The fallback's model where the last answer was its, in words for a person."""

    @property
    def is_asking(self) -> bool:
        """Whether the server generates, or reads a prompt ahead."""
        return self._slot.is_thinking or self._slot.is_reading_ahead

    @property
    def is_lost(self) -> bool:
        """Whether the server was last heard of as gone."""
        return self._health.state.is_lost

    def silent_seconds(self, cursor: Cursor) -> float:
        """For how long the server has been asked for what a key at `cursor` waits for, without a word."""
        running, since = self._slot.running, self._ahead.priming_since(cursor)
        if running is not None and not running.generation.text and running.generation.agrees_with(cursor):
            since = running.generation.started
        return asyncio.get_running_loop().time() - since if since is not None else 0.0

    async def complete(self, request: CompletionRequest) -> CompletionAnswer:
        """The model's answer; raises ServerError. A cancelled call leaves its generation to the next one."""
        if self._health.state.is_lost:
            raise self._health.state.cause or ServerUnreachable("The model server does not answer.")
        refusal = self.refusal()
        if refusal is not None:
            raise refusal
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
        started, loop = time.perf_counter(), asyncio.get_running_loop()
        if request.automatic:
            self._debounce.key(loop.time())
            self._count_contradiction(request.cursor)
            await self._ahead.until_primed(request.cursor)
            answer = await self._adopt(request.cursor, started)
            if answer is not None:
                return answer
        if ticket != self._latest:
            return silent("cancelled")
        await self._slot.clear()
        if request.automatic:
            await asyncio.sleep(self._debounce.wait_ms(loop.time()) / 1000)
        if ticket != self._latest:
            return silent("cancelled")
        await self._chosen(request)
        written = await self._ahead.write(request.cursor, anew=not request.automatic)
        if ticket == self._latest:
            await self._slot.clear()  # a pause may have begun to read ahead while this request waited
        if ticket != self._latest:
            return silent("cancelled")
        running = self._begin(request.cursor, written)
        answer = await self._answer_from(running, request.cursor)
        if answer is None:  # typing went another way while the model spoke
            return silent("cancelled")
        if answer.text and request.candidates > 1:
            answer = replace(answer, alternatives=await self._alternatives(request, written, answer.text))
        return _timed(answer, written, running, started)

    async def _alternatives(self, request: CompletionRequest, written: WrittenPrompt, first: str) -> tuple[str, ...]:
        """Other suggestions, one after another and each at a higher temperature, as long as a person may wait for them."""
        ticket, loop, cursor = self._latest, asyncio.get_running_loop(), request.cursor
        found, until = [first], loop.time() + _ALTERNATIVES_SECONDS
        try:
            async with asyncio.timeout_at(until):
                for temperature in _TEMPERATURES[: request.candidates - 1]:
                    await self._slot.close_running()
                    await self._slot.stop_reading_ahead()  # a pause may have begun to meanwhile
                    if ticket != self._latest:
                        break
                    hotter = replace(written, request=replace(written.request, temperature=temperature))
                    answer = await self._answer_from(self._open(cursor, hotter, instead_of=first), cursor)
                    if answer is None:
                        break
                    found += [answer.text] if answer.text and answer.text not in found else []
        except (TimeoutError, ServerError) as error:
            logger.debug("no more alternatives: %s", error)
        return tuple(found[1:])

    def expect(self, cursor: Cursor) -> None:
        """A key whose request is on its way: where it would be asked at once, the server begins now."""
        self._count_contradiction(cursor)
        if self.refusal() is None and self._debounce.is_due(asyncio.get_running_loop().time()):
            self._latest += 1  # no older key opens a generation any more
            self._ahead.begin_with_key(cursor, self._begin)

    def followed(self, found: TypedThrough, cursor: Cursor) -> None:
        """A key agreed with a text that was known; what follows that is asked for before it is used up."""
        self._debounce.key(asyncio.get_running_loop().time())
        if found.rest != found.known.text:
            self._debounce.agreed()
        if found.known.engine == "model" and self._debounce.is_trusted:
            self._ahead.read_on(found, cursor, self._read_on)

    async def prime(self, cursor: Cursor) -> None:
        """Let the server read the prompt for `cursor` ahead of the first key there; yields to any request."""
        self._ahead.prime(cursor)

    async def aclose(self) -> None:
        """Stop everything; connections are closed when this returns."""
        await self._slot.stop_reading_ahead()
        await self._slot.close_running()

    async def _adopt(self, cursor: Cursor, started: float) -> CompletionAnswer | None:
        running = self._slot.running
        if running is None or not running.can_answer(cursor):
            return None
        answer = await self._answer_from(running, cursor)
        if answer is None:
            return None
        if not running.generation.typed_since(cursor):  # it began with this very key
            return _timed(answer, running.written, running, started)
        if answer.text:
            self._debounce.agreed()
        return answer

    async def _answer_from(self, running: Running, cursor: Cursor) -> CompletionAnswer | None:
        """What the generation says at `cursor`, as soon as it can be shown; None when it turns out to diverge."""
        generation = running.generation
        with generation.wanted():
            while True:
                if not generation.agrees_with(cursor) and not generation.done:
                    self._count_contradiction(cursor)
                    return None
                typed = generation.typed_since(cursor) or ""
                part = shown_part(generation.whole_text[len(typed) :], cursor, finished=generation.done)
                left = grace_left(generation, cursor, part.text)
                if part.settled or (part.has_line and left <= 0):
                    break
                await generation.until_changed(left if part.has_line else None)
        if generation.error is not None and not generation.text:
            raise generation.error
        if generation.was_closed:  # by a newer key
            return None
        if not generation.whole_text.startswith(typed):
            self._count_contradiction(cursor)
            return None
        text, reason = offer(part.text, cursor, left_after(generation.scores, len(typed)), self._known.min_confidence)
        return running.answer(text, reason)

    def _count_contradiction(self, cursor: Cursor) -> None:
        """Count once for each text that what was typed contradicts it, while it is said or afterwards."""
        running = self._slot.running
        if running is not None and running is not self._contradicted and running.is_contradicted_at(cursor):
            self._contradicted = running
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

    def _read_on(self, found: TypedThrough, end: Cursor, written: WrittenPrompt) -> None:
        self._open(end, written, extends=found.known)

    def _begin(self, cursor: Cursor, written: WrittenPrompt) -> Running:
        self._debounce.asked(asyncio.get_running_loop().time())
        return self._open(cursor, written)

    def _open(
        self,
        cursor: Cursor,
        written: WrittenPrompt,
        *,
        extends: KnownText | None = None,
        instead_of: str | None = None,
    ) -> Running:
        request = replace(written.request, with_logprobs=self._known.min_confidence > 0)
        generation = Generation(
            cursor,
            lambda: self._server.generate(request),
            cut=lambda text: end_before_repetition(text[: text.rfind("\n") + 1], cursor),
            most_characters=written.request.num_predict * _CHARACTERS_PER_TOKEN,
            max_retries=self._max_retries,
            unwanted_seconds=UNWANTED_SECONDS if extends is None else _READ_ON_SECONDS,
        )
        running = self._slot.running = Running(generation, written, extends, instead_of)
        generation.on_end(lambda _: self._generation_ended(running))
        return running

    def _generation_ended(self, running: Running) -> None:
        generation = running.generation
        if generation.text:
            self.fallback = running.model if generation.fallback_model else None
        if generation.first_token_seconds is not None:
            self._debounce.first_token(generation.first_token_seconds * 1000)
            self._ahead.speed.answered(running.written.prompt, generation.first_token_seconds)
        elif generation.was_closed:
            self._ahead.speed.given_up(asyncio.get_running_loop().time() - generation.started)
        if generation.error is not None:
            self._health.failed(generation.error)
        if isinstance(generation.error, PromptTooLong):
            self._writer.refused(running.written)
        if generation.finished is not None:
            self.last_error = None
            self._health.answered()
            if not generation.finished.is_fallback:  # whose tokens are others
                self._writer.learn(running.written, generation.finished)
        self._remember(running)

    def _remember(self, running: Running) -> None:
        known = running.known()
        if known is not None:
            self._known.remember(known)
        if running.instead_of is not None:
            self._known.prefer(running.generation.cursor, running.instead_of)


def _timed(answer: CompletionAnswer, written: WrittenPrompt, running: Running, started: float) -> CompletionAnswer:
    first_token = running.generation.first_token_seconds or 0.0
    total = (time.perf_counter() - started) * 1000
    timings = Timings(context=written.context_ms, first_token=first_token * 1000, total=total)
    return replace(answer, timings=timings)
