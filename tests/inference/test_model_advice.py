"""A person is told what gets a model onto the server they have, not onto another kind."""

from collections.abc import Callable
from pathlib import Path

import pytest

from holdfast.errors import ModelMissing, ServerUnreachable
from holdfast.inference.endpoint import parse_endpoint
from holdfast.inference.fallback_server import Case, FallbackServer
from holdfast.inference.llama_cpp.gguf_server import GgufServer
from holdfast.inference.local_models import LocalModels
from holdfast.inference.model_advice import OF_ANY, OF_LLAMA_CPP, OF_LM_STUDIO, OF_OLLAMA, OF_VLLM, ModelAdvice
from holdfast.inference.model_choice import choose_model
from holdfast.inference.recognised_server import server_at
from holdfast.inference.several_servers import NamedServer, SeveralServers
from played_server import PlayedServer
from scripted_ollama import ScriptedOllama
from scripted_openai import ScriptedLlamaCpp, ScriptedOpenAi

GONE = ServerUnreachable("Nothing answers.")


def owned_by(owner: str) -> ScriptedOpenAi:
    server = ScriptedOpenAi()
    server.listed = [{"id": "m", "object": "model", "owned_by": owner}]
    return server


@pytest.mark.parametrize(
    ("server", "remedy"),
    [
        pytest.param(ScriptedOllama, "Run `ollama pull gone:1b`.", id="ollama"),
        pytest.param(
            ScriptedLlamaCpp,
            "Start llama.cpp's server with a GGUF file of gone:1b (`llama-server -m FILE`).",
            id="llama.cpp",
        ),
        pytest.param(lambda: owned_by("vllm"), "Start vLLM with it (`vllm serve gone:1b`).", id="vllm"),
        pytest.param(lambda: owned_by("organization_owner"), "Load gone:1b in LM Studio.", id="lm-studio"),
        pytest.param(lambda: owned_by("llama-swap"), "Load gone:1b on the server.", id="llama-swap"),
        pytest.param(lambda: owned_by("somebody"), "Load gone:1b on the server.", id="another"),
    ],
)
async def test_a_missing_model_comes_with_what_gets_it(server: Callable[[], ScriptedOllama], remedy: str) -> None:
    with server() as scripted:
        client = server_at("auto", parse_endpoint(scripted.endpoint), timeout_ms=5000)
        with pytest.raises(ModelMissing) as failed:
            await choose_model(client, "gone:1b")
        await client.aclose()

    assert failed.value.remedy == remedy


async def test_a_server_that_nobody_has_asked_may_be_of_any_kind() -> None:
    assert server_at("auto", parse_endpoint("127.0.0.1:9"), timeout_ms=100).advice is OF_ANY


def test_for_a_file_it_is_another_file() -> None:
    advice = GgufServer(Path("m.gguf"), num_ctx=512, timeout_ms=100).advice

    assert advice.to_get() == "Set holdfast.ggufFile to a GGUF file of Qwen2.5-Coder-1.5B."


async def test_of_several_the_first_that_is_there_is_meant() -> None:
    first, second = PlayedServer(versions=[GONE], advice=OF_VLLM), PlayedServer(advice=OF_LM_STUDIO)
    server = SeveralServers([NamedServer("a", LocalModels(first, ())), NamedServer("b", second)])
    before = server.advice
    await server.version()

    assert (before, server.advice) == (OF_VLLM, OF_LM_STUDIO)
    await server.aclose()


async def test_with_a_fallback_it_is_the_one_that_said_what_it_has() -> None:
    first = PlayedServer(advice=OF_LLAMA_CPP)
    box = NamedServer("box", PlayedServer(advice=OF_OLLAMA))
    cases: tuple[Case, ...] = ("failed",)
    server = FallbackServer(first, box, model="m", cases=cases)
    found = []
    for error in (None, GONE, None):
        first.list_error = error
        await server.models()
        found.append(server.advice)

    assert found == [OF_LLAMA_CPP, OF_OLLAMA, OF_LLAMA_CPP]


@pytest.mark.parametrize(
    ("name", "said"),
    [("", "Run `ollama pull qwen2.5-coder:1.5b-base`."), ("a\x1b[2J{model}", "Run `ollama pull a [2J{model}`.")],
    ids=["the-suggested-one", "control-characters-and-braces"],
)
def test_a_name_is_data(name: str, said: str) -> None:
    advice: ModelAdvice = OF_OLLAMA

    assert advice.to_get(name) == said
