import json

import pytest

from holdfast.bridge.serving import CannotServe, Serving, find_serving
from holdfast.errors import ModelMissing, ServerUnreachable
from holdfast.inference.endpoint import parse_endpoint
from scripted_answer import Answer, as_json, refusal
from scripted_models import ScriptedModel
from scripted_ollama import ScriptedOllama

GOOD = ScriptedModel(name="qwen3-coder:30b", capabilities=("completion", "tools"), context_length=262_144, size=9)
BASE = ScriptedModel()
SHORT = ScriptedModel(name="old:7b", capabilities=("completion", "tools"), context_length=8_192)
CLOUD = ScriptedModel(
    name="big:cloud", capabilities=("completion", "tools"), remote_host="https://example.com", size=99
)
MESSAGE = {"type": "message", "role": "assistant", "content": [{"type": "text", "text": "ok"}], "usage": {}}


def loaded(window: int, name: str = GOOD.name) -> str:
    return json.dumps({"models": [{"name": name, "model": name, "size": 1, "size_vram": 1, "context_length": window}]})


def serves(*models: ScriptedModel, window: int = 65_536) -> ScriptedOllama:
    ollama = ScriptedOllama(models=models or (BASE, GOOD))
    ollama.answer_with("/v1/messages", json.dumps(MESSAGE))
    ollama.answer_with("/api/ps", loaded(window))
    return ollama


async def test_a_model_that_can_is_found_asked_and_its_window_told() -> None:
    with serves() as ollama:
        serving = await find_serving(parse_endpoint(ollama.endpoint))
        asked = ollama.received("/v1/messages")

    assert serving == Serving("ollama", "0.33.0", ollama.endpoint, GOOD.name, 65_536)
    assert len(asked) == 1
    assert asked[0].body["model"] == GOOD.name
    assert json.loads(json.dumps(asked[0].body["tools"]))[0]["name"] == "ready"


@pytest.mark.parametrize(
    ("models", "wanted", "message", "remedy"),
    [
        ((BASE,), None, "qwen2.5-coder:1.5b-base cannot call tools", "Choose a model whose `ollama show` lists tools"),
        ((BASE, SHORT), None, "None of the 2 installed models can call tools in a window of 32,768", "`ollama pull qwen3-coder:30b`"),
        ((), None, "None of the 0 installed models", "`ollama pull qwen3-coder:30b`"),
        ((BASE, GOOD), BASE.name, "qwen2.5-coder:1.5b-base cannot call tools", "such as qwen3-coder:30b"),
        ((SHORT,), SHORT.name, "old:7b has a window of 8,192 tokens", "Choose a model that was trained for a longer one."),
        ((CLOUD,), CLOUD.name, "big:cloud runs on somebody else's machine", "holdfast.allowedRemoteModels"),
    ],
    ids=["the only one has no tools", "none of two", "none at all", "the named one has no tools", "the named one is short", "a cloud model"],
)  # fmt: skip
async def test_a_model_that_cannot_is_refused_with_what_to_do(
    models: tuple[ScriptedModel, ...], wanted: str | None, message: str, remedy: str
) -> None:
    ollama = serves()
    ollama.models = list(models)
    with ollama, pytest.raises(CannotServe) as refused:
        await find_serving(parse_endpoint(ollama.endpoint), model=wanted)

    assert message in refused.value.message
    assert remedy in refused.value.remedy
    assert ollama.received("/v1/messages") == []


async def test_a_cloud_model_serves_only_where_it_is_allowed() -> None:
    with serves(CLOUD) as ollama:
        ollama.answer_with("/api/ps", '{"models": []}')
        serving = await find_serving(parse_endpoint(ollama.endpoint), model=CLOUD.name, allowed_remote=(CLOUD.name,))

    assert (serving.model, serving.window) == (CLOUD.name, 32_768)


@pytest.mark.parametrize("version", ["0.13.9", "v0.5.1-rc2"])
async def test_an_ollama_that_is_too_old_is_refused(version: str) -> None:
    ollama = serves()
    ollama.version = version
    with ollama, pytest.raises(CannotServe, match=r"does not speak Anthropic's API.*Update Ollama to 0\.14"):
        await find_serving(parse_endpoint(ollama.endpoint))


@pytest.mark.parametrize("version", ["0.14.0", "1.0.0-rc1", "0.0.0", "of my own"])
async def test_a_newer_one_or_ones_own_build_is_asked(version: str) -> None:
    ollama = serves()
    ollama.version = version
    with ollama:
        assert (await find_serving(parse_endpoint(ollama.endpoint))).version == version


async def test_a_window_that_was_loaded_too_small_is_refused() -> None:
    with (
        serves(window=4_096) as ollama,
        pytest.raises(CannotServe, match=r"a window of 4,096 tokens.*OLLAMA_CONTEXT_LENGTH=32768"),
    ):
        await find_serving(parse_endpoint(ollama.endpoint))


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (refusal(404, "not found"), "Claude Code needs Anthropic's Messages API: Ollama 0.14"),
        (refusal(500, "tools param requires --jinja flag"), "Start llama-server with --jinja."),
        (refusal(400, '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser'), "--enable-auto-tool-choice"),
        (refusal(400, "tool_use is not supported"), "trained to call tools"),
        (as_json({"done": True}), "answers, but not as Anthropic's API does. Claude Code needs"),
        (Answer(content_type="text/plain"), "answers, but not as Anthropic's API does."),
    ],
    ids=["no such path", "llama.cpp without jinja", "vLLM without a parser", "no tools", "another API", "nothing"],
)  # fmt: skip
async def test_a_server_that_answers_otherwise_is_refused_with_its_remedy(answer: Answer, expected: str) -> None:
    ollama = serves()
    ollama.answer_with("/v1/messages", answer)
    with ollama, pytest.raises(CannotServe) as refused:
        await find_serving(parse_endpoint(ollama.endpoint))

    assert expected in str(refused.value)


async def test_a_server_that_is_not_there_or_lacks_the_model_says_so() -> None:
    with pytest.raises(ServerUnreachable):
        await find_serving(parse_endpoint("http://127.0.0.1:1"))
    with serves() as ollama, pytest.raises(ModelMissing):
        await find_serving(parse_endpoint(ollama.endpoint), model="gone")
