"""Which kind of server answers is told from its answers, and the client follows it when it changes."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import ExitStack, aclosing

import pytest

from holdfast.errors import ServerBusy, ServerError, ServerTimeout, ServerUnreachable, SettingsError, UnexpectedAnswer
from holdfast.inference.endpoint import parse_endpoint
from holdfast.inference.llama_cpp.client import LlamaCppServer
from holdfast.inference.model_server import EmbedRequest, GenerateRequest, Piece
from holdfast.inference.ollama.client import OllamaServer
from holdfast.inference.openai.client import OpenAiServer
from holdfast.inference.recognised_server import RecognisedServer, server_at
from holdfast.inference.server_choice import API_KEY_NAME, Kind, api_key, build_server, recognise
from scripted_answer import Answer, HangUp, as_json, hanging, page, raw
from scripted_models import ScriptedModel
from scripted_ollama import ScriptedOllama
from scripted_openai import MODEL, ScriptedLlamaCpp, ScriptedOpenAi, completion, refused


@pytest.fixture
def servers() -> Iterator[dict[str, ScriptedOllama]]:
    with ExitStack() as stack:
        kinds: dict[str, ScriptedOllama] = {
            "ollama": ScriptedOllama(),
            "llamacpp": ScriptedLlamaCpp(),
            "openai": ScriptedOpenAi(),
        }
        yield {kind: stack.enter_context(server) for kind, server in kinds.items()}


@pytest.mark.parametrize("kind", ["ollama", "llamacpp", "openai"])
async def test_each_kind_is_recognised(servers: dict[str, ScriptedOllama], kind: Kind) -> None:
    assert await recognise(parse_endpoint(servers[kind].endpoint)) == kind


async def test_a_server_that_answers_every_path_with_something_is_told_by_the_shape() -> None:
    with ScriptedOpenAi() as server:
        for path in ("/api/version", "/props"):
            server.answer_with(path, as_json({"error": "Unexpected endpoint or method. (GET /props)"}))

        assert await recognise(parse_endpoint(server.endpoint)) == "openai"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        pytest.param(page("My Router"), UnexpectedAnswer, id="page"),
        pytest.param(raw(b"{}"), UnexpectedAnswer, id="another-json"),
        pytest.param(refused(401, "Invalid API Key"), UnexpectedAnswer, id="key"),
        pytest.param(refused(503, "Loading model"), ServerBusy, id="loading"),
        pytest.param(Answer(before_head=(HangUp(),)), ServerUnreachable, id="hung-up"),
        pytest.param(hanging(headers_first=False), ServerTimeout, id="silent"),
    ],
)
async def test_what_cannot_be_told_is_said(answer: Answer, kind: type[ServerError]) -> None:
    with ScriptedOpenAi() as server:
        for path in ("/api/version", "/props", "/v1/models"):
            server.answer_with(path, answer)

        with pytest.raises(ServerError) as failed:
            await recognise(parse_endpoint(server.endpoint))

    assert type(failed.value) is kind


async def test_nobody_there_is_unreachable() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(ServerUnreachable):
            await recognise(parse_endpoint(f"127.0.0.1:{unused.getsockname()[1]}"))


async def test_a_recognised_server_serves_as_what_it_is(servers: dict[str, ScriptedOllama]) -> None:
    versions = {}
    for kind, scripted in servers.items():
        server = RecognisedServer(parse_endpoint(scripted.endpoint), timeout_ms=5000)
        versions[kind] = (await server.version(), len(await server.models()), server.kind)
        await server.running()
        await server.aclose()

    assert versions == {
        "ollama": ("0.33.0", 1, "ollama"),
        "llamacpp": ("llama.cpp b11549-abc", 1, "llamacpp"),
        "openai": ("vllm", 1, "openai"),
    }


async def test_who_asks_at_the_same_time_waits_for_one_look(servers: dict[str, ScriptedOllama]) -> None:
    ollama = servers["ollama"]
    server = RecognisedServer(parse_endpoint(ollama.endpoint), timeout_ms=2_000)

    first = asyncio.create_task(server.models())
    others = [asyncio.create_task(server.models()) for _ in range(3)]
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.gather(*others)

    assert [asked.path for asked in ollama.requests].count("/api/version") == 1
    await server.aclose()


async def test_closing_ends_a_look_that_lasts() -> None:
    with ScriptedOpenAi() as silent:
        silent.answer_with("/api/version", hanging(headers_first=False))
        server = RecognisedServer(parse_endpoint(silent.endpoint), timeout_ms=2_000)
        asking = asyncio.create_task(server.models())
        await asyncio.sleep(0.05)

        await server.aclose()

        await asyncio.wait({asking})
        assert asking.cancelled()
        assert not [task for task in asyncio.all_tasks() if "recognise" in task.get_name()]


async def test_another_program_on_the_same_port_is_recognised_anew() -> None:
    with ScriptedOllama() as first:
        endpoint = parse_endpoint(first.endpoint)
        server = RecognisedServer(endpoint, timeout_ms=5000)
        before = await server.version()
    with ScriptedOpenAi(port=endpoint.port) as second:
        second.complete_with(completion("x"))
        request = GenerateRequest(MODEL, "a", num_predict=8, num_ctx=512)
        with pytest.raises(ServerError):  # its path at the old kind is not there any more
            async with aclosing(server.generate(request)) as items:
                await anext(items)
        after = await server.version()
        async with aclosing(server.generate(request)) as items:
            piece = await anext(items)
        details = await server.details(MODEL)

    await server.aclose()
    assert (before, after, server.kind, piece, details.name) == ("0.33.0", "vllm", "openai", Piece("x"), MODEL)


async def test_a_lost_server_is_not_taken_for_what_it_was() -> None:
    with ScriptedOllama() as scripted:
        server = RecognisedServer(parse_endpoint(scripted.endpoint), timeout_ms=5000)
        await server.models()
    known = server.kind

    with pytest.raises(ServerUnreachable):
        async with aclosing(server.generate(GenerateRequest("m", "a", num_predict=8, num_ctx=512))) as items:
            await anext(items)

    await server.aclose()
    assert (known, server.kind) == ("ollama", None)


async def test_every_kind_embeds() -> None:
    with ScriptedOllama(models=[ScriptedModel(name="nomic", capabilities=("embedding",))]) as scripted:
        server = server_at("auto", parse_endpoint(scripted.endpoint), timeout_ms=5000)
        vectors = await server.embed(EmbedRequest("nomic", ("a", "b")), patience_ms=5000)
        await server.aclose()

    assert len(vectors) == 2


@pytest.mark.parametrize(
    ("provider", "client"),
    [("ollama", OllamaServer), ("llamacpp", LlamaCppServer), ("openai", OpenAiServer), ("auto", RecognisedServer)],
)
async def test_a_provider_that_is_named_is_not_asked_what_it_is(provider: Kind, client: type[object]) -> None:
    server = server_at(provider, parse_endpoint("127.0.0.1:9"), timeout_ms=5000)

    assert type(server) is client
    await server.aclose()


async def test_the_key_is_sent_to_recognise_and_to_serve() -> None:
    with ScriptedLlamaCpp() as scripted:
        server = RecognisedServer(parse_endpoint(scripted.endpoint), timeout_ms=5000, key="k1")
        await server.details(MODEL)
        await server.aclose()

        assert {request.headers.get("authorization") for request in scripted.requests} == {"Bearer k1"}


async def test_ollama_has_no_keys_and_is_sent_none() -> None:
    with ScriptedOllama() as scripted:
        server = build_server("ollama", parse_endpoint(scripted.endpoint), timeout_ms=5000, key="k1")
        await server.version()
        await server.aclose()

        assert scripted.requests[0].headers.get("authorization") is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, None), ("", None), ("  ", None), (" sk-1 \n", "sk-1")],
    ids=["none", "empty", "blank", "key"],
)
def test_the_key_comes_from_the_environment(value: str | None, expected: str | None) -> None:
    assert api_key({} if value is None else {API_KEY_NAME: value}) == expected


@pytest.mark.parametrize("value", ["a b", "kéy", "a\r\nX-Header: 1"], ids=["space", "letter", "header"])
def test_a_key_that_no_header_can_carry_is_refused_without_repeating_it(value: str) -> None:
    with pytest.raises(SettingsError) as failed:
        api_key({API_KEY_NAME: value})

    assert (
        str(failed.value) == "HOLDFAST_API_KEY holds a character that no key has. Copy the key again, without quotes."
    )
