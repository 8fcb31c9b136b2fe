"""Whether the local model server can serve Claude Code: asked, not believed.

Claude Code speaks Anthropic's Messages API, gives the model tools, and fills a window of at least 32,768 tokens. Ollama
speaks that API since 0.14, LM Studio since 0.4.1; vLLM and llama.cpp do when they are started for tools. So one small
message with a tool is sent, as Claude Code would, and Ollama is asked which window it loaded the model with.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pydantic import JsonValue, ValidationError

from holdfast.errors import HoldfastError, ServerError
from holdfast.inference.endpoint import Endpoint
from holdfast.inference.model_server import InstalledModel, ModelDetails, ModelServer
from holdfast.inference.network.connection import Connection
from holdfast.inference.network.wire import Wire
from holdfast.inference.ollama.dialect import OLLAMA
from holdfast.inference.openai.dialect import OPENAI
from holdfast.inference.readable import readable
from holdfast.inference.server_choice import Kind, build_server, recognise

SMALLEST_WINDOW: Final = 32_768
OLDEST_OLLAMA: Final = (0, 14)
_MESSAGES: Final = "/v1/messages"
_LOADING_S: Final = 180.0
_TIMEOUT_MS: Final = 10_000
_MOST_LOOKED_AT: Final = 12
_VERSION: Final = re.compile(r"v?(\d+)\.(\d+)")
_EXAMPLE: Final = "qwen3-coder:30b"
_REMEDIES: Final = (
    (re.compile(r"jinja", re.IGNORECASE), "Start llama-server with --jinja."),
    (
        re.compile(r"tool[-_ ]choice|tool[-_ ]call[-_ ]parser", re.IGNORECASE),
        "Start vLLM with --enable-auto-tool-choice and the --tool-call-parser of the model.",
    ),
    (re.compile(r"tool", re.IGNORECASE), "Choose a model that was trained to call tools, or its right chat template."),
)
_UPDATE: Final = (
    "Claude Code needs Anthropic's Messages API: Ollama 0.14, LM Studio 0.4.1, or a recent vLLM or llama.cpp."
)


class CannotServe(HoldfastError):
    """The server, or its model, cannot do what Claude Code needs of it."""


@dataclass(frozen=True, slots=True)
class Serving:
    """A server that answered as Claude Code needs it to; `window` is in tokens, 0 where nobody says it."""

    kind: Kind
    version: str
    url: str
    model: str
    window: int


class _Answer(Wire):
    """POST /v1/messages, the part that tells it from other answers."""

    type: Literal["message"]
    role: Literal["assistant"]
    content: list[JsonValue]


async def find_serving(
    endpoint: Endpoint, *, model: str | None = None, key: str | None = None, allowed_remote: Sequence[str] = ()
) -> Serving:
    """The server at `endpoint` and a model of it that can serve Claude Code: `model`, else the largest that can.

    Loads the model. Raises CannotServe with what to do about it, and ServerError where the server cannot be asked.
    """
    kind = await recognise(endpoint, key=key)
    server = build_server(kind, endpoint, timeout_ms=_TIMEOUT_MS, key=key)
    connection = Connection(endpoint, OLLAMA if kind == "ollama" else OPENAI, patience_s=_LOADING_S, api_key=key)
    try:
        version = await server.version()
        if kind == "ollama":
            _refuse_old(version)
        chosen = await _choose(server, kind, model, allowed_remote)
        await _ask_as_claude_code(connection, chosen.name)
        running = {loaded.name: loaded.context_length for loaded in await server.running()}
        window = running.get(chosen.name) or chosen.context_length
        _refuse_small(kind, chosen.name, window)
        return Serving(kind, version, endpoint.url, chosen.name, window)
    finally:
        await connection.aclose()
        await server.aclose()


def _refuse_old(version: str) -> None:
    found = _VERSION.match(version)
    parts = (int(found[1]), int(found[2])) if found else OLDEST_OLLAMA
    # A build of one's own says 0.0.0; whether it speaks the API shows when it is asked.
    if (0, 0) != parts < OLDEST_OLLAMA:
        raise CannotServe(
            f"Ollama {readable(version, 20)} does not speak Anthropic's API, which Claude Code needs.",
            remedy="Update Ollama to 0.14 or newer.",
        )


async def _choose(server: ModelServer, kind: Kind, wanted: str | None, allowed_remote: Sequence[str]) -> ModelDetails:
    installed = await server.models()
    if wanted is not None:
        names = {model.name for model in installed}
        name = wanted if wanted in names or f"{wanted}:latest" not in names else f"{wanted}:latest"
        details = await server.details(name)
        _refuse(kind, details, allowed_remote)
        return details
    loaded = {model.name for model in await server.running()}
    refusal: CannotServe | None = None
    for model in sorted(installed, key=lambda each: (each.name not in loaded, -each.size))[:_MOST_LOOKED_AT]:
        details = await _details(server, model)
        try:
            _refuse(kind, details, allowed_remote)
        except CannotServe as error:
            refusal = refusal or error
        else:
            return details
    if refusal is not None and len(installed) == 1:
        raise refusal
    raise CannotServe(
        f"None of the {len(installed)} installed models can call tools in a window of {SMALLEST_WINDOW:,} tokens.",
        remedy=f"{server.advice.to_get(_EXAMPLE)} Or name one with --model.",
    )


async def _details(server: ModelServer, model: InstalledModel) -> ModelDetails:
    try:
        return await server.details(model.name)
    except ServerError as error:
        raise CannotServe(f"{model.name}: {error.message}", remedy=error.remedy) from error


def _refuse(kind: Kind, details: ModelDetails, allowed_remote: Sequence[str]) -> None:
    """What a model says of itself that rules it out."""
    if details.is_remote and details.name not in allowed_remote:
        raise CannotServe(
            f"{details.name} runs on somebody else's machine.",
            remedy="Choose a model of this machine, or name it in holdfast.allowedRemoteModels.",
        )
    if kind == "ollama" and "tools" not in details.capabilities:
        raise CannotServe(
            f"{details.name} cannot call tools, and Claude Code does everything with tools.",
            remedy=f"Choose a model whose `ollama show` lists tools, such as {_EXAMPLE}.",
        )
    _refuse_small("model", details.name, details.context_length)


def _refuse_small(kind: Kind | Literal["model"], model: str, window: int) -> None:
    if not 0 < window < SMALLEST_WINDOW:
        return
    remedies = {
        "ollama": f"Set OLLAMA_CONTEXT_LENGTH={SMALLEST_WINDOW} for Ollama, start it again, and watch memory with `ollama ps`.",
        "llamacpp": f"Start llama-server with -c {SMALLEST_WINDOW}; with several slots, that times their number.",
        "openai": f"Give the model a window of {SMALLEST_WINDOW:,} tokens where its server is configured.",
        "model": "Choose a model that was trained for a longer one.",
    }
    raise CannotServe(
        f"{model} has a window of {window:,} tokens; below {SMALLEST_WINDOW:,} an agent stops in the middle of its work.",
        remedy=remedies[kind],
    )


async def _ask_as_claude_code(connection: Connection, model: str) -> None:
    """One small message with a tool. Raises CannotServe where the server refuses it, ServerError where it fails."""
    body: dict[str, JsonValue] = {
        "model": model,
        "max_tokens": 16,
        "stream": False,
        "messages": [{"role": "user", "content": "Say ok."}],
        "tools": [{"name": "ready", "description": "Says ok.", "input_schema": {"type": "object", "properties": {}}}],
    }
    try:
        answer = await connection.post(_MESSAGES, body)
        _Answer.model_validate_json(answer)
    except ValidationError as error:
        raise CannotServe(
            f"{connection.url}{_MESSAGES} answers, but not as Anthropic's API does.", remedy=_UPDATE
        ) from error
    except ServerError as error:
        remedy = next((words for known, words in _REMEDIES if known.search(error.message)), None)
        if remedy is None and error.is_transient:
            raise
        raise CannotServe(error.message, remedy=remedy or _UPDATE) from error
