import asyncio
import json
import time

import pytest

from holdfast.evaluation.arrival_server import ArrivalServer, Said, arrival_server, prefix_of
from holdfast.evaluation.sidecar_start import has_context
from holdfast.inference.endpoint import parse_endpoint
from holdfast.inference.model_server import Finished, GenerateRequest, Piece
from holdfast.inference.ollama.client import OllamaServer

REQUEST = GenerateRequest("qwen2.5-coder", "<|fim_prefix|>one<|fim_suffix|>\n<|fim_middle|>", 128, 4096)


def client(server: ArrivalServer) -> OllamaServer:
    return OllamaServer(parse_endpoint(server.endpoint), timeout_ms=10_000)


async def test_the_products_own_client_finds_an_ollama_there() -> None:
    async with arrival_server() as server:
        ollama = client(server)
        assert await ollama.version() == "0.33.0"
        assert [model.name for model in await ollama.models()] == ["qwen2.5-coder:1.5b-base"]
        assert (await ollama.details("qwen2.5-coder:1.5b-base")).family == "qwen2"
        await ollama.aclose()
        assert server.arrivals == []


@pytest.mark.parametrize(("is_cut", "reason"), [(False, "stop"), (True, "length")])
async def test_a_generation_says_what_the_model_says_and_is_noted(reason: str, *, is_cut: bool) -> None:
    async with arrival_server() as server:
        server.model = lambda prompt: Said(prefix_of(prompt) + " more", is_cut=is_cut)
        ollama = client(server)
        before = time.perf_counter()
        items = [item async for item in ollama.generate(REQUEST)]
        after = time.perf_counter()
        await ollama.aclose()
    assert [item.text for item in items if isinstance(item, Piece)] == ["one more"]
    assert [item.reason for item in items if isinstance(item, Finished)] == [reason]
    (arrival,) = server.arrivals
    assert (arrival.prompt, arrival.is_priming, before < arrival.at < after) == (REQUEST.prompt, False, True)


async def test_an_answer_that_goes_on_is_open_until_the_client_closes_it() -> None:
    async with arrival_server() as server:
        server.model = lambda _prompt: Said("begun", goes_on=True)
        reader, writer = await asyncio.open_connection("127.0.0.1", int(server.endpoint.rpartition(":")[2]))
        body = json.dumps({"prompt": "x", "options": {"num_predict": 1}}).encode()
        head = b"POST /api/generate HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(body)
        writer.write(head)
        await writer.drain()
        writer.write(body)
        assert b'"done": true' in await reader.readuntil(b"0\r\n\r\n")
        body = json.dumps({"prompt": "x", "options": {"num_predict": 2}}).encode()
        writer.write(b"POST /api/generate HTTP/1.1\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
        assert b"begun" in await reader.readuntil(b"}\n\r\n")
        writer.close()
        await writer.wait_closed()
    assert [arrival.is_priming for arrival in server.arrivals] == [True, False]


async def test_what_nobody_offers_is_not_found() -> None:
    async with arrival_server() as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(server.endpoint.rpartition(":")[2]))
        writer.write(b"GET /v1/models HTTP/1.1\r\n\r\n")
        assert (await reader.readline()).startswith(b"HTTP/1.1 404")
        writer.close()
        await writer.wait_closed()


async def test_context_is_code_of_more_than_the_file_itself() -> None:
    async with arrival_server() as server:
        ollama = client(server)
        for prompt in ("<|file_sep|>a.py\n", "<|file_sep|>b.py\nx = 1\n<|file_sep|>a.py\n"):
            request = GenerateRequest("qwen2.5-coder", prompt, 128, 4096)
            assert [item async for item in ollama.generate(request)]
        await ollama.aclose()
    assert [has_context(arrival) for arrival in server.arrivals] == [False, True]
