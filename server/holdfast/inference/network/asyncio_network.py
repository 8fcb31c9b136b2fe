"""HTTP over sockets of the event loop itself.

httpcore dials through a layer that looks for the kind of event loop and races addresses; a key waits for both, and each
generation that is cancelled costs a connection. Dialled from the loop, one takes half as long.

`localhost` is dialled without asking anybody where that is. A resolver may answer it from a hosts file that was tampered
with, or ask a DNS server for `x.localhost`. Names that are this machine by definition (RFC 6761 §6.3) are dialled as
127.0.0.1, then as ::1 where nothing listens on the first; the Host header and the TLS name stay as written.
"""

import asyncio
import selectors
import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final, SupportsIndex

import httpcore
import httpx

from holdfast.inference.endpoint import is_localhost_name

_HELD_BYTES: Final = 64 << 10
_LOOPBACK: Final = ("127.0.0.1", "::1")


class LoopTransport(httpx.AsyncHTTPTransport):
    """What an `httpx.AsyncHTTPTransport` does, over `AsyncioNetwork`; no proxy, and nothing of the environment."""

    def __init__(self, trust: ssl.SSLContext, *, most: int, most_kept: int, kept_seconds: float) -> None:
        """At most `most` connections at once, of which `most_kept` are kept for `kept_seconds` while nothing is asked."""
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=trust,
            max_connections=most,
            max_keepalive_connections=most_kept,
            keepalive_expiry=kept_seconds,
            network_backend=AsyncioNetwork(),
        )


class AsyncioNetwork(httpcore.AsyncNetworkBackend):
    """TCP connections of the running loop. Raises httpcore's ConnectError and ConnectTimeout."""

    def __init__(self) -> None:
        self._loopback = _LOOPBACK

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to `host`; of this machine, to the first loopback address that something listens on."""
        del local_address, socket_options  # nobody asks for any; asyncio sets TCP_NODELAY itself
        with _as_httpcore(httpcore.ConnectTimeout, httpcore.ConnectError):
            async with asyncio.timeout(timeout):
                return await (self._to_this_machine(port) if is_localhost_name(host) else _connected(host, port))

    async def sleep(self, seconds: float) -> None:
        """Between attempts, where several are made."""
        await asyncio.sleep(seconds)

    async def _to_this_machine(self, port: int) -> "AsyncioStream":
        first, second = self._loopback
        try:
            return await _connected(first, port)
        except OSError as refused:
            try:
                stream = await _connected(second, port)
            except OSError:
                raise refused from None
        self._loopback = (second, first)
        return stream


class AsyncioStream(httpcore.AsyncNetworkStream):
    """One connection. Raises httpcore's ReadError, WriteError, ReadTimeout, WriteTimeout, and ConnectError for TLS."""

    def __init__(self, reader: "_Reader", writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore's signature
        """What has come, at most `max_bytes`; b"" at the end."""
        with _as_httpcore(httpcore.ReadTimeout, httpcore.ReadError):
            async with asyncio.timeout(timeout):
                return await self._reader.read(max_bytes)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - httpcore's signature
        """Send all of it."""
        if not buffer:
            return
        with _as_httpcore(httpcore.WriteTimeout, httpcore.WriteError):
            self._writer.write(buffer)
            async with asyncio.timeout(timeout):
                await self._writer.drain()

    async def aclose(self) -> None:
        """Let go of the connection at once: what was not read is not wanted."""
        self._writer.transport.abort()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
    ) -> httpcore.AsyncNetworkStream:
        """The same connection, encrypted from here on."""
        try:
            with _as_httpcore(httpcore.ConnectTimeout, httpcore.ConnectError):
                async with asyncio.timeout(timeout):
                    await self._writer.start_tls(ssl_context, server_hostname=server_hostname)
        except BaseException:
            await self.aclose()
            raise
        return self

    def get_extra_info(self, info: str) -> Any:
        """What httpcore asks a stream for; None for anything else."""
        if info == "is_readable":  # of a connection that waits: the server closed it, or said what nobody asked
            return self._reader.has_news or _has_come(self._writer.get_extra_info("socket").fileno())
        names = {"client_addr": "sockname", "server_addr": "peername", "socket": "socket", "ssl_object": "ssl_object"}
        return self._writer.get_extra_info(names[info]) if info in names else None


class _Reader(asyncio.StreamReader):
    """Knows whether anything has come that was not read, the end too."""

    def __init__(self, *, limit: int, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(limit=limit, loop=loop)
        self._unread = 0
        self._has_ended = False

    @property
    def has_news(self) -> bool:
        """Whether reading would not wait."""
        return self._has_ended or self._unread > 0

    def feed_data(self, data: Iterable[SupportsIndex]) -> None:
        came = bytes(data)
        self._unread += len(came)
        super().feed_data(came)

    def feed_eof(self) -> None:
        self._has_ended = True
        super().feed_eof()

    def set_exception(self, exc: Exception) -> None:
        self._has_ended = True
        super().set_exception(exc)

    async def read(self, n: int = -1) -> bytes:
        came = await super().read(n)
        self._unread -= len(came)
        return came


def _has_come(socket: int) -> bool:
    """Whether something waits in the system that the loop had no turn yet to read, the end too."""
    if socket < 0:  # closed; over TLS the reader is told a turn later
        return True
    with selectors.DefaultSelector() as selector:
        selector.register(socket, selectors.EVENT_READ)
        return bool(selector.select(0))


async def _connected(host: str, port: int) -> AsyncioStream:
    loop = asyncio.get_running_loop()
    reader = _Reader(limit=_HELD_BYTES, loop=loop)
    protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
    transport, _ = await loop.create_connection(lambda: protocol, host, port)
    return AsyncioStream(reader, asyncio.StreamWriter(transport, protocol, reader, loop))


@contextmanager
def _as_httpcore(late: type[Exception], broken: type[Exception]) -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise late(str(error)) from error
    except OSError as error:  # ssl.SSLError is one of them
        raise broken(str(error)) from error
