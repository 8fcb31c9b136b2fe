"""One client of the scripted server: enough of HTTP/1.1 to read a request and play an answer, and to see it leave."""

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Literal

from scripted_answer import Answer, HangUp, Pause, Send, Step, WaitFor

Ending = Literal["open", "complete", "client_closed", "hung_up"]
_POLL_S = 0.002
BAD_REQUEST = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n400 Bad Request"


class NotHttp(Exception):
    """The client speaks something else, such as TLS."""


@dataclass(slots=True)
class Received:
    """A request as it came, and how its answer went. `at` is the monotonic clock's, in seconds."""

    method: str
    path: str
    headers: dict[str, str]
    content: bytes
    at: float
    connection: int
    ending: Ending = "open"
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def body(self) -> dict[str, object]:
        """The JSON of the request; empty if it has none."""
        return dict(json.loads(self.content)) if self.content else {}

    def wait_for_end(self, timeout_s: float = 10.0) -> Ending:
        """How it ended, waiting for that from another thread than the server's."""
        self.ended.wait(timeout_s)
        return self.ending


class WatchedProtocol(asyncio.StreamReaderProtocol):
    """Says at once when the client has closed its side, also while nothing is being read."""

    def __init__(
        self, reader: asyncio.StreamReader, serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], None]
    ) -> None:
        super().__init__(reader, serve)
        self.gone = asyncio.Event()

    def eof_received(self) -> bool | None:
        self.gone.set()
        return super().eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        self.gone.set()
        super().connection_lost(exc)


async def requests_of(reader: asyncio.StreamReader, connection: int) -> AsyncIterator[Received]:
    """The requests of one connection, in order, until the client closes it; NotHttp for what is none."""
    while True:
        try:
            begin = await reader.readexactly(1)
            if not begin.isalpha():
                raise NotHttp
            head = begin + await reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        first, *rest = head.decode("latin-1").rstrip("\r\n").split("\r\n")
        method, path, _ = first.split(" ")
        headers = {name.strip().lower(): value.strip() for name, _, value in (part.partition(":") for part in rest)}
        content = await reader.readexactly(int(headers.get("content-length", "0")))
        yield Received(method, path, headers, content, time.monotonic(), connection)


class Player:
    """Plays one answer to one client."""

    def __init__(self, writer: asyncio.StreamWriter, gone: asyncio.Event) -> None:
        self._writer = writer
        self._gone = gone

    async def play(self, answer: Answer) -> Ending:
        """Every step, or as many as the client stays for."""
        try:
            ending = await self._steps(answer.before_head)
            if ending == "complete":
                self._writer.write(_head(answer))
                ending = await self._steps(answer.steps)
            if ending == "complete":
                self._writer.write(b"0\r\n\r\n")
                await self._writer.drain()
        except ConnectionError:
            return "client_closed"
        return ending

    async def _steps(self, steps: tuple[Step, ...]) -> Ending:
        for step in steps:
            if isinstance(step, HangUp):
                # What was sent reaches the client before the reset does.
                await self._writer.drain()
                await self._idle(0.02)
                self._writer.transport.abort()
                return "hung_up"
            await self._one(step)
            if self._gone.is_set():
                return "client_closed"
        return "complete"

    async def _one(self, step: Send | Pause | WaitFor) -> None:
        match step:
            case Send(data):
                if data:
                    self._writer.write(b"%x\r\n%b\r\n" % (len(data), data))
                    await self._writer.drain()
                await asyncio.sleep(0)
            case Pause(seconds):
                await self._idle(seconds)
            case WaitFor(gate):
                while not gate.is_set() and not self._gone.is_set():
                    await self._idle(_POLL_S)

    async def _idle(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._gone.wait()
        except TimeoutError:
            return


def _head(answer: Answer) -> bytes:
    headers = {"Content-Type": answer.content_type, "Transfer-Encoding": "chunked", **answer.headers}
    lines = [
        f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase if answer.status in set(HTTPStatus) else 'x'}"
    ]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")
