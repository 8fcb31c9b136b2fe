"""The client of Ollama: its HTTP API as a :class:`~holdfast.inference.model_server.ModelServer`.

What goes over the wire is bounded and translated in `network/`; what Ollama's refusals mean stands in `dialect.py`.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from typing import Final, TypeVar

import httpx
from pydantic import ValidationError

from holdfast.errors import AnswerTorn
from holdfast.inference.endpoint import Endpoint
from holdfast.inference.model_advice import OF_OLLAMA, ModelAdvice
from holdfast.inference.model_server import (
    EmbedRequest,
    Finished,
    GenerateRequest,
    InstalledModel,
    ModelDetails,
    Piece,
    RunningModel,
    ScoredToken,
)
from holdfast.inference.network.answer_lines import AnswerLines
from holdfast.inference.network.attempts import Attempts
from holdfast.inference.network.connection import Connection
from holdfast.inference.network.failures import Asked, not_ours, of_error_in_stream
from holdfast.inference.network.logprobs import read_logprobs, refuses_logprobs
from holdfast.inference.network.wire import Wire
from holdfast.inference.ollama.details import read_details
from holdfast.inference.ollama.dialect import OLLAMA
from holdfast.inference.ollama.wire import (
    EmbedAnswer,
    GenerateLine,
    RunningAnswer,
    TagsAnswer,
    VersionAnswer,
    embed_body,
    generate_body,
)

WHOLE_ANSWER_S: Final = 60.0
"""How long an answer may take after its first token, however steadily it drips."""
DETAILS_S: Final = 30.0
"""Listing a vocabulary is slow on the server's side; never on a keystroke's path."""
DRAIN_S: Final = 0.5
MAX_DETAILS_BYTES: Final = 64 << 20
_Answer = TypeVar("_Answer", bound=Wire)


class OllamaServer:
    """One Ollama at `endpoint`; whether it may be asked at all is decided before this is built.

    `timeout_ms` is the patience for a control request, for a first token and between two tokens.
    `transport` replaces the network, for callers that measure or test.
    """

    def __init__(
        self, endpoint: Endpoint, *, timeout_ms: int, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._patience_s = timeout_ms / 1000
        self._connection = Connection(endpoint, OLLAMA, patience_s=self._patience_s, transport=transport)
        self._attempts = Attempts(self._connection, {"scores": refuses_logprobs})

    @property
    def advice(self) -> ModelAdvice:
        """Pull it."""
        return OF_OLLAMA

    async def version(self) -> str:
        """GET /api/version."""
        return (await self._get("/api/version", VersionAnswer)).version

    async def models(self) -> tuple[InstalledModel, ...]:
        """GET /api/tags, latest modified first."""
        return tuple(model.installed() for model in (await self._get("/api/tags", TagsAnswer)).models)

    async def running(self) -> tuple[RunningModel, ...]:
        """GET /api/ps."""
        return tuple(model.running() for model in (await self._get("/api/ps", RunningAnswer)).models)

    async def details(self, name: str) -> ModelDetails:
        """POST /api/show with the vocabulary, of which only the special tokens are kept."""
        asked = self._connection.asked("/api/show", name)
        patience_s = max(self._patience_s, DETAILS_S)
        chunks = await self._connection.whole(
            asked, {"model": name, "verbose": True}, patience_s=patience_s, max_bytes=MAX_DETAILS_BYTES
        )
        try:
            return await asyncio.to_thread(read_details, name, chunks)
        except ValueError as error:
            raise not_ours(chunks[0] if chunks else b"", asked) from error

    async def embed(self, request: EmbedRequest, *, patience_ms: int) -> list[list[float]]:
        """POST /api/embed: finite numbers, whose count and dimension nobody has checked yet."""
        asked = self._connection.asked("/api/embed", request.model)
        body = b"".join(await self._connection.whole(asked, embed_body(request), patience_s=patience_ms / 1000))
        try:
            return EmbedAnswer.model_validate_json(body).embeddings
        except ValidationError as error:
            raise not_ours(body, asked) from error

    async def generate(
        self, request: GenerateRequest, *, first_token_ms: int | None = None
    ) -> AsyncGenerator[Piece | Finished, None]:
        """POST /api/generate, raw and streamed; closing the generator closes the connection."""
        asked = self._connection.asked("/api/generate", request.model)
        first_token_s = self._patience_s if first_token_ms is None else first_token_ms / 1000
        by = asyncio.get_running_loop().time() + first_token_s
        answer = self._attempts.answer(
            request,
            asked,
            by,
            body=lambda parts: generate_body(replace(request, with_logprobs="scores" in parts)),
            items=lambda lines: self._items(lines, asked, by),
        )
        async with aclosing(answer) as items:
            async for item in items:
                yield item

    async def aclose(self) -> None:
        """Close every connection, those of running generations too."""
        await self._connection.aclose()

    async def _items(self, lines: AnswerLines, asked: Asked, by: float) -> AsyncGenerator[Piece | Finished, None]:
        """Pieces and the end, out of lines that each come by their time."""
        loop = asyncio.get_running_loop()
        ends = by + WHOLE_ANSWER_S
        held_back: tuple[ScoredToken, ...] = ()
        while (raw := await lines.next_line(by)) is not None:
            line = _parsed_line(raw, asked)
            if line.error is not None:
                raise of_error_in_stream(line.error, asked)
            held_back += read_logprobs(line.logprobs)
            if line.response:
                yield Piece(line.response, tokens=held_back)
                held_back = ()
            if line.done:
                yield line.finished()
                await lines.drain(loop.time() + DRAIN_S)
                return
            by = min(loop.time() + self._patience_s, ends)
        raise AnswerTorn(
            f"{self._connection.url} ended its answer without its last line.",
            remedy="Ollama does so when a model repeats itself; the next request may go well.",
        )

    async def _get(self, path: str, kind: type[_Answer]) -> _Answer:
        body = await self._connection.get(path)
        try:
            return kind.model_validate_json(body)
        except ValidationError as error:
            raise not_ours(body, self._connection.asked(path)) from error


def _parsed_line(raw: bytes, asked: Asked) -> GenerateLine:
    try:
        line = GenerateLine.model_validate_json(raw)
    except ValidationError as error:
        raise not_ours(raw, asked) from error
    if not line.is_of_a_generation:
        raise not_ours(raw, asked)
    return line
