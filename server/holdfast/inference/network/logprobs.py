"""Token probabilities as model servers send them, read leniently: an answer without them is an answer all the same.

Two forms are in use. A list of objects, one for each token: Ollama's `logprobs` (from 0.12.11 on), llama.cpp's
`completion_probabilities`, and OpenAI's `logprobs.content` of a conversation, which llama.cpp gives for completions
too. And OpenAI's older one for completions, which vLLM gives: an object with the lists `tokens` and `token_logprobs`.
"""

import math
import re
from collections.abc import Iterable
from typing import Final

from pydantic import JsonValue

from holdfast.errors import GenerationFailed, ModelUnsupported, ServerError, UnexpectedAnswer
from holdfast.inference.model_server import ScoredToken

_ABOUT_THEM: Final = re.compile("logprob|n_probs", re.IGNORECASE)


def read_logprobs(value: JsonValue) -> tuple[ScoredToken, ...]:
    """The tokens of one event; none where what came is of neither form, or one of its numbers is no probability."""
    entries = value.get("content") if isinstance(value, dict) else value
    if isinstance(entries, list):
        return _scored(_of_entry(entry) for entry in entries)
    if not isinstance(value, dict):
        return ()
    texts, numbers = value.get("tokens"), value.get("token_logprobs")
    if isinstance(texts, list) and isinstance(numbers, list) and len(texts) == len(numbers):
        return _scored(zip(texts, numbers, strict=True))
    return ()


def refuses_logprobs(error: ServerError) -> bool:
    """Whether a server that does not score tokens said so, instead of leaving the scores out as most do."""
    is_refusal = isinstance(error, UnexpectedAnswer | GenerationFailed | ModelUnsupported)
    return is_refusal and _ABOUT_THEM.search(error.message) is not None


def _of_entry(entry: JsonValue) -> tuple[JsonValue, JsonValue]:
    return (entry.get("token"), entry.get("logprob")) if isinstance(entry, dict) else (None, None)


def _scored(pairs: Iterable[tuple[JsonValue, JsonValue]]) -> tuple[ScoredToken, ...]:
    tokens = []
    for text, value in pairs:
        number = _number(value)
        if not isinstance(text, str) or number is None:
            return ()
        tokens.append(ScoredToken(text, min(0.0, number)))
    return tuple(tokens)


def _number(value: JsonValue) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return None if math.isnan(number) else number
