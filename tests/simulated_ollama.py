"""The simulated model server of the typing traces behind a real HTTP port of 127.0.0.1, in real time.

    with SimulatedOllama(SimulatedServer(model)) as ollama:
        ...                     # whatever types against ollama.endpoint
        print(ollama.meter)

`GET /meter` says what was asked of it, `POST /meter/reset` counts anew. A client that closes its connection frees the
slot at once. It runs in a thread of its own. `python tests/simulated_ollama.py --session FILE` runs it as a process
whose model knows a session of typing (`typed_session.py`); its endpoint is the first line on stdout.
"""

import argparse
import asyncio
import contextlib
import signal
import sys
import threading
import types
from collections.abc import Coroutine, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Self

import httpx

from holdfast.evaluation.simulated_server import (
    DECODE_BYTES_PER_SECOND,
    PREFILL_BYTES_PER_SECOND,
    ServerMeter,
    SimulatedServer,
)
from scripted_connection import BAD_REQUEST, NotHttp, Received, WatchedProtocol, requests_of
from typed_session import SessionModel, read_session

_MAX_BUFFER = 64 << 20


class SimulatedOllama:
    """Serves `server` on `port`, a free one where it is 0."""

    def __init__(self, server: SimulatedServer, *, port: int = 0) -> None:
        self.port = port
        self._server = server
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._failures: list[OSError] = []

    @property
    def endpoint(self) -> str:
        """Its URL."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def meter(self) -> ServerMeter:
        """What it was asked to do until now."""
        return replace(self._server.meter)

    def reset_meter(self) -> None:
        """Count anew; connections that are open stay counted as open."""
        meter = self._server.meter
        meter.requests = meter.primings = meter.prefilled_bytes = meter.primed_bytes = 0
        meter.most_open = meter.open_now

    def __enter__(self) -> Self:
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), name="simulated ollama", daemon=True)
        self._thread.start()
        ready.wait()
        if self._failures:
            self._thread.join()
            raise self._failures.pop()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: types.TracebackType | None
    ) -> None:
        if self._thread is not None and self._loop is not None and self._stopping is not None:
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join()

    # Everything below runs in its own thread.

    def _run(self, ready: threading.Event) -> None:
        try:
            asyncio.run(self._serve(ready))
        except OSError as error:
            self._failures.append(error)
        finally:
            ready.set()

    async def _serve(self, ready: threading.Event) -> None:
        self._loop = loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        clients: set[asyncio.Task[None]] = set()

        def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = loop.create_task(self._client(reader, writer))
            clients.add(task)
            task.add_done_callback(clients.discard)

        def protocol() -> WatchedProtocol:
            return WatchedProtocol(asyncio.StreamReader(limit=_MAX_BUFFER, loop=loop), accepted)

        listening = await loop.create_server(protocol, "127.0.0.1", self.port)
        self.port = listening.sockets[0].getsockname()[1]
        ready.set()
        await self._stopping.wait()
        listening.close()
        for task in tuple(clients):
            task.cancel()
        await asyncio.gather(*clients, return_exceptions=True)
        await listening.wait_closed()

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        protocol = writer.transport.get_protocol()
        assert isinstance(protocol, WatchedProtocol)
        try:
            async for request in requests_of(reader, connection=0):
                await _unless_gone(self._answer(request, writer), protocol.gone)
                if protocol.gone.is_set():
                    break
        except NotHttp:
            writer.write(BAD_REQUEST)
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def _answer(self, request: Received, writer: asyncio.StreamWriter) -> None:
        response = await self._response(request)
        try:
            writer.write(_head(response))
            assert isinstance(response.stream, httpx.AsyncByteStream)
            async for part in response.stream:
                writer.write(b"%x\r\n%b\r\n" % (len(part), part))
                await writer.drain()
            writer.write(b"0\r\n\r\n")
            await writer.drain()
        finally:
            await response.aclose()

    async def _response(self, request: Received) -> httpx.Response:
        if request.path == "/meter":
            return httpx.Response(200, json=as_reported(self._server.meter))
        if request.path == "/meter/reset":
            self.reset_meter()
            return httpx.Response(200, json={})
        try:
            return await self._server.handle_async_request(
                httpx.Request(request.method, self.endpoint + request.path, content=request.content)
            )
        except (ValueError, KeyError) as error:
            return httpx.Response(400, json={"error": f"this request cannot be read: {error!r}"})


async def _unless_gone(work: Coroutine[None, None, None], gone: asyncio.Event) -> None:
    """Do `work`, or drop it when the client leaves."""
    working, leaving = asyncio.ensure_future(work), asyncio.ensure_future(gone.wait())
    try:
        await asyncio.wait((working, leaving), return_when=asyncio.FIRST_COMPLETED)
    finally:
        leaving.cancel()
        working.cancel()
        with contextlib.suppress(asyncio.CancelledError, ConnectionError):
            await working


def as_reported(meter: ServerMeter) -> dict[str, int]:
    """What `GET /meter` says."""
    return {name: value for name, value in asdict(meter).items() if name != "open_now"}


def _head(response: httpx.Response) -> bytes:
    kind = response.headers.get("content-type", "application/x-ndjson")
    status = f"{response.status_code} {response.reason_phrase}"
    return f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nTransfer-Encoding: chunked\r\n\r\n".encode("latin-1")


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until SIGTERM or SIGINT; the endpoint is the first line on stdout."""
    parser = argparse.ArgumentParser(description="A model server that knows what will be typed, at a model's speed.")
    parser.add_argument("--session", type=Path, required=True, help="what is typed, as typed_session.py writes it")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--prefill", type=float, default=PREFILL_BYTES_PER_SECOND, help="bytes of prompt a second")
    parser.add_argument("--decode", type=float, default=DECODE_BYTES_PER_SECOND, help="bytes of answer a second")
    options = parser.parse_args(arguments)
    model = SessionModel(read_session(options.session))
    server = SimulatedServer(model, prefill=options.prefill, decode=options.decode)
    with SimulatedOllama(server, port=options.port) as ollama:
        over = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: over.set())
        sys.stdout.write(f"{ollama.endpoint}\n")
        sys.stdout.flush()
        over.wait()


if __name__ == "__main__":
    main()
