"""Which kind of server listens at an endpoint, and the client for it.

Three questions tell them apart, in this order: Ollama alone answers GET /api/version with its version, llama.cpp's
server alone GET /props with its slots, and whoever lists models at GET /v1/models has OpenAI's API. Some servers answer
every path with something (LM Studio with status 200 and an error), so it is the shape of an answer that counts.
"""

from collections.abc import Mapping
from typing import Final, Literal, Protocol

import httpx
from pydantic import ValidationError

from holdfast.errors import (
    ServerBusy,
    ServerError,
    ServerTimeout,
    ServerUnreachable,
    SettingsError,
    UnexpectedAnswer,
)
from holdfast.inference.endpoint import Endpoint
from holdfast.inference.llama_cpp.client import LlamaCppServer
from holdfast.inference.llama_cpp.wire import Props
from holdfast.inference.model_server import EmbedRequest, ModelServer
from holdfast.inference.network.connection import Connection
from holdfast.inference.network.wire import Wire
from holdfast.inference.ollama.client import OllamaServer
from holdfast.inference.ollama.wire import VersionAnswer
from holdfast.inference.openai.client import OpenAiServer
from holdfast.inference.openai.dialect import OPENAI
from holdfast.inference.openai.wire import ModelsAnswer

Kind = Literal["ollama", "llamacpp", "openai"]

API_KEY_NAME: Final = "HOLDFAST_API_KEY"
_PATIENCE_S: Final = 2.0
_START: Final = "Start your model server (Ollama: `ollama serve`), or set holdfast.endpoint to where it listens."
_QUESTIONS: Final[tuple[tuple[Kind, str, type[Wire]], ...]] = (
    ("ollama", "/api/version", VersionAnswer),
    ("llamacpp", "/props", Props),
    ("openai", "/v1/models", ModelsAnswer),
)


class EmbeddingModelServer(ModelServer, Protocol):
    """A server of models that also embeds, as all three kinds do."""

    async def embed(self, request: EmbedRequest, *, patience_ms: int) -> list[list[float]]:
        """A vector for each text."""
        ...


def api_key(environment: Mapping[str, str]) -> str | None:
    """The key for the model server, from the environment alone: a settings file is shared and synchronised.

    SettingsError for one that no header can carry; its text is not repeated.
    """
    key = environment.get(API_KEY_NAME, "").strip()
    if key and (not key.isascii() or not key.isprintable() or " " in key):
        raise SettingsError(
            f"{API_KEY_NAME} holds a character that no key has.", remedy="Copy the key again, without quotes."
        )
    return key or None


def build_server(
    kind: Kind,
    endpoint: Endpoint,
    *,
    timeout_ms: int,
    key: str | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> EmbeddingModelServer:
    """The client of a server whose kind is known."""
    match kind:
        case "ollama":
            return OllamaServer(endpoint, timeout_ms=timeout_ms, transport=transport)
        case "llamacpp":
            return LlamaCppServer(endpoint, timeout_ms=timeout_ms, api_key=key, transport=transport)
        case "openai":
            return OpenAiServer(endpoint, timeout_ms=timeout_ms, api_key=key, transport=transport)


async def recognise(
    endpoint: Endpoint, *, key: str | None = None, transport: httpx.AsyncBaseTransport | None = None
) -> Kind:
    """The kind of the server at `endpoint`, with little patience.

    Raises ServerUnreachable or ServerTimeout where nobody answers, ServerBusy while it loads its model and cannot be
    told, UnexpectedAnswer where all three answers are somebody else's.
    """
    connection = Connection(endpoint, OPENAI, patience_s=_PATIENCE_S, api_key=key, transport=transport)
    refusal: ServerError | None = None
    try:
        for kind, path, shape in _QUESTIONS:
            try:
                shape.model_validate_json(await connection.get(path))
            except ValidationError:
                continue
            except ServerUnreachable as error:
                raise ServerUnreachable(error.message, remedy=_START) from error
            except (ServerTimeout, ServerBusy):
                raise
            except ServerError as error:
                refusal = error
            else:
                return kind
    finally:
        await connection.aclose()
    raise refusal or UnexpectedAnswer(
        f"What answers at {endpoint} is no model server that Holdfast knows.",
        remedy="Set holdfast.endpoint to where Ollama, llama.cpp's server or one with OpenAI's API listens.",
    )
