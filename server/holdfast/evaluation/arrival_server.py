"""A model server on loopback that notes when the first byte of each generation's request arrived.

It speaks as much of Ollama's API as the sidecar needs, in the event loop of whoever measures, so that sending a key and
its request's arrival are read from one clock. Reading and generating take no time: what is measured is the client.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, cast

_MODEL: Final = "qwen2.5-coder:1.5b-base"
_CONTROL: Final[dict[str, dict[str, object]]] = {
    "/api/version": {"version": "0.33.0"},
    "/api/tags": {"models": [{"name": _MODEL, "size": 1, "digest": "0"}]},
    "/api/show": {"capabilities": ["completion", "insert"], "details": {"family": "qwen2"}},
    "/api/ps": {"models": [{"name": _MODEL}]},
}
_HEAD_END: Final = b"\r\n\r\n"
_CHUNKED: Final = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A generation that was asked for: `at` is `time.perf_counter()` when its first byte came; `prompt` as sent."""

    at: float
    prompt: str
    is_priming: bool


@dataclass(frozen=True, slots=True)
class Said:
    """What the model says at once; `is_cut` where it would say more if it might.

    With `goes_on` the answer is not ended and its connection held open until the client closes it.
    """

    text: str
    is_cut: bool = False
    goes_on: bool = False


Model = Callable[[str], Said]
"""What is said after a whole prompt."""


class ArrivalServer:
    """`async with arrival_server() as server`; `arrivals` in their order, `model` says what is said."""

    def __init__(self) -> None:
        self.endpoint = ""
        self.arrivals: list[Arrival] = []
        self.model: Model = lambda _prompt: Said("")
        self._connections: set[asyncio.Transport] = set()

    def connected(self, transport: asyncio.Transport) -> None:
        """A client is there."""
        self._connections.add(transport)

    def parted(self, transport: asyncio.Transport) -> None:
        """It is gone."""
        self._connections.discard(transport)

    def abort(self) -> None:
        """Close every connection."""
        for transport in tuple(self._connections):
            transport.abort()

    def answer(self, path: str, body: bytes, at: float) -> bytes:
        """The response to a request whose first byte came `at`, or its beginning where it goes on."""
        if path != "/api/generate":
            known = _CONTROL.get(path)
            return _json_response(known or {"error": "not found"}, is_found=known is not None)
        asked: dict[str, Any] = json.loads(body)
        is_priming = asked["options"]["num_predict"] == 1
        self.arrivals.append(Arrival(at, asked["prompt"], is_priming))
        said = Said("x") if is_priming else self.model(asked["prompt"])
        lines = _CHUNKED + (_line({"response": said.text, "done": False}) if said.text else b"")
        if said.goes_on:
            return lines
        end = {"response": "", "done": True, "done_reason": "length" if said.is_cut else "stop"}
        return lines + _line(end) + b"0\r\n\r\n"


@asynccontextmanager
async def arrival_server() -> AsyncIterator[ArrivalServer]:
    """A server on a free port of loopback, until the block is left."""
    server = ArrivalServer()
    listening = await asyncio.get_running_loop().create_server(lambda: _Connection(server), "127.0.0.1", 0)
    server.endpoint = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    try:
        yield server
    finally:
        listening.close()
        server.abort()


class _Connection(asyncio.Protocol):
    """One client, whose requests come one after another."""

    def __init__(self, server: ArrivalServer) -> None:
        self._server = server
        self._held = bytearray()
        self._began: float | None = None
        self._transport = asyncio.Transport()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._server.connected(self._transport)

    def data_received(self, data: bytes) -> None:
        if self._began is None:
            self._began = time.perf_counter()
        self._held += data
        head, separator, rest = bytes(self._held).partition(_HEAD_END)
        if not separator or len(rest) < (length := content_length(head)):
            return
        body, self._held = rest[:length], bytearray(rest[length:])
        path = head.split(b" ", 2)[1].decode("latin-1")
        began, self._began = self._began, None
        self._transport.write(self._server.answer(path, body, began))

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._server.parted(self._transport)


def content_length(head: bytes) -> int:
    """The length of the body that follows an HTTP head; 0 where it names none."""
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line[15:])
    return 0


def prefix_of(prompt: str) -> str:
    """What stands before the cursor, of a prompt that fills in the middle."""
    return prompt.rpartition("<|fim_prefix|>")[2].partition("<|fim_suffix|>")[0]


def _line(fields: dict[str, object]) -> bytes:
    line = json.dumps({"model": _MODEL, **fields}).encode() + b"\n"
    return b"%x\r\n%b\r\n" % (len(line), line)


def _json_response(value: dict[str, object], *, is_found: bool) -> bytes:
    body = json.dumps(value).encode()
    status = b"200 OK" if is_found else b"404 Not Found"
    return b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (status, len(body), body)
