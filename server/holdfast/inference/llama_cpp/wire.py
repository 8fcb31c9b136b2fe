"""The JSON of llama.cpp's own server (its `tools/server/README.md`); goes no further than the client."""

from typing import Annotated, Final

from pydantic import BeforeValidator, JsonValue

from holdfast.inference.model_server import Finished, GenerateRequest
from holdfast.inference.network.wire import Count, Text, Tokens, Wire
from holdfast.inference.openai.wire import Timings, nanoseconds

_FIELDS: Final = (
    "content",
    "stop",
    "stop_type",
    "truncated",
    "tokens_evaluated",
    "tokens_predicted",
    "timings",
    "error",
)
_SCORES: Final = "completion_probabilities"
_REASONS: Final = {"limit": "length", "eos": "stop", "word": "stop"}


class GenerationDefaults(Wire):
    """`default_generation_settings` of GET /props: the window of one slot."""

    n_ctx: Count = 0


class Props(Wire):
    """GET /props. `total_slots` is what no other server's answer has."""

    total_slots: int
    default_generation_settings: GenerationDefaults | None = None
    model_path: Text = ""
    chat_template: Text = ""
    bos_token: Text = ""
    eos_token: Text = ""
    build_info: Text = ""
    role: Text = ""

    @property
    def window(self) -> int:
        """Tokens of one slot's context; 0 where it is not told."""
        return self.default_generation_settings.n_ctx if self.default_generation_settings is not None else 0

    @property
    def is_router(self) -> bool:
        """Whether it loads one of many models for each request."""
        return self.role == "router"


class TokenPiece(Wire):
    """A token and its text; bytes that are no text come as a list of numbers."""

    id: int
    piece: str | list[int]


class PiecesAnswer(Wire):
    """POST /tokenize with `with_pieces`."""

    tokens: list[TokenPiece]


class TokensAnswer(Wire):
    """POST /tokenize."""

    tokens: list[int]


class Slot(Wire):
    """One of GET /slots. `is_processing` was a number `state` until the end of 2024."""

    id: Count = 0
    n_ctx: Count = 0
    is_processing: bool = False


class CompletionLine(Wire):
    """One event of POST /completion or /infill."""

    content: str | None = None
    stop: bool = False
    stop_type: Text = ""
    stopped_limit: Annotated[bool, BeforeValidator(bool)] = False
    truncated: bool = False
    tokens_evaluated: Tokens = 0
    tokens_predicted: Tokens = 0
    timings: Timings | None = None
    completion_probabilities: JsonValue = None

    @property
    def is_of_a_completion(self) -> bool:
        """Whether it is an event of this API at all, and not some other JSON object."""
        return self.content is not None or self.stop

    def finished(self) -> Finished:
        """The counts of the last event. Until the end of 2024 the reason was a row of booleans."""
        timings = self.timings or Timings()
        return Finished(
            reason="length" if self.stopped_limit else _REASONS.get(self.stop_type, self.stop_type or "stop"),
            prompt_tokens=self.tokens_evaluated or timings.cache_n + timings.prompt_n,
            generated_tokens=self.tokens_predicted or timings.predicted_n,
            prompt_ns=nanoseconds(timings.prompt_ms),
            generate_ns=nanoseconds(timings.predicted_ms),
            load_ns=0,
            cached_tokens=self.timings.cache_n if self.timings is not None else None,
        )


class InfillAnswer(Wire):
    """POST /infill, not streamed: the prompt that the server put together."""

    prompt: str


def completion_body(request: GenerateRequest) -> dict[str, JsonValue]:
    """The body of POST /completion for a raw prompt that uses the cache and penalises nothing.

    A control token is left out of the text, and generation goes on behind it, unless it is among `preserved_tokens`:
    only then can `stop` find it. Without `response_fields` the last event would repeat the whole prompt.

    Scores are those of the softmax over the whole vocabulary (about a millisecond a token at 150,000 entries), not
    `post_sampling_probs`: without chance in the sampling, each token is certain afterwards.
    """
    body: dict[str, JsonValue] = {
        "model": request.model,
        "prompt": request.prompt,
        "n_predict": request.num_predict,
        "temperature": request.temperature,
        "stop": list(request.stop),
        "preserved_tokens": list(request.stop),
        "repeat_penalty": 1.0,
        "presence_penalty": 0.0,
        "frequency_penalty": 0.0,
        "cache_prompt": True,
        "stream": True,
        "response_fields": list(_FIELDS),
    }
    if request.with_logprobs:
        body |= {"n_probs": 1, "response_fields": [*_FIELDS, _SCORES]}
    return body
