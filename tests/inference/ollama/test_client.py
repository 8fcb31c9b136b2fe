"""The client against a real server that speaks Ollama's contract."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing

import pytest

from holdfast.inference.endpoint import parse_endpoint
from holdfast.inference.model_server import (
    Finished,
    GenerateRequest,
    InstalledModel,
    ModelDetails,
    Piece,
    RunningModel,
)
from holdfast.inference.ollama.client import OllamaServer
from scripted_answer import hanging, in_slices, last_line, raw, stream, token_line
from scripted_models import QWEN_SPECIAL, ScriptedModel
from scripted_ollama import ScriptedOllama

MODEL = ScriptedModel().name
ASK = GenerateRequest(model=MODEL, prompt="def add(a, b):\n    ", num_predict=64, num_ctx=2048)


@pytest.fixture
def ollama() -> Iterator[ScriptedOllama]:
    with ScriptedOllama() as server:
        yield server


@pytest.fixture
async def client(ollama: ScriptedOllama) -> AsyncIterator[OllamaServer]:
    server = OllamaServer(parse_endpoint(ollama.endpoint), timeout_ms=5000)
    yield server
    await server.aclose()


async def answer(client: OllamaServer, request: GenerateRequest = ASK) -> list[Piece | Finished]:
    async with aclosing(client.generate(request)) as items:
        return [item async for item in items]


async def text(client: OllamaServer, request: GenerateRequest = ASK) -> str:
    return "".join(item.text for item in await answer(client, request) if isinstance(item, Piece))


async def test_an_answer_comes_piece_by_piece_and_ends_with_its_counts(
    ollama: ScriptedOllama, client: OllamaServer
) -> None:
    ollama.generate_with(stream(["return", " a", " +", " b"], prompt_tokens=9))

    assert await answer(client) == [
        Piece("return"),
        Piece(" a"),
        Piece(" +"),
        Piece(" b"),
        Finished("stop", prompt_tokens=9, generated_tokens=4, prompt_ns=5000000, generate_ns=3000000, load_ns=1000000),
    ]


async def test_the_first_piece_is_there_before_the_second_is_generated(
    ollama: ScriptedOllama, client: OllamaServer
) -> None:
    ollama.generate_with(hanging(stream("return", done_reason=None).steps))

    async with aclosing(client.generate(ASK)) as items:
        assert await anext(items) == Piece("return")


async def test_the_whole_request_is_raw_and_leaves_nothing_to_the_server(
    ollama: ScriptedOllama, client: OllamaServer
) -> None:
    await answer(
        client,
        GenerateRequest(
            model=MODEL,
            prompt='<|fim_prefix|>größe = "日本"\n<|fim_suffix|><|fim_middle|>',
            num_predict=96,
            num_ctx=4096,
            stop=("<|endoftext|>", "<|file_sep|>"),
            temperature=0.2,
            keep_alive="30m",
        ),
    )

    (request,) = ollama.requests
    assert (request.method, request.path, request.body) == (
        "POST",
        "/api/generate",
        {
            "model": MODEL,
            "prompt": '<|fim_prefix|>größe = "日本"\n<|fim_suffix|><|fim_middle|>',
            "raw": True,
            "stream": True,
            "think": False,
            "truncate": False,
            "options": {
                "num_ctx": 4096,
                "num_predict": 96,
                "temperature": 0.2,
                "repeat_penalty": 1.0,
                "stop": ["<|endoftext|>", "<|file_sep|>"],
            },
            "keep_alive": "30m",
        },
    )


@pytest.mark.parametrize(
    ("said", "sent"),
    [(None, None), (0, 0), (-1, -1), ("-1", -1), ("600", 600), ("24h", "24h")],
    ids=["the-server's-own", "zero", "for-ever", "for-ever-as-text", "seconds-as-text", "duration"],
)
async def test_keep_alive_is_sent_as_ollama_reads_it(
    ollama: ScriptedOllama, client: OllamaServer, said: str | int | None, sent: str | int | None
) -> None:
    await answer(client, GenerateRequest(MODEL, "x", num_predict=1, num_ctx=512, keep_alive=said))

    assert ollama.requests[0].body.get("keep_alive") == sent


async def test_half_a_surrogate_pair_in_a_document_does_not_stop_the_request(
    ollama: ScriptedOllama, client: OllamaServer
) -> None:
    await answer(client, GenerateRequest(MODEL, "a\ud83d b", num_predict=1, num_ctx=512))

    assert ollama.prompts == ["a? b"]


@pytest.mark.parametrize(("num_predict", "num_ctx"), [(0, 512), (-1, 512), (1, 0)])
def test_a_request_without_end_or_window_cannot_be_made(num_predict: int, num_ctx: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        GenerateRequest(MODEL, "x", num_predict=num_predict, num_ctx=num_ctx)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
async def test_an_answer_cut_anywhere_even_inside_a_character_is_the_same(
    ollama: ScriptedOllama, client: OllamaServer, size: int
) -> None:
    ollama.generate_with(in_slices(stream("x = 'größe 日本 😀'", prompt_tokens=5), size))

    assert await text(client) == "x = 'größe 日本 😀'"


async def test_blank_lines_and_a_last_line_without_its_end_are_read(
    ollama: ScriptedOllama, client: OllamaServer
) -> None:
    ollama.generate_with(raw(b"\n\n", token_line("ok"), b"\r\n", last_line(generated=1).rstrip()))

    items = await answer(client)

    assert [type(item) for item in items] == [Piece, Finished]


@pytest.mark.parametrize("reason", ["stop", "length", "load", "some-new-reason"])
async def test_the_reason_of_the_end_is_passed_on(ollama: ScriptedOllama, client: OllamaServer, reason: str) -> None:
    ollama.generate_with(stream("", done_reason=reason))

    (end,) = await answer(client)

    assert isinstance(end, Finished)
    assert end.reason == reason


async def test_counts_that_an_old_release_leaves_out_are_zero(ollama: ScriptedOllama, client: OllamaServer) -> None:
    ollama.generate_with(raw(b'{"response":"x","done":false}\n{"done":true,"prompt_eval_count":null}\n'))

    assert await answer(client) == [Piece("x"), Finished("stop", 0, 0, 0, 0, 0)]


async def test_one_connection_serves_one_answer_after_another(ollama: ScriptedOllama, client: OllamaServer) -> None:
    for _ in range(3):
        await answer(client)
    await client.version()

    assert {request.connection for request in ollama.requests} == {1}


async def test_the_version(client: OllamaServer) -> None:
    assert await client.version() == "0.33.0"


async def test_the_installed_models_and_which_of_them_run_elsewhere(
    ollama: ScriptedOllama, client: OllamaServer
) -> None:
    ollama.models = [
        ScriptedModel(),
        ScriptedModel(name="gpt-oss:120b-cloud", family="gptoss"),
        ScriptedModel(name="glm:cloud"),
        ScriptedModel(name="mine:latest", remote_host="https://ollama.com:443"),
        ScriptedModel(name="cloudy:latest"),
    ]

    found = await client.models()

    assert found[0] == InstalledModel(
        name=MODEL,
        digest=found[0].digest,
        family="qwen2",
        parameter_size="1.5B",
        quantization="Q4_K_M",
        size=986061892,
        is_remote=False,
    )
    assert [(model.name, model.is_remote) for model in found] == [
        (MODEL, False),
        ("gpt-oss:120b-cloud", True),
        ("glm:cloud", True),
        ("mine:latest", True),
        ("cloudy:latest", False),
    ]


@pytest.mark.parametrize("body", ['{"models": null}', '{"models": []}'])
async def test_a_server_without_models(ollama: ScriptedOllama, client: OllamaServer, body: str) -> None:
    ollama.answer_with("/api/tags", body)
    ollama.answer_with("/api/ps", body)

    assert (await client.models(), await client.running()) == ((), ())


async def test_what_is_loaded_and_with_which_window(client: OllamaServer) -> None:
    await answer(client)

    assert await client.running() == (RunningModel(MODEL, size=986061892, size_vram=0, context_length=2048),)


async def test_what_a_model_is(ollama: ScriptedOllama, client: OllamaServer) -> None:
    assert await client.details(MODEL) == ModelDetails(
        name=MODEL,
        family="qwen2",
        architecture="qwen2",
        template=ScriptedModel().template,
        capabilities=("completion", "insert"),
        context_length=32768,
        parameter_count=1543714304,
        parameter_size="1.5B",
        quantization="Q4_K_M",
        special_tokens=QWEN_SPECIAL,
        is_remote=False,
    )
    assert ollama.requests[0].body == {"model": MODEL, "verbose": True}


async def test_a_client_of_localhost_finds_a_server_on_127_0_0_1(ollama: ScriptedOllama) -> None:
    client = OllamaServer(parse_endpoint(f"http://box.localhost:{ollama.port}"), timeout_ms=5000)

    assert (await client.version(), ollama.requests[0].headers["host"]) == ("0.33.0", f"box.localhost:{ollama.port}")
    await client.aclose()


async def test_a_client_of_localhost_finds_a_server_on_the_ipv6_loopback() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 17\r\nConnection: close\r\n\r\n{"version":"6.6"}')
        writer.close()

    try:
        server = await asyncio.start_server(serve, "::1", 0)
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    async with server:
        client = OllamaServer(parse_endpoint(f"localhost:{server.sockets[0].getsockname()[1]}"), timeout_ms=5000)

        assert await client.version() == "6.6"
        await client.aclose()


async def test_a_prefix_before_the_api_is_kept(ollama: ScriptedOllama) -> None:
    ollama.answer_with("/ollama/api/version", '{"version": "9.9"}')
    client = OllamaServer(parse_endpoint(f"{ollama.endpoint}/ollama"), timeout_ms=5000)

    assert await client.version() == "9.9"
    await client.aclose()


async def test_the_environment_sends_no_prompt_through_a_proxy(
    ollama: ScriptedOllama, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ScriptedOllama() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.endpoint)
        monkeypatch.setenv("no_proxy", "")
        client = OllamaServer(parse_endpoint(ollama.endpoint), timeout_ms=5000)
        await answer(client)
        await client.aclose()

        assert (len(ollama.requests), len(proxy.requests)) == (1, 0)
