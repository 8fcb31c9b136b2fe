"""Reading what a model says of itself, also when it weighs many megabytes."""

import json

import pytest

from holdfast.inference.ollama.details import read_details
from scripted_models import CONTROL, NORMAL, QWEN_SPECIAL, USER_DEFINED, ScriptedModel


def body(**model_info: object) -> bytes:
    return json.dumps({"template": "t", "model_info": model_info}).encode()


def special(tokens: object, types: object) -> tuple[str, ...]:
    return read_details(
        "m", [body(**{"tokenizer.ggml.tokens": tokens, "tokenizer.ggml.token_type": types})]
    ).special_tokens


def test_only_control_and_user_defined_tokens_are_special() -> None:
    types = [NORMAL, 2, CONTROL, USER_DEFINED, 5, 6]

    assert special(["normal", "<unk>", "<|eot|>", "<think>", "unused", "<0x0A>"], types) == ("<|eot|>", "<think>")


@pytest.mark.parametrize(
    ("tokens", "types"),
    [([], []), (None, None), (["a"], [NORMAL])],
    ids=["empty", "not-listed", "all-normal"],
)
def test_a_vocabulary_without_special_tokens(tokens: object, types: object) -> None:
    assert special(tokens, types) == ()


@pytest.mark.parametrize(
    "token",
    ['"', "\\", '\\"', "],", '["', "}", "größe 日本 😀", "\n", '"tokenizer.ggml.token_type":[9]', ""],
)
def test_a_token_may_hold_what_json_is_made_of(token: str) -> None:
    assert special([token, "x", token], [CONTROL, NORMAL, USER_DEFINED]) == (token, token)


@pytest.mark.parametrize("indent", [None, 2], ids=["compact", "indented"])
@pytest.mark.parametrize("count", [0, 1, 499, 500, 501, 30_000])
def test_a_vocabulary_of_any_length_is_read_to_its_end(count: int, indent: int | None) -> None:
    model = ScriptedModel(words=tuple(f'Ġ"{number}\\' for number in range(count)))
    answer = json.dumps(model.show(verbose=True), ensure_ascii=False, indent=indent).encode()
    chunks = [answer[at : at + 65_536] for at in range(0, len(answer), 65_536)]

    details = read_details(model.name, chunks)

    assert (details.special_tokens, details.context_length) == (QWEN_SPECIAL, 32_768)


@pytest.mark.parametrize(
    ("tokens", "types"),
    [(["a", "b"], [CONTROL]), ([["nested"]], [CONTROL]), ([{"a": 1}], [CONTROL])],
    ids=["different-lengths", "lists", "objects"],
)
def test_a_vocabulary_that_is_none_is_refused(tokens: object, types: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        special(tokens, types)


@pytest.mark.parametrize(
    "torn",
    [
        b"",
        b"{",
        b"[]",
        b'{"model_info": 7}',
        b'{"model_info": {"tokenizer.ggml.tokens": ["a", "b',
        b'{"model_info": {"tokenizer.ggml.tokens": ["a",',
        b'{"model_info": {"tokenizer.ggml.tokens": [',
        b'{"template": "\xff"}',
    ],
)
def test_a_body_that_is_torn_or_something_else_is_refused(torn: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_details("m", [torn])


@pytest.mark.parametrize(
    ("info", "context_length", "parameters"),
    [
        ({"general.architecture": "llama", "llama.context_length": 16384, "general.parameter_count": 7}, 16384, 7),
        ({"general.architecture": "llama", "qwen2.context_length": 16384}, 0, 0),
        ({"general.architecture": 3, "general.parameter_count": "7B"}, 0, 0),
        ({"general.architecture": "llama", "llama.context_length": -1}, 0, 0),
        ({}, 0, 0),
    ],
    ids=["known", "of-another-architecture", "wrong-types", "negative", "nothing"],
)
def test_what_is_not_said_is_zero(info: dict[str, object], context_length: int, parameters: int) -> None:
    details = read_details("m", [body(**info)])

    assert (details.context_length, details.parameter_count) == (context_length, parameters)


@pytest.mark.parametrize(
    ("name", "extra", "is_remote"),
    [
        ("m:1b", {}, False),
        ("m:1b", {"remote_host": None}, False),
        ("m:1b", {"remote_host": "https://ollama.com:443"}, True),
        ("m:1b", {"remote_model": "m"}, True),
        ("m:cloud", {}, True),
        ("m:480b-cloud", {}, True),
    ],
)
def test_a_model_that_runs_elsewhere_is_known(name: str, extra: dict[str, object], *, is_remote: bool) -> None:
    assert read_details(name, [json.dumps(extra).encode()]).is_remote is is_remote
