"""HTTP over the loop's own sockets: what httpx promises of a transport holds here too."""

import asyncio
import datetime as dt
import ipaddress
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from holdfast.inference.network.asyncio_network import AsyncioNetwork, LoopTransport

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def transport(trust: ssl.SSLContext | None = None) -> LoopTransport:
    context = trust if trust is not None else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return LoopTransport(context, most=2, most_kept=2, kept_seconds=60)


def request(port: int, *, scheme: str = "http", host: str = "127.0.0.1") -> httpx.Request:
    timeout = httpx.Timeout(connect=2, read=5, write=5, pool=5).as_dict()
    return httpx.Request("GET", f"{scheme}://{host}:{port}/", extensions={"timeout": timeout})


@asynccontextmanager
async def serving(serve: Serve, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """The port of a server that lets go of every connection at the end."""
    clients: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            clients.add(task)
        try:
            await serve(reader, writer)
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
    async with server:
        yield server.sockets[0].getsockname()[1]
        for task in clients:
            task.cancel()
        await asyncio.gather(*clients, return_exceptions=True)


async def body_of(network: LoopTransport, asked: httpx.Request) -> bytes:
    response = await network.handle_async_request(asked)
    try:
        return b"".join([piece async for piece in response.aiter_raw()])
    finally:
        await response.aclose()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for localhost with its key, as one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "localhost.pem"
    plain = serialization.NoEncryption()
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


def tls_server(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(GOOD)
    await writer.drain()
    writer.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_an_answer_over_tls(certificate: Path, host: str) -> None:
    network = transport(ssl.create_default_context(cafile=certificate))
    async with serving(once, tls_server(certificate)) as port:
        assert await body_of(network, request(port, scheme="https", host=host)) == b"ok"
    await network.aclose()


async def test_a_certificate_that_nobody_trusts_ends_the_connection(certificate: Path) -> None:
    network = transport(ssl.create_default_context())
    async with serving(once, tls_server(certificate)) as port:
        with pytest.raises(httpx.ConnectError) as refused:
            await body_of(network, request(port, scheme="https", host="localhost"))
    await network.aclose()

    assert "certificate" in str(refused.value)


async def test_a_kept_connection_serves_again() -> None:
    connections = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        for _ in range(2):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(GOOD)
        await writer.drain()
        writer.close()

    network = transport()
    async with serving(serve) as port:
        bodies = [await body_of(network, request(port)) for _ in range(2)]
    await network.aclose()

    assert (bodies, connections) == ([b"ok", b"ok"], 1)


@pytest.mark.parametrize(
    "goodbye", [b"", b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n"], ids=["end", "words"]
)
async def test_a_connection_that_the_server_gave_up_is_not_used_again(goodbye: bytes) -> None:
    ended = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(GOOD)
        await writer.drain()
        await asyncio.sleep(0.02)
        writer.write(goodbye)
        writer.close()
        await writer.wait_closed()
        ended.set()

    network = transport()
    async with serving(serve) as port:
        first = await body_of(network, request(port))
        await ended.wait()
        second = await body_of(network, request(port))
        await ended.wait()
    await network.aclose()

    assert (first, second) == (b"ok", b"ok")


async def test_a_reset_in_the_middle_of_an_answer_is_a_read_error() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
        await writer.drain()
        writer.transport.abort()

    network = transport()
    async with serving(serve) as port:
        with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
            await body_of(network, request(port))
    await network.aclose()


async def test_a_server_that_is_not_there_is_a_connect_error() -> None:
    async with serving(once) as port:
        pass
    network = transport()

    with pytest.raises(httpx.ConnectError):
        await body_of(network, request(port))

    await network.aclose()


async def test_a_server_that_says_nothing_is_waited_for_as_long_as_asked() -> None:
    network, asked = transport(), asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        asked.set()
        await reader.read()
        writer.close()

    async with serving(serve) as port:
        impatient = request(port)
        impatient.extensions["timeout"]["read"] = 0.05
        with pytest.raises(httpx.ReadTimeout):
            await body_of(network, impatient)
        await asked.wait()
    await network.aclose()


async def test_a_connection_that_is_closed_already_has_news() -> None:
    async with serving(once) as port:
        stream = await AsyncioNetwork().connect_tcp("127.0.0.1", port)
        await stream.aclose()
        await asyncio.sleep(0)

        assert stream.get_extra_info("is_readable")
