"""Refusals are read in every shape they come in."""

import pytest

from holdfast.errors import (
    GenerationFailed,
    ModelMissing,
    ModelUnsupported,
    PromptTooLong,
    ServerBusy,
    ServerError,
    ServerTimeout,
    ServerUnreachable,
    UnexpectedAnswer,
)
from holdfast.inference.network.failures import Asked
from holdfast.inference.openai.dialect import OPENAI
from holdfast.inference.openai.refusal import said_in

ASKED = Asked(OPENAI, "http://localhost:8080", "/v1/completions")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param(b'{"error": {"message": "no", "type": "t", "code": 400}}', "no", id="openai"),
        pytest.param(b'{"error": {"type": "server_error"}}', "server_error", id="openai-without-words"),
        pytest.param(b'{"error": {}}', "an error without words", id="openai-empty"),
        pytest.param(b'{"error": "no"}', "no", id="lm-studio"),
        pytest.param(b'{"error": ["no"]}', '["no"]', id="a-list"),
        pytest.param(b'{"object": "error", "message": "no"}', "no", id="older-vllm"),
        pytest.param(b'{"detail": "no"}', "no", id="fastapi"),
        pytest.param(
            b'{"detail": [{"loc": ["body"], "msg": "no"}]}', '[{"loc": ["body"], "msg": "no"}]', id="pydantic"
        ),
        pytest.param(b"404 page not found\n", "404 page not found", id="a-line"),
        pytest.param(b"<html>no</html>", None, id="page"),
        pytest.param(b'{"choices": []}', None, id="json-without-an-error"),
        pytest.param(b"[1]", None, id="not-an-object"),
        pytest.param(b'{"error": ', None, id="torn"),
        pytest.param(b"", None, id="nothing"),
    ],
)
def test_the_words_of_a_refusal_in_every_shape(body: bytes, words: str | None) -> None:
    assert said_in(body) == words


@pytest.mark.parametrize(
    ("status", "words", "kind"),
    [
        pytest.param(
            400, "request (9 tokens) exceeds the available context size (4 tokens)", PromptTooLong, id="llama"
        ),
        pytest.param(
            400, "This model's maximum context length is 4096 tokens. However, you…", PromptTooLong, id="vllm"
        ),
        pytest.param(
            400,
            "The decoder prompt (length 9) is longer than the maximum model length of 4.",
            PromptTooLong,
            id="vllm-new",
        ),
        pytest.param(
            500,
            "Trying to keep the first 9 tokens when context the overflows. However,…",
            PromptTooLong,
            id="lm-studio",
        ),
        pytest.param(
            500,
            "The number of tokens to keep from the initial prompt is greater than the context length.",
            PromptTooLong,
            id="lm-studio-new",
        ),
        pytest.param(503, "Loading model", ServerBusy, id="llama-loading"),
        pytest.param(404, "The model `x` does not exist.", ModelMissing, id="vllm-model"),
        pytest.param(400, 'Model "x" not found. Please specify a valid model.', ModelMissing, id="lm-studio-model"),
        pytest.param(400, "could not find suitable handler for x", ModelMissing, id="llama-swap-model"),
        pytest.param(404, "No models loaded. Please load a model", ModelMissing, id="lm-studio-no-model"),
        pytest.param(
            501, "Infill is not supported by this model: prefix token is missing.", ModelUnsupported, id="infill"
        ),
        pytest.param(400, "suffix is not currently supported", ModelUnsupported, id="vllm-suffix"),
        pytest.param(500, "CUDA error: out of memory", GenerationFailed, id="memory"),
        pytest.param(429, "slow down", ServerBusy, id="too-many"),
        pytest.param(401, "Invalid API Key", UnexpectedAnswer, id="key"),
        pytest.param(404, "404 page not found", UnexpectedAnswer, id="path"),
        pytest.param(502, "upstream is gone", ServerUnreachable, id="gateway"),
        pytest.param(504, "upstream is slow", ServerTimeout, id="gateway-timeout"),
        pytest.param(520, "?", GenerationFailed, id="a-status-of-its-own"),
    ],
)
def test_a_refusal_is_decided_by_its_words_and_then_by_its_status(
    status: int, words: str, kind: type[ServerError]
) -> None:
    error = OPENAI.refusal(
        status, f'{{"error": {{"message": "{words.replace(chr(34), chr(92) + chr(34))}"}}}}'.encode(), ASKED
    )

    assert (type(error), error.remedy.endswith(".")) == (kind, True)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, UnexpectedAnswer),
        (408, ServerTimeout),
        (500, GenerationFailed),
        (503, ServerBusy),
        (418, UnexpectedAnswer),
    ],
)
def test_a_status_without_words(status: int, kind: type[ServerError]) -> None:
    assert type(OPENAI.refusal(status, b"", ASKED)) is kind


def test_a_refused_key_says_where_to_put_it() -> None:
    assert str(OPENAI.refusal(401, b'{"error":{"message":"Invalid API Key"}}', ASKED)) == (
        "http://localhost:8080 said: Invalid API Key. Put its key into the environment variable HOLDFAST_API_KEY."
    )
