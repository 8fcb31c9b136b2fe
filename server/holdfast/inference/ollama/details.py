"""What POST /api/show says of a model, its special tokens among it.

Only a verbose answer lists the vocabulary, and then it weighs some ten megabytes, nearly all of it three arrays.
A JSON parser would hold the interpreter lock over all of that, so that no thread could answer a keystroke meanwhile.
So the long arrays are cut out of the text first and read a slice at a time, letting other threads in between; the
small rest is parsed as a whole.
"""

import json
import re
import time
from collections.abc import Iterator, Sequence
from typing import Annotated, Final

from pydantic import BeforeValidator, Field, JsonValue

from holdfast.inference.model_server import ModelDetails
from holdfast.inference.network.wire import Several, Text, Wire
from holdfast.inference.ollama.wire import WireDetails, is_cloud_name

_TOKENS: Final = "tokenizer.ggml.tokens"
_TYPES: Final = "tokenizer.ggml.token_type"
_LONG_ARRAYS: Final = (_TOKENS, _TYPES, "tokenizer.ggml.merges", "tokenizer.ggml.scores")
_SPECIAL_TYPES: Final = frozenset({3, 4})
"""`llama_token_type`: CONTROL and USER_DEFINED; the rest is normal text, unknown, unused or a byte."""

_SLICE: Final = re.compile(rb'(?:\s*+(?:"(?:[^"\\]|\\.)*+"|[-+.0-9eE]++)\s*+,){1,500}+')
_ARRAY_BEGINS: Final = re.compile(rb"\s*:\s*\[")
_LAST_ELEMENT: Final = re.compile(rb'\s*+("(?:[^"\\]|\\.)*+"|[-+.0-9eE]++)?+\s*+\]')


def _or_no_info(value: object) -> object:
    return {} if value is None else value


class ShowAnswer(Wire):
    """POST /api/show without the long arrays."""

    template: Text = ""
    capabilities: Several[str] = Field(default_factory=list)
    details: WireDetails | None = None
    model_info: Annotated[dict[str, JsonValue], BeforeValidator(_or_no_info)] = Field(default_factory=dict)
    remote_host: Text = ""
    remote_model: Text = ""


def read_details(name: str, chunks: Sequence[bytes]) -> ModelDetails:
    """The details in the body `chunks` of a verbose answer for the model `name`.

    Takes a while for a large vocabulary: call it in a thread. Raises ValueError (pydantic's ValidationError is one)
    when the body is not such an answer.
    """
    rest, arrays = _without_long_arrays(b"".join(chunks))
    answer = ShowAnswer.model_validate_json(rest)
    details = answer.details or WireDetails()
    architecture = _text(answer.model_info.get("general.architecture"))
    return ModelDetails(
        name=name,
        family=details.family,
        architecture=architecture,
        template=answer.template,
        capabilities=tuple(answer.capabilities),
        context_length=_count(answer.model_info.get(f"{architecture}.context_length")),
        parameter_count=_count(answer.model_info.get("general.parameter_count")),
        parameter_size=details.parameter_size,
        quantization=details.quantization_level,
        special_tokens=_special(arrays.get(_TOKENS, []), arrays.get(_TYPES, [])),
        is_remote=bool(answer.remote_host or answer.remote_model) or is_cloud_name(name),
    )


def _without_long_arrays(body: bytes) -> tuple[bytes, dict[str, list[JsonValue]]]:
    """The body with `null` for each long array, and those that are wanted."""
    arrays: dict[str, list[JsonValue]] = {}
    for key in _LONG_ARRAYS:
        quoted = b'"' + key.encode() + b'"'
        begins = _ARRAY_BEGINS.match(body, at + len(quoted)) if (at := body.find(quoted)) >= 0 else None
        if begins is None:
            continue
        elements: list[JsonValue] = []
        end = begins.end()
        for piece, end in _slices(body, begins.end()):  # noqa: B007 - the last end is where the array ends
            if key in {_TOKENS, _TYPES}:
                elements += json.loads(b"[" + piece + b"]")
        arrays[key] = elements
        body = body[: begins.end() - 1] + b"null" + body[end:]
    return body, arrays


def _slices(body: bytes, at: int) -> Iterator[tuple[bytes, int]]:
    """Elements of the array that begins at `at`, a few hundred at a time, each with the offset after it."""
    while (several := _SLICE.match(body, at)) is not None:
        at = several.end()
        yield body[several.start() : at - 1], at
        # Let go of the interpreter: the loop need not wait out its switch interval.
        time.sleep(0)
    last = _LAST_ELEMENT.match(body, at)
    if last is None:
        raise ValueError(f"an array that holds more than texts and numbers, or does not end, at byte {at}")
    yield last[1] or b"", last.end()


def _special(tokens: list[JsonValue], types: list[JsonValue]) -> tuple[str, ...]:
    """The tokens whose type is special. A vocabulary and types of different lengths are a lie: ValueError."""
    return tuple(
        token for token, kind in zip(tokens, types, strict=True) if kind in _SPECIAL_TYPES and isinstance(token, str)
    )


def _text(value: JsonValue) -> str:
    return value if isinstance(value, str) else ""


def _count(value: JsonValue) -> int:
    return value if isinstance(value, int) and value > 0 else 0
