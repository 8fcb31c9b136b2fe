"""Settings to the server that completes, and what is wrong with settings that give none."""

from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest

from holdfast.errors import HoldfastError, RemoteEndpoint, SettingsError
from holdfast.inference.fallback_server import FallbackServer, rewritten_for
from holdfast.inference.llama_cpp.gguf_server import GgufServer
from holdfast.inference.local_models import LocalModels
from holdfast.inference.model_server import Finished, GenerateRequest, Piece
from holdfast.inference.ollama.client import OllamaServer
from holdfast.inference.planned_server import ServerPlan, embedding_server, planned_server
from holdfast.inference.recognised_server import RecognisedServer
from holdfast.inference.several_servers import SeveralServers
from scripted_models import ScriptedModel
from scripted_ollama import ScriptedOllama
from scripted_openai import MODEL, ScriptedOpenAi, completion

PLAN = ServerPlan("auto", "http://127.0.0.1:9", num_ctx=2048, timeout_ms=5000)
HOLE = "<|fim_prefix|>a<|fim_suffix|>b<|fim_middle|>"


@pytest.mark.parametrize(
    ("plan", "kind"),
    [
        (PLAN, RecognisedServer),
        (replace(PLAN, provider="ollama"), OllamaServer),
        (replace(PLAN, more_endpoints=("127.0.0.1:9", "127.0.0.1:10")), SeveralServers),
        (replace(PLAN, more_endpoints=("127.0.0.1:9", "http://0.0.0.0:9/v1")), RecognisedServer),
        (replace(PLAN, provider="gguf", gguf_file="/models/m.gguf", endpoint="ignored://"), GgufServer),
        (replace(PLAN, fallback_when=("failed",), fallback_endpoint="127.0.0.1:8", fallback_model="m"), FallbackServer),
        (replace(PLAN, fallback_endpoint="127.0.0.1:8", fallback_model="m"), RecognisedServer),
    ],
    ids=["auto", "named", "several", "twice-the-same", "file", "fallback", "fallback-off"],
)
async def test_the_server_of_a_plan(plan: ServerPlan, kind: type[object]) -> None:
    server = planned_server(plan, {})

    asked = server.server if isinstance(server, LocalModels) else server
    assert type(asked) is kind
    await server.aclose()


@pytest.mark.parametrize(
    ("plan", "environment", "kind", "words"),
    [
        (replace(PLAN, endpoint="http://box:1"), {}, RemoteEndpoint, "is not this machine"),
        (replace(PLAN, more_endpoints=("10.0.0.1",)), {}, RemoteEndpoint, "is not this machine"),
        (replace(PLAN, endpoint="ftp://x"), {}, SettingsError, "only http and https"),
        (replace(PLAN, provider="gguf"), {}, SettingsError, "no model file is named"),
        (replace(PLAN, provider="gguf", gguf_file="m.gguf"), {}, SettingsError, "not a whole path"),
        (replace(PLAN, fallback_when=("failed",)), {}, SettingsError, "no server and model for it"),
        (
            replace(PLAN, fallback_when=("failed",), fallback_endpoint="box", fallback_model="m"),
            {},
            RemoteEndpoint,
            "is not this machine",
        ),
        (PLAN, {"HOLDFAST_API_KEY": "a b"}, SettingsError, "a character that no key has"),
    ],
    ids=["remote", "one-of-them-remote", "scheme", "no-file", "relative-file", "no-fallback", "remote-fallback", "key"],
)
def test_a_plan_that_cannot_be_followed_says_why(
    plan: ServerPlan, environment: dict[str, str], kind: type[HoldfastError], words: str
) -> None:
    with pytest.raises(kind, match=words) as failed:
        planned_server(plan, environment)

    assert failed.value.remedy


def test_a_file_in_the_persons_own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    server = planned_server(replace(PLAN, provider="gguf", gguf_file="~/m.gguf"), {})

    assert isinstance(server, GgufServer)
    assert server.path == tmp_path / "m.gguf"


async def test_the_server_that_died_is_replaced_by_the_other_and_by_the_fallback_of_the_same_words() -> None:
    with ScriptedOllama() as first, ScriptedOpenAi() as second, ScriptedOpenAi() as third:
        for scripted in (second, third):
            scripted.listed = [{"id": ScriptedModel().name}, {"id": MODEL}]
            scripted.complete_with(completion("pass"))
        plan = replace(PLAN, endpoint=first.endpoint, more_endpoints=(second.endpoint,), fallback_when=("failed",))
        server = planned_server(replace(plan, fallback_endpoint=third.endpoint, fallback_model=MODEL), {})
        await server.version()
        request = GenerateRequest(ScriptedModel().name, HOLE, num_predict=8, num_ctx=2048)

        names = []
        for stopped in (None, first, second):
            if stopped is not None:
                stopped.stop()
            async with aclosing(server.generate(request)) as items:
                found = [item async for item in items]
            assert isinstance(found[-1], Finished)
            names.append((found[-1].server, found[-1].is_fallback))
        await server.aclose()

        expected = [(first.endpoint, False), (second.endpoint, False), (third.endpoint, True)]
        assert (names, third.completions[-1].body["model"]) == (expected, MODEL)


@pytest.mark.parametrize(
    ("model", "request_given", "fits"),
    [
        (MODEL, GenerateRequest("qwen3-coder:30b", HOLE, num_predict=1, num_ctx=512), True),
        (MODEL, GenerateRequest("codellama:7b", "<PRE> a <SUF>b <MID>", num_predict=1, num_ctx=512), False),
        ("codestral:22b", GenerateRequest("q", "[PREFIX]a[SUFFIX]b", num_predict=1, num_ctx=512), False),
        ("codestral:22b", GenerateRequest("q", "[SUFFIX]b[PREFIX]a", num_predict=1, num_ctx=512), True),
        ("mystery:1b", GenerateRequest("q", HOLE, num_predict=1, num_ctx=512), False),
        ("mystery:1b", GenerateRequest("mystery:1b", HOLE, num_predict=1, num_ctx=512), True),
        ("mystery:1b", GenerateRequest("q", "a", num_predict=1, num_ctx=512, suffix="b"), True),
        ("mystery:1b", GenerateRequest("q", "a", num_predict=1, num_ctx=512, system="b"), True),
    ],
    ids=["same-words", "other-words", "other-order", "spm", "unknown", "itself", "suffix", "instruction"],
)
def test_a_raw_prompt_goes_only_to_a_model_that_is_prompted_so(
    model: str,
    request_given: GenerateRequest,
    fits: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    assert rewritten_for(model)(request_given) == (replace(request_given, model=model) if fits else None)


async def test_texts_are_embedded_by_the_first_endpoint_alone() -> None:
    with ScriptedOllama() as first:
        plan = replace(PLAN, endpoint=first.endpoint, more_endpoints=("127.0.0.1:10",), provider="gguf")
        server = embedding_server(plan, {})

        assert await server.version() == "0.33.0"
        await server.aclose()


async def test_piece_by_piece_through_the_whole_stack() -> None:
    with ScriptedOpenAi() as scripted:
        scripted.complete_with(completion(["a", "b"]))
        server = planned_server(replace(PLAN, endpoint=scripted.endpoint), {"HOLDFAST_API_KEY": "k"})
        async with aclosing(server.generate(GenerateRequest(MODEL, "x", num_predict=8, num_ctx=512))) as items:
            found = [item async for item in items]
        await server.aclose()

        assert found[:2] == [Piece("a"), Piece("b")]
        assert scripted.completions[0].headers["authorization"] == "Bearer k"
