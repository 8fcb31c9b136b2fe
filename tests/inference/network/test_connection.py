"""One file decides what leaves the process, and how much comes in."""

import asyncio
import gzip
import tracemalloc
from pathlib import Path

import pytest

import holdfast
from holdfast.errors import UnexpectedAnswer
from holdfast.inference.endpoint import parse_endpoint
from holdfast.inference.network.connection import Connection
from holdfast.inference.openai.dialect import OPENAI

PRODUCT = Path(holdfast.__file__).parent


def test_only_one_file_of_the_product_opens_connections() -> None:
    makers = ("AsyncClient(", "httpx.Client(", "HTTPTransport(", "open_connection(", "create_connection(", "urlopen(")
    opening = {
        path.relative_to(PRODUCT).as_posix()
        for path in PRODUCT.rglob("*.py")
        if any(maker in path.read_text("utf-8") for maker in makers)
    }

    assert opening == {"inference/network/connection.py"}


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
