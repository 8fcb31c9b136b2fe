import asyncio
import json
import os
import socket
import subprocess
import sys

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


async def test_a_head_that_is_no_head_is_the_end() -> None:
    stream = asyncio.StreamReader(limit=100_000)
    stream.feed_data(b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n{}")
    assert await LoopReader(stream).readline() == b""


def test_one_socket_for_both_directions_loses_no_answer() -> None:
    ours, theirs = socket.socketpair()
    end = theirs.fileno()
    with ours, subprocess.Popen([sys.executable, "-m", "holdfast", "serve"], stdin=end, stdout=end) as sidecar:
        theirs.close()
        ours.settimeout(60)
        wire = ours.makefile("rwb")
        for number in range(40):  # none of them is read until all are sent: more than a socket's buffer holds
            body = json.dumps({"jsonrpc": "2.0", "id": number, "method": "no/such", "params": {"x": "y" * 20_000}})
            wire.write(f"Content-Length: {len(body)}\r\n\r\n{body}".encode())
        wire.flush()
        found = []
        for _ in range(40):
            size = int(wire.readline().split(b":")[1])
            while wire.readline().strip():
                pass
            found.append(json.loads(wire.read(size))["id"])
        wire.close()
        sidecar.kill()
    assert sorted(found) == list(range(40))


@pytest.mark.parametrize("closed", ["0<&-", "1>&-"])
def test_a_missing_end_is_said_in_a_line(closed: str) -> None:
    command = f"exec {sys.executable} -m holdfast serve {closed}"
    ran = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, timeout=60, check=False)
    assert (ran.returncode, ran.stderr) == (1, "holdfast: serve needs standard input and output.\n")
