"""How servers of OpenAI's API refuse (vLLM, LM Studio, llama.cpp, llama-swap) and what helps.

Their words are theirs, so an error quotes them and is decided by the words where these are known, else by the status.
"""

import re
from typing import Final

from holdfast.errors import (
    GenerationFailed,
    ModelMissing,
    ModelUnsupported,
    PromptTooLong,
    ServerBusy,
    ServerError,
)
from holdfast.inference.network.failures import Asked, ByWords, Dialect, not_ours, of_words
from holdfast.inference.openai.refusal import said_in

_CHECK: Final = "Set holdfast.endpoint to the address of the model server itself, and holdfast.provider to what it is."
_SPEAKS_FOR_ITSELF: Final = frozenset({401, 403, 408, 429, 500, 502, 503, 504})
"""Statuses that mean the same with and without the server's own words."""
_BY_WORDS: Final[ByWords] = (
    (
        re.compile(
            # llama.cpp, vLLM twice, LM Studio three times.
            r"exceeds? the available context|exceed_context_size|maximum context length|longer than the maximum model length"
            r"|context the overflows|greater than the context length|context size has been exceeded|context_length_exceeded",
            re.IGNORECASE,
        ),
        PromptTooLong,
        "Lower holdfast.numCtx to the window that the server has, or give the server a larger one.",
    ),
    (
        re.compile(r"\bloading model\b|model is (?:still )?loading", re.IGNORECASE),
        ServerBusy,
        "It is asked again until it is ready.",
    ),
    (
        re.compile(
            r"model\b.{0,200}\b(?:does not exist|not found|is not loaded)|no models? (?:is )?loaded|failed to load model"
            r"|could not find (?:a )?(?:suitable|real)|no router for requested model|model_not_found",
            re.IGNORECASE | re.DOTALL,
        ),
        ModelMissing,
        "Load it there, or set holdfast.model to one that `holdfast models` lists.",
    ),
    (
        re.compile(r"does not support|not (?:currently )?supported", re.IGNORECASE),
        ModelUnsupported,
        "Choose a model for code completion, such as Qwen 2.5 Coder.",
    ),
    (
        re.compile(r"out of memory|not enough memory|insufficient memory", re.IGNORECASE),
        GenerationFailed,
        "Choose a smaller model, or give the server a smaller window.",
    ),
)


def _refusal(status: int, body: bytes, asked: Asked) -> ServerError:
    words = said_in(body)
    if words is None and status not in _SPEAKS_FOR_ITSELF:
        return not_ours(body, asked, status)
    return of_words(status, words or "", asked)


OPENAI: Final = Dialect(
    name="a model server",
    itself="the model server",
    start="Start it, or set holdfast.endpoint to where it listens.",
    check=_CHECK,
    log="The server's own log says why.",
    login="Put its key into the environment variable HOLDFAST_API_KEY.",
    misunderstood=_CHECK,
    refusal=_refusal,
    by_words=_BY_WORDS,
    closes_kept=True,
)
