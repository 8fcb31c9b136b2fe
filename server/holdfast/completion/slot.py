"""The one place where a generation of the server is open, and where it reads ahead of the keys: never both.

What waits for a person comes first: reading ahead ends before a generation begins, and a generation is replaced only
once its connection is closed.
"""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, replace

from holdfast.completion.confidence import moved
from holdfast.completion.generation import Generation, typed_between
from holdfast.completion.request import CompletionAnswer
from holdfast.completion.typed_through import KnownText
from holdfast.completion.write_request import WrittenPrompt
from holdfast.cursor import Cursor
from holdfast.reasons import Reason


@dataclass(frozen=True, slots=True)
class Running:
    """A generation and what it was asked with.

    `extends` is the known text that it goes on from, if it does; `instead_of` the suggestion it is an alternative to.
    """

    generation: Generation
    written: WrittenPrompt
    extends: KnownText | None = None
    instead_of: str | None = None

    @property
    def model(self) -> str:
        """Who speaks, in words for a person: a fallback's text says so."""
        fallback = self.generation.fallback_model
        return f"{fallback} (fallback)" if fallback else self.written.model

    def answer(self, text: str, reason: Reason | None) -> CompletionAnswer:
        """`text` of it as an answer, with what explains it; with none, the `reason` for that."""
        return CompletionAnswer(
            text,
            "model" if text else "none",
            self.model,
            reason,
            prompt=self.written.prompt,
            blocks=self.written.blocks,
            server=self.generation.server,
        )

    def can_answer(self, cursor: Cursor) -> bool:
        """Whether it speaks and agrees with what was typed, or was asked right here and had nothing to say."""
        generation = self.generation
        if not generation.done:
            return generation.agrees_with(cursor)
        return generation.finished is not None and not generation.text and generation.typed_since(cursor) == ""

    def known(self) -> KnownText | None:
        """What is kept of it, with the text it goes on from; None where that has become no longer.

        Of an interrupted answer only whole lines, as the end of one would look final.
        """
        generation, extends = self.generation, self.extends
        is_ended = generation.was_cut or generation.finished is not None
        is_open = not is_ended or (generation.finished is not None and generation.finished.reason == "length")
        said = KnownText(
            generation.cursor,
            generation.whole_text if is_ended else generation.text.rpartition("\n")[0],
            "model",
            self.model,
            self.written.prompt,
            self.written.blocks,
            is_open=is_open,
            server=generation.server,
            scores=tuple(generation.scores),
        )
        if extends is None:
            return said
        scores = (*extends.scores, *moved(said.scores, len(extends.text)))
        return replace(said, cursor=extends.cursor, text=extends.text + said.text, scores=scores) if said.text else None

    def is_contradicted_at(self, cursor: Cursor) -> bool:
        """Whether something else was typed than was said; a cursor that went elsewhere contradicts nothing.

        Who was offered several texts contradicts none of them.
        """
        if self.instead_of is not None:
            return False
        said = self.generation.text if self.extends is None else self.extends.text + self.generation.text
        typed = typed_between(self.generation.cursor if self.extends is None else self.extends.cursor, cursor)
        return typed is not None and not (said.startswith(typed) or typed.startswith(said))


class ServerSlot:
    """At most one generation, or one task that reads ahead."""

    def __init__(self) -> None:
        self.running: Running | None = None
        self._ahead: asyncio.Task[None] | None = None

    @property
    def is_thinking(self) -> bool:
        """Whether a generation is open."""
        return self.running is not None and not self.running.generation.done

    @property
    def is_reading_ahead(self) -> bool:
        """Whether the server reads a prompt before somebody waits for it, or is about to."""
        return self._ahead is not None and not self._ahead.done()

    def read_ahead(self, work: Coroutine[None, None, None], name: str) -> None:
        """Let `work` run until a request stops it."""
        self._ahead = asyncio.create_task(work, name=name)

    async def until_read_ahead(self, at_most_seconds: float) -> None:
        """Wait for the end of what reads ahead."""
        if self._ahead is not None:
            await asyncio.wait([self._ahead], timeout=at_most_seconds)

    async def clear(self) -> None:
        """End whatever uses it; nothing does when this returns."""
        while self.running is not None or self.is_reading_ahead:
            await self.stop_reading_ahead()
            await self.close_running()

    async def close_running(self) -> None:
        """Close the generation's connection."""
        running = self.running
        if running is None:
            return
        # It stays ours until its connection is closed, so that a key that comes meanwhile waits for that too.
        await running.generation.close()
        if self.running is running:
            self.running = None

    async def stop_reading_ahead(self) -> None:
        """Stop what reads ahead, and what began to meanwhile."""
        while (ahead := self._ahead) is not None and ahead is not asyncio.current_task():
            if not ahead.cancelling():  # a second cancel would break into the closing of the connection
                ahead.cancel()
            await asyncio.wait([ahead])
            if self._ahead is ahead:
                self._ahead = None
