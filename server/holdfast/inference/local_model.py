"""The model that completes, asked something else about a text that must stay on this machine.

It is the model that is loaded anyway, over the same connections and with the same window, so that the server loads nothing
anew. A fallback is never asked, nor a model that runs elsewhere, whatever of that is allowed for code.
"""

import asyncio
from collections.abc import Collection
from contextlib import aclosing
from typing import Final

from holdfast.errors import PromptTooLong, RemoteEndpoint, ServerUnreachable
from holdfast.inference.control_tokens import neutralise, restore
from holdfast.inference.model_choice import ChosenModel, ModelChoice
from holdfast.inference.model_server import GenerateRequest, ModelServer, Piece
from holdfast.inference.server_health import ServerHealth
from holdfast.inference.token_estimate import estimate_tokens

_CHARACTERS_PER_TOKEN: Final = 16
"""More than any tokenizer gives: a server that says more does not keep to what it was asked."""


class LocalModel:
    """One question at a time. `server` has no fallback; `remote` are the models off this machine that code may go to."""

    def __init__(
        self,
        server: ModelServer,
        health: ServerHealth,
        choice: ModelChoice,
        *,
        remote: Collection[str],
        num_ctx: int,
        keep_alive: str | int | None = None,
    ) -> None:
        self.num_ctx = num_ctx
        self._server = server
        self._health = health
        self._choice = choice
        self._remote = frozenset(remote)
        self._keep_alive = keep_alive
        self._turn = asyncio.Lock()

    async def chosen(self) -> ChosenModel:
        """The model that will answer. Raises ServerError: RemoteEndpoint where it may be one off this machine."""
        if self._health.state.is_lost:
            raise self._health.state.cause or ServerUnreachable("The model server does not answer.")
        model = await self._choice.current()
        # Of several servers one may have a model of this name that is passed on: where that is allowed, the name says so.
        if model.is_remote or model.name in self._remote:
            raise RemoteEndpoint(
                f"{model.name} runs off this machine, and conversations are read on this machine alone.",
                remedy="Choose a local model (holdfast.model).",
            )
        return model

    def has_room(self, question: str, *, instruction: str, most_tokens: int) -> bool:
        """Whether all of this goes into the model's window."""
        return estimate_tokens(question) + estimate_tokens(instruction) + most_tokens <= self.num_ctx

    async def answer(self, question: str, *, instruction: str, most_tokens: int) -> str:
        """What the model says, of `most_tokens` at most; control tokens in `question` are text to it. Raises ServerError."""
        async with self._turn:
            model = await self.chosen()
            question = neutralise(question, model.special_tokens)
            if not self.has_room(question, instruction=instruction, most_tokens=most_tokens):
                raise PromptTooLong(
                    f"The text is too long for a window of {self.num_ctx:,} tokens.", remedy="Raise holdfast.numCtx."
                )
            request = GenerateRequest(
                model=model.name,
                prompt=question,
                num_predict=most_tokens,
                num_ctx=self.num_ctx,
                keep_alive=self._keep_alive,
                system=instruction,
            )
            return restore(await self._said(request))

    async def _said(self, request: GenerateRequest) -> str:
        text, most = "", _CHARACTERS_PER_TOKEN * request.num_predict
        async with aclosing(self._server.generate(request)) as items:
            async for item in items:
                if isinstance(item, Piece):
                    text += item.text
                if len(text) > most:
                    break
        return text[:most]
