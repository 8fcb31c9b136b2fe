"""Whoever stops waiting for an answer also stops the server generating it: the connection closes at once."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing

import pytest

from holdfast.errors import ServerUnreachable
from holdfast.inference.endpoint import parse_endpoint
from holdfast.inference.model_server import GenerateRequest, Piece
from holdfast.inference.ollama.client import OllamaServer
from scripted_answer import Answer, Pause, Send, hanging, stream, token_line
from scripted_models import ScriptedModel
from scripted_ollama import ScriptedOllama

ASK = GenerateRequest(model=ScriptedModel().name, prompt="x", num_predict=64, num_ctx=2048)
ENDLESS = Answer((Send(token_line("a")), *(Pause(0.01), Send(token_line("b"))) * 100_000))


@pytest.fixture
def ollama() -> Iterator[ScriptedOllama]:
    with ScriptedOllama() as server:
        yield server


@pytest.fixture
async def client(ollama: ScriptedOllama) -> AsyncIterator[OllamaServer]:
    server = OllamaServer(parse_endpoint(ollama.endpoint), timeout_ms=60_000)
    yield server
    await server.aclose()


async def read_all(client: OllamaServer, started: asyncio.Event) -> None:
    async with aclosing(client.generate(ASK)) as items:
        async for _ in items:
            started.set()


@pytest.mark.parametrize(
    "answer",
    [hanging(headers_first=False), hanging()],
    ids=["before-the-head", "before-the-first-token"],
)
async def test_cancelling_while_nothing_has_come_closes_the_connection(
    ollama: ScriptedOllama, client: OllamaServer, answer: Answer
) -> None:
    ollama.generate_with(answer)
    reading = asyncio.create_task(read_all(client, asyncio.Event()))
    await asyncio.to_thread(ollama.wait_for_requests, 1)

    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading

    assert await asyncio.to_thread(ollama.requests[0].wait_for_end) == "client_closed"


@pytest.mark.parametrize(
    "answer",
    [hanging((Send(token_line("a")),)), ENDLESS],
    ids=["waiting-for-the-next", "while-tokens-flow"],
)
async def test_cancelling_in_the_middle_closes_the_connection(
    ollama: ScriptedOllama, client: OllamaServer, answer: Answer
) -> None:
    ollama.generate_with(answer)
    started = asyncio.Event()
    reading = asyncio.create_task(read_all(client, started))
    await started.wait()

    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading

    assert await asyncio.to_thread(ollama.requests[0].wait_for_end) == "client_closed"


async def test_closing_the_generator_closes_the_connection(ollama: ScriptedOllama, client: OllamaServer) -> None:
    ollama.generate_with(ENDLESS)
    items = client.generate(ASK)
    assert await anext(items) == Piece("a")

    await items.aclose()

    assert await asyncio.to_thread(ollama.requests[0].wait_for_end) == "client_closed"


async def test_a_cancelled_generation_leaves_the_client_as_it_was(ollama: ScriptedOllama, client: OllamaServer) -> None:
    """More often than there are connections, so that one that leaked would show as a wait without end."""
    ollama.generate_with(*[ENDLESS] * 12, stream("fine"))
    for _ in range(12):
        async with aclosing(client.generate(ASK)) as items:
            await anext(items)

    async with aclosing(client.generate(ASK)) as items:
        assert await anext(items) == Piece("fine")
    assert await client.version() == "0.33.0"


async def test_closing_the_client_ends_what_still_runs(ollama: ScriptedOllama, client: OllamaServer) -> None:
    ollama.generate_with(hanging((Send(token_line("a")),)))
    started = asyncio.Event()
    reading = asyncio.create_task(read_all(client, started))
    await started.wait()

    await client.aclose()

    with pytest.raises(ServerUnreachable):
        await reading
    assert await asyncio.to_thread(ollama.requests[0].wait_for_end) == "client_closed"
