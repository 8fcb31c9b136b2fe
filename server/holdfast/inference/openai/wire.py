"""The JSON of OpenAI's completions API as it is on the wire; goes no further than the clients.

Fields that a server left out, or sent as null, have the value that says "unknown". Unknown fields are ignored.
"""

import math
from typing import Annotated, Final

from pydantic import BeforeValidator, Field, FiniteFloat, JsonValue

from holdfast.inference.model_server import Finished, GenerateRequest, InstalledModel
from holdfast.inference.network.wire import Count, Several, Text, Tokens, Wire

_MAKERS: Final = ("openai", "anthropic", "google", "azure", "openrouter", "amazon", "bedrock")
"""Who owns a model that a proxy on this machine only passes on."""


def _as_nothing(value: object) -> object:
    return None if isinstance(value, str | bool | list) else value


class Timings(Wire):
    """llama.cpp's `timings`: tokens reused and read, milliseconds of reading and writing."""

    cache_n: Tokens = 0
    prompt_n: Tokens = 0
    prompt_ms: FiniteFloat = 0.0
    predicted_n: Tokens = 0
    predicted_ms: FiniteFloat = 0.0


class ModelMeta(Wire):
    """llama.cpp's `meta` of a model; 0 where unknown."""

    n_ctx: Count = 0
    n_ctx_train: Count = 0
    n_params: Count = 0
    size: Count = 0
    ftype: Text = ""


class ModelStatus(Wire):
    """llama.cpp's `status` of a model it can load (router mode)."""

    value: Text = ""


class ListedModel(Wire):
    """One of GET /v1/models: OpenAI's `id` and `owned_by`, and what vLLM and llama.cpp add."""

    id: str
    owned_by: Text = ""
    max_model_len: Count = 0
    meta: ModelMeta | None = None
    status: Annotated[ModelStatus | None, BeforeValidator(_as_nothing)] = None

    @property
    def is_remote(self) -> bool:
        """Whether its owner is one that runs models only on machines of its own."""
        return self.owned_by.lower().startswith(_MAKERS)

    def installed(self) -> InstalledModel:
        """The same without the wire."""
        meta = self.meta or ModelMeta()
        return InstalledModel(self.id, "", "", "", meta.ftype, meta.size, self.is_remote)


class ModelsAnswer(Wire):
    """GET /v1/models."""

    data: Several[ListedModel]


class StudioModel(Wire):
    """One of LM Studio's GET /api/v0/models."""

    id: str
    type: Text = ""
    arch: Text = ""
    quantization: Text = ""
    state: Text = ""
    max_context_length: Count = 0
    loaded_context_length: Count = 0


class StudioAnswer(Wire):
    """LM Studio's GET /api/v0/models."""

    data: Several[StudioModel]


class Delta(Wire):
    """What a chunk of a conversation adds."""

    content: Text = ""


class Choice(Wire):
    """One of a chunk's choices; Holdfast asks for one. A completion has `text`, a conversation `delta`."""

    text: Text = ""
    delta: Delta | None = None
    finish_reason: str | None = None
    logprobs: JsonValue = None

    @property
    def added(self) -> str:
        """The text it adds."""
        return self.delta.content if self.delta is not None else self.text


class PromptDetails(Wire):
    """How many of a prompt's tokens came from the server's cache."""

    cached_tokens: int | None = None


class Usage(Wire):
    """What the whole request cost in tokens."""

    prompt_tokens: Tokens = 0
    completion_tokens: Tokens = 0
    prompt_tokens_details: PromptDetails | None = None


class Chunk(Wire):
    """One event of POST /v1/completions or /v1/chat/completions. The one with the usage may have no choices."""

    choices: list[Choice]
    usage: Usage | None = None
    timings: Timings | None = None


class Embedding(Wire):
    """One vector of POST /v1/embeddings, of the text with this number."""

    index: Count = 0
    embedding: list[FiniteFloat]


class EmbeddingsAnswer(Wire):
    """POST /v1/embeddings."""

    data: list[Embedding] = Field(default_factory=list)


def completion_body(request: GenerateRequest, *, with_usage: bool, with_logprobs: bool) -> dict[str, JsonValue]:
    """The body of POST /v1/completions for a raw prompt, streamed, or of /v1/chat/completions for an instruction.

    `num_ctx` and `keep_alive` have no word here.
    """
    asked: dict[str, JsonValue] = {"prompt": request.prompt}
    if request.system is not None:
        asked = {
            "messages": [{"role": "system", "content": request.system}, {"role": "user", "content": request.prompt}]
        }
    body: dict[str, JsonValue] = {
        "model": request.model,
        **asked,
        "max_tokens": request.num_predict,
        "temperature": request.temperature,
        "stop": list(request.stop),
        "stream": True,
    }
    if (
        with_logprobs
    ):  # the completions API counts the alternatives to each token, the one for conversations is asked yes or no
        body["logprobs"] = 1 if request.system is None else True
    if with_usage:
        body["stream_options"] = {"include_usage": True}
    return body


def finished(reason: str, usage: Usage | None, timings: Timings | None, pieces: int) -> Finished:
    """The end of an answer; `pieces` stands for the tokens where the server counted none."""
    cached = usage.prompt_tokens_details.cached_tokens if usage and usage.prompt_tokens_details else None
    if cached is None and timings is not None:
        cached = timings.cache_n
    usage, timings = usage or Usage(), timings or Timings()
    return Finished(
        reason=reason,
        prompt_tokens=usage.prompt_tokens or timings.cache_n + timings.prompt_n,
        generated_tokens=usage.completion_tokens or timings.predicted_n or pieces,
        prompt_ns=nanoseconds(timings.prompt_ms),
        generate_ns=nanoseconds(timings.predicted_ms),
        load_ns=0,
        cached_tokens=cached,
    )


def nanoseconds(milliseconds: float) -> int:
    """Milliseconds as a server measured them, never less than none."""
    return max(0, math.floor(milliseconds * 1e6))
