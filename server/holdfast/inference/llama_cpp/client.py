"""The client of llama.cpp's own server (`llama-server`) as a ModelServer.

It knows its window, so that a prompt that does not fit is refused before it is sent: it counts the tokens itself where
they may not fit, by the server's tokenizer. Its tokenizer says which strings are control tokens to the model, and its
POST /infill, asked once with two words, how the model wants a hole written: from then on a prompt of that form goes to
POST /completion, because /infill cuts what is before the cursor to its batch without a word.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from typing import Final, TypeVar
from urllib.parse import quote

import httpx
from pydantic import JsonValue, TypeAdapter, ValidationError

from holdfast.errors import AnswerTorn, ModelUnsupported, PromptTooLong
from holdfast.inference.endpoint import Endpoint
from holdfast.inference.llama_cpp.vocabulary import (
    AFTER_CURSOR,
    BEFORE_CURSOR,
    HoleFormat,
    candidates,
    control_tokens_among,
    hole_format,
    question,
)
from holdfast.inference.llama_cpp.wire import (
    CompletionLine,
    InfillAnswer,
    PiecesAnswer,
    Props,
    Slot,
    TokensAnswer,
    completion_body,
)
from holdfast.inference.model_advice import OF_LLAMA_CPP, ModelAdvice
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
from holdfast.inference.network.attempts import Attempts
from holdfast.inference.network.connection import Connection
from holdfast.inference.network.failures import not_ours, of_error_in_stream
from holdfast.inference.network.logprobs import read_logprobs, refuses_logprobs
from holdfast.inference.network.wire import Wire
from holdfast.inference.openai.client import WHOLE_ANSWER_S, OpenAiServer
from holdfast.inference.openai.dialect import OPENAI
from holdfast.inference.openai.events import Event, EventReader
from holdfast.inference.openai.refusal import words_of

_FEWEST_BYTES_PER_TOKEN: Final = 2.0
"""Code has three or four: a prompt that fits at two is sent uncounted, and the server itself refuses the rare rest."""
_PATH: Final = "/completion"
_NO_BUILD: Final = "b0-"
"""What a build without git says for its number."""
_JSON: Final = TypeAdapter[JsonValue](JsonValue)
_SLOTS: Final = TypeAdapter[list[Slot]](list[Slot])
_Answer = TypeVar("_Answer", bound=Wire)


class LlamaCppServer:
    """One llama-server at `endpoint`; whether it may be asked at all is decided before this is built.

    `timeout_ms` is the patience for a control request, for a first token and between two tokens. `api_key` is what the
    server was started with, if with one. `transport` replaces the network, for callers that measure or test.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        timeout_ms: int,
        api_key: str | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._patience_s = timeout_ms / 1000
        self._connection = Connection(
            endpoint, OPENAI, patience_s=self._patience_s, api_key=api_key, transport=transport
        )
        self._openai = OpenAiServer(endpoint, timeout_ms=timeout_ms, api_key=api_key, transport=transport)
        self._attempts = Attempts(self._connection, {"scores": refuses_logprobs})
        self._windows: dict[str, int] = {}
        self._holes: dict[str, HoleFormat] = {}

    @property
    def advice(self) -> ModelAdvice:
        """Start it with that model."""
        return OF_LLAMA_CPP

    async def version(self) -> str:
        """The build, of GET /props; ServerBusy while it loads its model."""
        build = (await self._props()).build_info
        return f"llama.cpp {build}" if build and not build.startswith(_NO_BUILD) else "llama.cpp"

    async def models(self) -> tuple[InstalledModel, ...]:
        """GET /v1/models: the one it was started with, or all that a router can load."""
        return await self._openai.models()

    async def running(self) -> tuple[RunningModel, ...]:
        """Those of GET /v1/models that are loaded."""
        return await self._openai.running()

    async def details(self, name: str) -> ModelDetails:
        """GET /props, and what the tokenizer says: see `vocabulary.py`. A router loads the model for it."""
        listed = await self._openai.details(name)
        props = await self._props(name)
        self._windows[name] = props.window
        hole = await self._ask_hole(name, props)
        strings = candidates(props, hole)
        body: dict[str, JsonValue] = {"model": name, "content": question(strings), "parse_special": True}
        answer = await self._connection.post("/tokenize", body | {"with_pieces": True})
        pieces = self._read(answer, PiecesAnswer, "/tokenize").tokens
        return replace(
            listed,
            context_length=props.window or listed.context_length,
            template=props.chat_template,
            capabilities=("completion", "insert") if hole is not None else ("completion",),
            special_tokens=control_tokens_among(strings, pieces),
        )

    async def slots(self) -> tuple[Slot, ...]:
        """GET /slots; ModelUnsupported where the server was started without them."""
        body = await self._connection.get("/slots")
        try:
            return tuple(_SLOTS.validate_json(body))
        except ValidationError as error:
            raise not_ours(body, self._connection.asked("/slots")) from error

    async def tokens(self, text: str, model: str = "") -> tuple[int, ...]:
        """`text` as the server would read a prompt: control tokens parsed, and what belongs before it."""
        body: dict[str, JsonValue] = {"model": model, "content": text, "add_special": True, "parse_special": True}
        return tuple(self._read(await self._connection.post("/tokenize", body), TokensAnswer, "/tokenize").tokens)

    async def embed(self, request: EmbedRequest, *, patience_ms: int) -> list[list[float]]:
        """POST /v1/embeddings."""
        return await self._openai.embed(request, patience_ms=patience_ms)

    async def generate(
        self, request: GenerateRequest, *, first_token_ms: int | None = None
    ) -> AsyncGenerator[Piece | Finished, None]:
        """POST /completion, or the conversation's path with an instruction; closing the generator frees the slot."""
        answer = self._openai.generate if request.system is not None else self._complete
        async with aclosing(answer(request, first_token_ms=first_token_ms)) as items:
            async for item in items:
                yield item

    async def aclose(self) -> None:
        """Close every connection, those of running generations too."""
        await self._openai.aclose()
        await self._connection.aclose()

    async def _complete(
        self, request: GenerateRequest, *, first_token_ms: int | None
    ) -> AsyncGenerator[Piece | Finished, None]:
        patience_s = self._patience_s if first_token_ms is None else first_token_ms / 1000
        by = asyncio.get_running_loop().time() + patience_s
        written = request if request.suffix is None else await self._with_hole(request, request.suffix)
        window = await self._window(request.model)
        await self._refuse_what_does_not_fit(written, window)
        answer = self._attempts.answer(
            request,
            self._connection.asked(_PATH),
            by,
            body=lambda parts: completion_body(replace(written, with_logprobs="scores" in parts)),
            items=lambda lines: self._items(EventReader(lines), window, by),
        )
        async with aclosing(answer) as items:
            async for item in items:
                yield item

    async def _items(self, events: EventReader, window: int, by: float) -> AsyncGenerator[Piece | Finished, None]:
        """Pieces and the end, out of events that each come by their time."""
        loop = asyncio.get_running_loop()
        ends = by + WHOLE_ANSWER_S
        held_back: tuple[ScoredToken, ...] = ()  # of what may be the beginning of a stop
        while (event := await events.next_event(by)) is not None:
            line = self._line(event)
            held_back += read_logprobs(line.completion_probabilities)
            if line.content:
                yield Piece(line.content, tokens=held_back)
                held_back = ()
            if line.stop:
                end = line.finished()
                if line.truncated and end.prompt_tokens + end.generated_tokens < window - 1:
                    raise PromptTooLong(
                        f"The server cut the prompt to {end.prompt_tokens} tokens.",
                        remedy="Start it without --context-shift, or lower holdfast.numCtx to its window.",
                    )
                yield end
                return
            by = min(loop.time() + self._patience_s, ends)
        raise AnswerTorn(
            f"{self._connection.url} ended its answer without its last event.",
            remedy="The server's own log says why; the next request may go well.",
        )

    def _line(self, event: Event) -> CompletionLine:
        asked = self._connection.asked(_PATH)
        try:
            answer = _JSON.validate_json(event.data)
        except ValidationError as error:
            raise not_ours(event.data, asked) from error
        if isinstance(answer, dict) and event.is_error and "error" not in answer:
            answer = {"error": answer}
        words = words_of(answer)
        if words is not None:
            raise of_error_in_stream(words, asked)
        try:
            line = CompletionLine.model_validate(answer)
        except ValidationError as error:
            raise not_ours(event.data, asked) from error
        if not line.is_of_a_completion:
            raise not_ours(event.data, asked)
        return line

    async def _refuse_what_does_not_fit(self, request: GenerateRequest, window: int) -> None:
        """Raise PromptTooLong where the prompt leaves no room for one token; it is counted only where that may be."""
        room = min(window or request.num_ctx, request.num_ctx) - request.num_predict
        if len(request.prompt.encode("utf-8", "replace")) <= room * _FEWEST_BYTES_PER_TOKEN:
            return
        count = len(await self.tokens(request.prompt, request.model))
        if count >= (window or request.num_ctx):
            raise PromptTooLong(
                f"The prompt has {count} tokens and the server's window {window or request.num_ctx}.",
                remedy=f"Set holdfast.numCtx to {window}, or start the server with a larger --ctx-size.",
            )

    async def _window(self, model: str) -> int:
        if model not in self._windows:
            self._windows[model] = (await self._props(model)).window
        return self._windows[model]

    async def _with_hole(self, request: GenerateRequest, suffix: str) -> GenerateRequest:
        hole = self._holes.get(request.model) or await self._ask_hole(request.model, await self._props(request.model))
        if hole is None:
            raise ModelUnsupported(
                f"{request.model} has no control tokens for a hole in a file.",
                remedy="Choose a model for code completion, such as Qwen 2.5 Coder.",
            )
        stop = (*request.stop, *hole.control_tokens)
        return replace(request, prompt=hole.written(request.prompt, suffix), suffix=None, stop=stop)

    async def _ask_hole(self, model: str, props: Props) -> HoleFormat | None:
        """How POST /infill writes a hole; None where the model has no tokens for it."""
        words: dict[str, JsonValue] = {"input_prefix": BEFORE_CURSOR, "input_suffix": AFTER_CURSOR, "prompt": ""}
        wanted: dict[str, JsonValue] = {"model": model, "n_predict": 1, "response_fields": ["prompt"]}
        try:
            body = await self._connection.post("/infill", words | wanted)
        except ModelUnsupported:
            return None
        hole = hole_format(self._read(body, InfillAnswer, "/infill").prompt, props.bos_token)
        if hole is not None:
            self._holes[model] = hole
        return hole

    async def _props(self, model: str = "") -> Props:
        """GET /props: of the whole server, or of a router's model."""
        props = self._read(await self._connection.get("/props"), Props, "/props")
        if not props.is_router or not model:
            return props
        return self._read(await self._connection.get(f"/props?model={quote(model, safe='')}"), Props, "/props")

    def _read(self, body: bytes, kind: type[_Answer], path: str) -> _Answer:
        try:
            return kind.model_validate_json(body)
        except ValidationError as error:
            raise not_ours(body, self._connection.asked(path)) from error
