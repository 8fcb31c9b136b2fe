"""One file decides what leaves the process, and how much comes in."""

import asyncio
import gzip
import json
import tracemalloc
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from pathlib import Path

import httpx
import pytest

import holdfast
from holdfast.errors import ServerTimeout, UnexpectedAnswer
from holdfast.evaluation.virtual_time import run_virtually
from holdfast.inference.endpoint import Endpoint, parse_endpoint
from holdfast.inference.llama_cpp.client import LlamaCppServer
from holdfast.inference.model_server import Finished, GenerateRequest, ModelServer, Piece
from holdfast.inference.network.connection import Connection
from holdfast.inference.ollama.client import OllamaServer
from holdfast.inference.openai.client import OpenAiServer
from holdfast.inference.openai.dialect import OPENAI
from scripted_answer import token_line
from scripted_openai import chunk, line

PRODUCT = Path(holdfast.__file__).parent


def test_only_one_file_of_the_product_opens_connections() -> None:
    makers = ("AsyncClient(", "httpx.Client(", "HTTPTransport(", "open_connection(", "create_connection(", "urlopen(")
    opening = {
        path.relative_to(PRODUCT).as_posix()
        for path in PRODUCT.rglob("*.py")
        if any(maker in path.read_text("utf-8") for maker in makers)
    }

    assert opening == {"inference/network/asyncio_network.py"}


@pytest.mark.parametrize("status", ["200 OK", "500 Internal Server Error"], ids=["good", "refusal"])
async def test_a_compressed_answer_that_nobody_asked_for_is_not_unpacked(status: str) -> None:
    bomb = gzip.compress(gzip.compress(bytes(64 << 20)))
    head = f"HTTP/1.1 {status}\r\nContent-Encoding: gzip, gzip\r\nContent-Length: {len(bomb)}\r\n\r\n".encode()

    async def send(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(head + bomb)
        await writer.drain()
        writer.close()

    listening = await asyncio.start_server(send, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    connection = Connection(parse_endpoint(f"127.0.0.1:{port}"), OPENAI, patience_s=30)
    tracemalloc.start()
    try:
        answer = await connection.get("/v1/models")
    except UnexpectedAnswer:
        answer = bomb
    except Exception as error:  # noqa: BLE001 - whatever it came to, the memory is what counts
        answer = bomb if "500" in str(error) else b""
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    await connection.aclose()
    listening.close()

    assert (answer, most < 4 << 20) == (bomb, True)


class Dripping(httpx.AsyncByteStream):
    """A token a second, for some minutes of the loop's own time."""

    def __init__(self, token: bytes) -> None:
        self._token = token

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for _ in range(300):
            await asyncio.sleep(1)
            yield self._token


def dripping(token: bytes) -> httpx.MockTransport:
    """A server without a socket that says what its client must know of it, and drips every completion."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path in {"/v1/models", "/props"}:
            window = {"n_ctx": 4096}
            known = {"data": [{"id": "m"}], "total_slots": 1, "default_generation_settings": window}
            return httpx.Response(200, stream=httpx.ByteStream(json.dumps(known).encode()))
        return httpx.Response(200, stream=Dripping(token))

    return httpx.MockTransport(answer)


async def read(server: ModelServer, pieces: list[Piece | Finished]) -> None:
    async with aclosing(server.generate(GenerateRequest("m", "x", num_predict=512, num_ctx=2048))) as items:
        async for item in items:
            pieces.append(item)  # noqa: PERF401 - what came before the error is kept


Build = Callable[[Endpoint, httpx.AsyncBaseTransport], ModelServer]


@pytest.mark.parametrize(
    ("build", "token"),
    [
        pytest.param(lambda at, over: OllamaServer(at, timeout_ms=5000, transport=over), token_line("a"), id="ollama"),
        pytest.param(lambda at, over: OpenAiServer(at, timeout_ms=5000, transport=over), chunk("a"), id="openai"),
        pytest.param(
            lambda at, over: LlamaCppServer(at, timeout_ms=5000, transport=over), line({"content": "a"}), id="llama.cpp"
        ),
    ],
)
def test_an_answer_that_drips_is_ended_a_minute_after_its_first_token_was_due(build: Build, token: bytes) -> None:
    async def main() -> tuple[int, float]:
        server = build(parse_endpoint("127.0.0.1:9"), dripping(token))
        pieces: list[Piece | Finished] = []
        with pytest.raises(ServerTimeout):
            await read(server, pieces)
        await server.aclose()
        return len(pieces), asyncio.get_running_loop().time()

    assert run_virtually(main()) == (64, 65.0)
