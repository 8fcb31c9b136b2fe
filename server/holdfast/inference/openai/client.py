"""The client of a server with OpenAI's completions API (vLLM, LM Studio, llama-swap and others) as a ModelServer.

The prompt is raw: the family's own template has been written already, so the API's `suffix` is not used. The API has
no word for the window; where a server tells its own (vLLM's `max_model_len`, LM Studio's `loaded_context_length`),
a prompt that cannot fit is refused here, because LM Studio would cut it, or answer nothing, without a word.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final, TypeVar

import httpx
from pydantic import JsonValue, TypeAdapter, ValidationError

from holdfast.errors import (
    AnswerTorn,
    ModelMissing,
    ModelUnsupported,
    ServerError,
    UnexpectedAnswer,
)
from holdfast.inference.endpoint import Endpoint
from holdfast.inference.model_advice import OF_ANY, OF_LM_STUDIO, OF_VLLM, ModelAdvice
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
from holdfast.inference.network.attempts import Answer, Attempts, Parts
from holdfast.inference.network.connection import Connection
from holdfast.inference.network.failures import not_ours, of_error_in_stream
from holdfast.inference.network.logprobs import read_logprobs, refuses_logprobs
from holdfast.inference.network.wire import Wire
from holdfast.inference.openai.dialect import OPENAI
from holdfast.inference.openai.events import DONE, Event, EventReader
from holdfast.inference.openai.flavour import Flavour, extras_of, flavour_of
from holdfast.inference.openai.refusal import words_of
from holdfast.inference.openai.window import refuse_what_cannot_fit, refuse_what_was_cut
from holdfast.inference.openai.wire import (
    Chunk,
    EmbeddingsAnswer,
    ListedModel,
    ModelMeta,
    ModelsAnswer,
    StudioAnswer,
    StudioModel,
    completion_body,
    finished,
)

WHOLE_ANSWER_S: Final = 60.0
"""How long an answer may take after its first token, however steadily it drips."""
COUNTS_S: Final = 0.5
"""How long the counts may come after the last token."""
_RAW: Final = "/v1/completions"
_CHAT: Final = "/v1/chat/completions"
_JSON: Final = TypeAdapter[JsonValue](JsonValue)
_ADVICE: Final[dict[Flavour, ModelAdvice]] = {"vllm": OF_VLLM, "LM Studio": OF_LM_STUDIO}
_Answer = TypeVar("_Answer", bound=Wire)


class OpenAiServer:
    """One server at `endpoint`; whether it may be asked at all is decided before this is built.

    `timeout_ms` is the patience for a control request, for a first token and between two tokens. `api_key` is sent as
    a bearer token. `transport` replaces the network, for callers that measure or test.
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
        self._flavour: Flavour | None = None
        self._attempts = Attempts(self._connection, {"scores": refuses_logprobs, "usage": _refuses_usage})
        self._windows: dict[str, int] = {}

    @property
    def advice(self) -> ModelAdvice:
        """As its flavour has it, once that is known."""
        return _ADVICE.get(self._flavour or "unknown", OF_ANY)

    async def version(self) -> str:
        """What the server is; the API has no version, so this is only its name. GET /v1/models."""
        await self._listed()
        return "OpenAI-compatible" if self._flavour in {None, "unknown"} else str(self._flavour)

    async def models(self) -> tuple[InstalledModel, ...]:
        """GET /v1/models."""
        return tuple(model.installed() for model in await self._listed())

    async def details(self, name: str) -> ModelDetails:
        """What GET /v1/models, and LM Studio's GET /api/v0/models, say of it; its vocabulary nobody tells."""
        listed = next((model for model in await self._listed() if model.id == name), None)
        if listed is None:
            raise ModelMissing(
                f"{self._connection.url} does not have the model {name}.",
                remedy="Load it there, or set holdfast.model to one that `holdfast models` lists.",
            )
        meta, studio = listed.meta or ModelMeta(), await self._studio(name)
        self._windows[name] = listed.max_model_len or studio.loaded_context_length or meta.n_ctx
        return ModelDetails(
            name=name,
            family=studio.arch,
            architecture=studio.arch,
            template="",
            capabilities=("embedding",) if studio.type == "embeddings" else ("completion",),
            context_length=self._windows[name] or meta.n_ctx_train or studio.max_context_length,
            parameter_count=meta.n_params,
            parameter_size="",
            quantization=studio.quantization or meta.ftype,
            special_tokens=(),
            is_remote=listed.is_remote,
        )

    async def running(self) -> tuple[RunningModel, ...]:
        """What is listed, less what LM Studio or a router of llama.cpp says it has not loaded."""
        listed = await self._listed()
        unloaded = {model.id for model in await self._studio_models() if model.state == "not-loaded"}
        unloaded |= {model.id for model in listed if model.status is not None and model.status.value == "unloaded"}
        return tuple(
            RunningModel(model.id, model.installed().size, 0, model.max_model_len or (model.meta or ModelMeta()).n_ctx)
            for model in listed
            if model.id not in unloaded
        )

    async def embed(self, request: EmbedRequest, *, patience_ms: int) -> list[list[float]]:
        """POST /v1/embeddings: finite numbers, whose count and dimension nobody has checked yet."""
        path = "/v1/embeddings"
        body: dict[str, JsonValue] = {"model": request.model, "input": list(request.texts)}
        answer = await self._connection.post(path, body, patience_s=patience_ms / 1000)
        vectors = self._read(answer, EmbeddingsAnswer, path).data
        return [vector.embedding for vector in sorted(vectors, key=lambda vector: vector.index)]

    async def generate(
        self, request: GenerateRequest, *, first_token_ms: int | None = None
    ) -> AsyncGenerator[Piece | Finished, None]:
        """POST /v1/completions, or /v1/chat/completions with an instruction; closing the generator closes the connection.

        ModelUnsupported for a suffix: most servers take the word and leave the text out of the prompt.
        """
        if request.suffix is not None:
            raise ModelUnsupported(
                f"{self._connection.url} fills no middle by itself.",
                remedy="Choose a model of a family that `holdfast models` knows how to prompt.",
            )
        window = self._windows.get(request.model, 0)
        refuse_what_cannot_fit(request, window)
        patience_s = self._patience_s if first_token_ms is None else first_token_ms / 1000
        by = asyncio.get_running_loop().time() + patience_s
        body = extras_of(await self._known_flavour(), request)
        pieces = 0
        async with aclosing(self._chunks(request, body, by)) as chunks:
            async for item in chunks:
                if isinstance(item, Piece):
                    pieces += 1
                else:
                    refuse_what_was_cut(request, item, pieces, window)
                yield item

    async def aclose(self) -> None:
        """Close every connection, those of running generations too."""
        await self._connection.aclose()

    def _chunks(self, request: GenerateRequest, extras: dict[str, JsonValue], by: float) -> Answer:
        """The answer, whatever the window."""
        path = _RAW if request.is_raw else _CHAT

        def body(parts: Parts) -> dict[str, JsonValue]:
            return completion_body(request, with_usage="usage" in parts, with_logprobs="scores" in parts) | extras

        return self._attempts.answer(
            request,
            self._connection.asked(path),
            by,
            body=body,
            items=lambda lines: self._items(EventReader(lines), path, by),
        )

    async def _items(self, events: EventReader, path: str, by: float) -> AsyncGenerator[Piece | Finished, None]:
        """Pieces and the end, out of events that each come by their time.

        The usage may come in the chunk of the last token, in one without choices after it, or never.
        """
        loop = asyncio.get_running_loop()
        ends = by + WHOLE_ANSWER_S
        reason, pieces, chunk = "", 0, Chunk(choices=[])
        held_back: tuple[ScoredToken, ...] = ()  # of a part of a character
        while (event := await _next(events, by, is_over=bool(reason))) is not None and event.data != DONE:
            latest = self._chunk(event, path)
            chunk = latest if latest.usage is not None or chunk.usage is None else chunk
            for choice in latest.choices[:1]:
                held_back += read_logprobs(choice.logprobs)
                if choice.added:
                    pieces += 1
                    yield Piece(choice.added, tokens=held_back)
                    held_back = ()
                reason = choice.finish_reason or reason
            by = min(loop.time() + (COUNTS_S if reason else self._patience_s), ends)
        if not reason:
            raise AnswerTorn(
                f"{self._connection.url} ended its answer without saying why.", remedy="The next request may go well."
            )
        yield finished(reason, chunk.usage, chunk.timings, pieces)

    def _chunk(self, event: Event, path: str) -> Chunk:
        asked = self._connection.asked(path)
        try:
            answer = _JSON.validate_json(event.data)
        except ValidationError as error:
            raise not_ours(event.data, asked) from error
        words = words_of(answer)
        if words is not None or event.is_error:
            raise of_error_in_stream(words or event.data.decode("utf-8", "replace"), asked)
        try:
            return Chunk.model_validate(answer)
        except ValidationError as error:
            raise not_ours(event.data, asked) from error

    async def _listed(self) -> list[ListedModel]:
        models = self._read(await self._connection.get("/v1/models"), ModelsAnswer, "/v1/models").data
        self._flavour = flavour_of(models)
        if self._flavour == "Ollama":
            raise UnexpectedAnswer(
                f"{self._connection.url} is Ollama, which would put a raw prompt into a template here.",
                remedy="Set holdfast.provider to auto or ollama.",
            )
        return models

    async def _known_flavour(self) -> Flavour:
        if self._flavour is None:
            await self._listed()
        return self._flavour or "unknown"

    async def _studio(self, name: str) -> StudioModel:
        models = await self._studio_models()
        return next((model for model in models if model.id == name), StudioModel(id=name))

    async def _studio_models(self) -> list[StudioModel]:
        """What LM Studio alone says."""
        if self._flavour != "LM Studio":
            return []
        try:
            return self._read(await self._connection.get("/api/v0/models"), StudioAnswer, "/api/v0/models").data
        except UnexpectedAnswer:  # a release without that path
            return []

    def _read(self, body: bytes, kind: type[_Answer], path: str) -> _Answer:
        try:
            return kind.model_validate_json(body)
        except ValidationError as error:
            raise not_ours(body, self._connection.asked(path)) from error


def _refuses_usage(error: ServerError) -> bool:
    return isinstance(error, UnexpectedAnswer) and "stream_options" in error.message


async def _next(events: EventReader, by: float, *, is_over: bool) -> Event | None:
    """The next event; where the answer is over but for its counts, a server that breaks off has none to add."""
    try:
        return await events.next_event(by)
    except (TimeoutError, httpx.TransportError):
        if is_over:
            return None
        raise
