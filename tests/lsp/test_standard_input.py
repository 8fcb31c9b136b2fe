import asyncio
import os

import pytest

from holdfast.lsp.standard_input import LoopReader


async def reader_of(data: bytes) -> LoopReader:
    stream = asyncio.StreamReader(limit=1000)
    stream.feed_data(data)
    stream.feed_eof()
    return LoopReader(stream)


async def test_lines_and_bodies_in_their_order() -> None:
    reader = await reader_of(b"Content-Length: 2\r\n\r\n{}Content-Length: 4\r\n\r\nnull")
    read = [await reader.readline(), await reader.readline(), await reader.readexactly(2)]
    read += [await reader.readline(), await reader.readline(), await reader.readexactly(4), await reader.readline()]
    assert read == [b"Content-Length: 2\r\n", b"\r\n", b"{}", b"Content-Length: 4\r\n", b"\r\n", b"null", b""]


@pytest.mark.parametrize("data", [b"", b"{", b"Content-Length: 9\r\n\r\n{}"[-2:]], ids=repr)
async def test_a_body_that_is_cut_off_is_the_end(data: bytes) -> None:
    assert await (await reader_of(data)).readexactly(9) == b""


async def test_a_line_without_end_is_the_end() -> None:
    assert await (await reader_of(os.urandom(4000).replace(b"\n", b""))).readline() == b""


async def test_what_a_message_began_has_its_turn_before_the_next_is_read() -> None:
    reader = await reader_of(b"{}Content-Length: 2\r\n")
    order: list[str] = []
    await reader.readexactly(2)
    asyncio.get_running_loop().call_soon(order.append, "begun by the first")
    order.append((await reader.readline()).decode())
    assert order == ["begun by the first", "Content-Length: 2\r\n"]
