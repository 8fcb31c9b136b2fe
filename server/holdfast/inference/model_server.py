"""What the rest of Holdfast knows of a model server: one Protocol and the frozen values that cross it."""

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from holdfast.errors import ServerError
from holdfast.inference.model_advice import ModelAdvice


@dataclass(frozen=True, slots=True)
class GenerateRequest:
    """One generation: raw, unless the server's own template is to put it together.

    Raw (neither `suffix` nor `system`): `prompt` is the whole text, control tokens and all. With a `suffix`, which is
    never empty, the server's fill-in-the-middle template gets both. With a `system` instruction its conversation
    template gets that and `prompt` as what the person says. Never both.

    `num_predict` and `num_ctx` are tokens, at least 1 (a server primed with 0 would generate without end);
    `num_ctx` is the same in every request for a model, as another value makes the server load it again.
    `stop` replaces what the model came with. `keep_alive` is seconds (negative: for ever), a duration like `30m`,
    or None for the server's own. `with_logprobs` asks how sure the model is of each token; not every server says it.
    `told` hears of each attempt once it has ended: of none that was never sent, of several where one server failed and
    another was asked.
    """

    model: str
    prompt: str
    num_predict: int
    num_ctx: int
    stop: tuple[str, ...] = ()
    temperature: float = 0.0
    keep_alive: str | int | None = None
    suffix: str | None = None
    system: str | None = None
    with_logprobs: bool = False
    told: "Callable[[Attempt], None] | None" = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        if self.suffix == "" or (self.suffix is not None and self.system is not None):
            raise ValueError("a suffix is not empty, and does not go with a system instruction")
        if self.num_predict < 1 or self.num_ctx < 1:
            raise ValueError(f"num_predict {self.num_predict} and num_ctx {self.num_ctx} are at least 1")

    @property
    def is_raw(self) -> bool:
        """Whether the server must add nothing to `prompt`."""
        return self.suffix is None and self.system is None

    def told_as(self, stamp: "Callable[[Attempt], Attempt]") -> "GenerateRequest":
        """The same request, whose attempts are told as `stamp` returns them."""
        told = self.told
        return self if told is None else replace(self, told=lambda attempt: told(stamp(attempt)))


@dataclass(frozen=True, slots=True)
class EmbedRequest:
    """Texts to embed in one request; what is longer than the model's window is cut by the server.

    `keep_alive` is as in GenerateRequest.
    """

    model: str
    texts: tuple[str, ...]
    keep_alive: str | int | None = None


@dataclass(frozen=True, slots=True)
class ScoredToken:
    """One token of an answer, and the natural logarithm of its probability before any sampling; never over 0."""

    text: str
    logprob: float


@dataclass(frozen=True, slots=True)
class Piece:
    """Some more text of the answer; never empty.

    `tokens` are those it consists of, where they were asked for and the server scores them. `server` names which of several servers says it, and is empty where there is one; `fallback_model` is the model that
    says it where a fallback does; `is_remote` says that it runs off this machine.
    """

    text: str
    server: str = ""
    fallback_model: str = ""
    is_remote: bool = False
    tokens: tuple[ScoredToken, ...] = ()


@dataclass(frozen=True, slots=True)
class Finished:
    """The end of an answer that was generated to its end.

    `reason` is `stop`, `length`, or another word of the server's. `prompt_tokens` counts the whole prompt, cached
    or not, and is 0 where the server did not say. Times are nanoseconds; `prompt_ns` covers only what was not cached.
    `cached_tokens` of the prompt were not read anew; None where the server does not say. `server` names which of several
    servers answered, and is empty where there is one; `is_fallback` says that it is the one for requests that the first
    had failed, and `fallback_model` which model it was. `is_remote`: the model runs off this machine.
    """

    reason: str
    prompt_tokens: int
    generated_tokens: int
    prompt_ns: int
    generate_ns: int
    load_ns: int
    cached_tokens: int | None = None
    server: str = ""
    is_fallback: bool = False
    fallback_model: str = ""
    is_remote: bool = False


@dataclass(frozen=True, slots=True)
class Attempt:
    """A generation that was sent to one server, and has ended.

    `tokens` came, in so many `pieces`. It ended with `finished`, or with `error`, or was let go where it has neither. `server`,
    `is_fallback` and `is_remote` are as in Finished.
    """

    model: str
    pieces: int = 0
    tokens: int = 0
    finished: Finished | None = None
    error: ServerError | None = None
    server: str = ""
    is_fallback: bool = False
    is_remote: bool = False


@dataclass(frozen=True, slots=True)
class InstalledModel:
    """A model the server lists; `size` in bytes, texts empty where it does not say."""

    name: str
    digest: str
    family: str
    parameter_size: str
    quantization: str
    size: int
    is_remote: bool


@dataclass(frozen=True, slots=True)
class ModelDetails:
    """What a model says of itself.

    `architecture` is the one its weights name, `family` the server's word for it. `context_length` (tokens it was
    loaded with, where the server says so, or trained for) and `parameter_count` are 0 where unknown. `special_tokens` are the control and user-defined entries
    of its vocabulary in order; empty where the server does not list the vocabulary.
    """

    name: str
    family: str
    architecture: str
    template: str
    capabilities: tuple[str, ...]
    context_length: int
    parameter_count: int
    parameter_size: str
    quantization: str
    special_tokens: tuple[str, ...]
    is_remote: bool


@dataclass(frozen=True, slots=True)
class RunningModel:
    """A loaded model: bytes in all and on the accelerator, and the window in tokens it was loaded with (0: unknown)."""

    name: str
    size: int
    size_vram: int
    context_length: int


class ModelServer(Protocol):
    """A server of models. Every method raises only members of the ServerError tree, or is cancelled."""

    @property
    def advice(self) -> ModelAdvice:
        """How a person gets a model onto it, as far as it is known what it is."""
        ...

    async def version(self) -> str:
        """The version it runs; also how to learn whether it is there at all."""
        ...

    async def models(self) -> tuple[InstalledModel, ...]:
        """What is installed, in the server's order (Ollama: latest modified first)."""
        ...

    async def details(self, name: str) -> ModelDetails:
        """What the model `name` is; ModelMissing if it is not installed. May take seconds."""
        ...

    async def running(self) -> tuple[RunningModel, ...]:
        """What is loaded now."""
        ...

    def generate(
        self, request: GenerateRequest, *, first_token_ms: int | None = None
    ) -> AsyncGenerator[Piece | Finished, None]:
        """The answer as it comes: pieces, then one Finished.

        `aclose()` of the generator, or cancelling the task inside it, closes the connection at once, which is how a
        generation is stopped: iterate under `contextlib.aclosing`. To prime the server's cache, ask for one token.
        `first_token_ms` is the patience for the first token where it is not the usual one (a model that must load).
        """
        ...

    async def aclose(self) -> None:
        """Close every connection; running generations fail with ServerUnreachable."""
        ...
