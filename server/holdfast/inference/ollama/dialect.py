"""How Ollama refuses and what helps: by its status, and by the words of its source where one status means several things."""

import re
from http import HTTPStatus
from typing import Final

from pydantic import ValidationError

from holdfast.errors import (
    GenerationFailed,
    ModelMissing,
    ModelUnsupported,
    PromptTooLong,
    RemoteEndpoint,
    ServerError,
)
from holdfast.inference.model_advice import OF_OLLAMA
from holdfast.inference.network.failures import Asked, Dialect, not_ours, of_words, said_by, told_by_words
from holdfast.inference.ollama.wire import ErrorAnswer, is_cloud_name

_NO_ENTRY: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_SPEAKS_FOR_ITSELF: Final = frozenset({408, 429, 500, 502, 503, 504})
"""Statuses that mean the same with and without words of Ollama's."""


def _refusal(status: int, body: bytes, asked: Asked) -> ServerError:
    try:
        words = ErrorAnswer.model_validate_json(body).error
    except ValidationError:
        return not_ours(body, asked, status) if status not in _SPEAKS_FOR_ITSELF else of_words(status, "", asked)
    if (told := told_by_words(status, words, asked)) is not None:
        return told
    if status == HTTPStatus.NOT_FOUND and asked.model:
        return ModelMissing(said_by(status, words, asked), remedy=OF_OLLAMA.to_get(asked.model))
    if status in _NO_ENTRY and (is_cloud_name(asked.model) or "cloud" in words):
        return RemoteEndpoint(said_by(status, words, asked), remedy="Choose a model that runs on this machine.")
    return of_words(status, words, asked)


OLLAMA: Final = Dialect(
    name="Ollama",
    itself="Ollama",
    speaker="Ollama",
    start="Start Ollama (`ollama serve`), or set holdfast.endpoint to where it listens.",
    check="Set holdfast.endpoint to where Ollama listens, usually http://localhost:11434.",
    log="Ollama's own log says why; `ollama ps` shows what is loaded.",
    login="Something before Ollama wants a login; set holdfast.endpoint past it.",
    misunderstood="Update Ollama: it did not understand a request of its own interface.",
    refusal=_refusal,
    by_words=(
        (
            re.compile(
                r"longer than the context|exceeds? the (?:available )?context|exceed_context_size|input length exceeds",
                re.IGNORECASE,
            ),
            PromptTooLong,
            "Raise holdfast.numCtx, or lower holdfast.contextTokens.",
        ),
        (
            re.compile("does not support", re.IGNORECASE),
            ModelUnsupported,
            "Choose a model for code completion, such as qwen2.5-coder:1.5b-base.",
        ),
        (
            re.compile(r"more system memory|out of memory|not enough memory|insufficient memory", re.IGNORECASE),
            GenerationFailed,
            "Choose a smaller model, or lower holdfast.numCtx.",
        ),
    ),
)
