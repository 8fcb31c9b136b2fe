"""What happens at a key, from the gate to the answer."""

import asyncio
import logging
import time
from dataclasses import replace
from typing import Final

from holdfast.completion.embedded_completer import EmbeddedCompleter
from holdfast.completion.filters.order import clean
from holdfast.completion.gate import Gate
from holdfast.completion.model_completer import ModelCompleter
from holdfast.completion.offer import offer
from holdfast.completion.outcome_log import OutcomeLog
from holdfast.completion.request import CompletionAnswer, CompletionRequest, silent
from holdfast.completion.rest import Rest
from holdfast.completion.shown_part import shown_part
from holdfast.completion.typed_through import KnownText, KnownTexts, Offer, Offers, TypedThrough
from holdfast.cursor import Cursor
from holdfast.errors import ServerError

logger = logging.getLogger(__name__)

_IDLE_SECONDS: Final = 0.03
"""After an answer, before what the next keys need is made ready: a burst of keys is not held up by it."""


class Completer:
    """Gate, known texts, model server, embedded engine, in this order."""

    def __init__(
        self,
        gate: Gate,
        known: KnownTexts,
        model: ModelCompleter | None,
        embedded: EmbeddedCompleter | None,
        outcomes: OutcomeLog,
        *,
        without_server: CompletionAnswer,
        rest: Rest | None = None,
    ) -> None:
        """`model` is None where no server is asked, for the reason in `without_server`; `embedded` where it is off.

        `rest` is told while somebody waits for an answer.
        """
        self.gate = gate
        self._rest = rest or Rest()
        self.outcomes = outcomes
        self._known = known
        self._offers = Offers()
        self._ready: asyncio.TimerHandle | None = None
        self._model = model
        self._embedded = embedded
        self._without_server = without_server
        self._asks = False

    async def complete(self, request: CompletionRequest) -> CompletionAnswer:
        """The suggestion for `request`, or silence with its reason. Never raises a ServerError."""
        with self._rest.broken():
            answer = await self._complete(request)
        if self._ready is not None:
            self._ready.cancel()
        self._ready = asyncio.get_running_loop().call_later(_IDLE_SECONDS, self._get_ready, request.cursor)
        return answer

    def expect(self, cursor: Cursor) -> None:
        """A key was typed that an editor will ask for in a moment, if it asked for the last one."""
        asks, self._asks = self._asks, False
        if not asks or self._model is None or self.gate.why_not(CompletionRequest(cursor)) is not None:
            return
        known = self._known.rest_at(cursor)
        if known is None or known.known.engine == "embedded":
            self._model.expect(cursor)

    async def _complete(self, request: CompletionRequest) -> CompletionAnswer:
        started = time.perf_counter()
        self._asks = request.automatic
        reason = self.gate.why_not(request)
        if reason is not None:
            answer, typed_through = silent(reason), False
        else:
            known = self._from_known(request.cursor) if request.automatic else None
            typed_through = known is not None
            answer = known if known is not None else await self._from_engines(request)
        total = (time.perf_counter() - started) * 1000
        answer = replace(answer, timings=replace(answer.timings, total=total))
        self.outcomes.record(request, answer, typed_through=typed_through)
        return answer

    def _get_ready(self, cursor: Cursor) -> None:
        """Make the offers of the next key before it is typed: of a character of this line, and of Enter at its end."""
        found = self._known.rest_at(cursor)
        if found is None or found.known.engine == "embedded":
            return
        for ahead in (found.at_next_key(cursor), found.at_next_line(cursor)):
            if ahead is not None and self._offers.at(found.known, ahead[1]) is None:
                self._offers.keep(found.known, ahead[1], self._make_offer(*ahead))

    def _from_known(self, cursor: Cursor) -> CompletionAnswer | None:
        found = self._known.rest_at(cursor)
        if found is None:
            return None
        is_second_best = found.known.engine == "embedded"
        if is_second_best and self._model is not None and not self._model.is_lost:
            return None  # a model that can answer is asked, however well this one agrees
        text, reason = self._offers.at(found.known, cursor) or self._make_offer(found, cursor)
        if not text and (is_second_best or reason != "low_confidence"):
            return None if is_second_best else silent(reason or "empty")
        if self._model is not None and not is_second_best:
            self._model.followed(found, cursor)
        return _answer_of(found.known, text) if text else silent("low_confidence")

    def _make_offer(self, found: TypedThrough, cursor: Cursor) -> Offer:
        part = shown_part(found.rest, cursor, finished=True).text
        return offer(part, cursor, found.scores, self._known.min_confidence)

    async def _from_engines(self, request: CompletionRequest) -> CompletionAnswer:
        if self._model is None:
            return await self._from_embedded(request.cursor, self._without_server)
        try:
            if self._embedded is None or not request.automatic:
                return await self._model.complete(request)
            return await self._unless_slow(self._model, self._embedded.slow_after_seconds, request)
        except ServerError as error:
            logger.debug("%s", error)
            return await self._from_embedded(request.cursor, silent(error.reason, str(error)))

    async def _unless_slow(
        self, model: ModelCompleter, slow_after_seconds: float, request: CompletionRequest
    ) -> CompletionAnswer:
        """The model's answer; the embedded engine's where the model keeps silent for long and that one has any.

        The model's generation is let go then, as by a key: a later key adopts it.
        """
        patience = max(0.0, slow_after_seconds - model.silent_seconds(request.cursor))
        asking = asyncio.create_task(model.complete(request), name="ask the model")
        try:
            await asyncio.wait([asking], timeout=patience)
            if not asking.done():
                answer = await self._from_embedded(request.cursor, silent("busy"))
                if answer.text and not asking.done():
                    return answer
            return await asking
        finally:
            if not asking.done():
                asking.cancel()
            asking.add_done_callback(_read_error)

    async def _from_embedded(self, cursor: Cursor, otherwise: CompletionAnswer) -> CompletionAnswer:
        """The embedded engine's answer; its silence, or `otherwise` where there is no engine."""
        if self._embedded is None:
            return otherwise
        found = self._known.rest_at(cursor)
        if found is not None and found.known.engine == "embedded":
            text, _ = clean(shown_part(found.rest, cursor, finished=True).text, cursor)
            if text:  # what is on screen stays there
                return replace(_answer_of(found.known, text), remedy=otherwise.remedy)
        answer = await self._embedded.complete(cursor)
        if answer.text:
            self._known.remember(KnownText(cursor, answer.text, "embedded", None, "", (), answer.sources))
        # Nobody is told that the engine is unsure where it only stands in for a model that may not be asked.
        is_halted = not answer.text and otherwise.reason == "budget_reached"
        return otherwise if is_halted else replace(answer, remedy=otherwise.remedy)


def _answer_of(known: KnownText, text: str) -> CompletionAnswer:
    return CompletionAnswer(
        text,
        known.engine,
        known.model,
        prompt=known.prompt,
        blocks=known.blocks,
        sources=known.sources,
        server=known.server,
    )


def _read_error(asking: asyncio.Task[CompletionAnswer]) -> None:
    """Nobody waits for a request that was let go; that it failed is in the server's health."""
    if not asking.cancelled():
        asking.exception()
