"""HTTP to one model server on this machine: every wait bounded, every answer's size too, every failure translated.

Nothing of the environment is used (no proxy, no netrc) and no redirect is followed, so a prompt goes to the
configured address and nowhere else.
"""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from typing import Final

import httpx
from pydantic import JsonValue

from holdfast.inference.endpoint import Endpoint
from holdfast.inference.network.answer_lines import AnswerLines
from holdfast.inference.network.failures import Asked, Dialect, not_ours, of_redirect, translated
from holdfast.inference.network.line_splitter import TooMuch
from holdfast.inference.network.loopback_transport import LoopbackTransport

CONNECT_S: Final = 2.0
KEEP_OPEN_S: Final = 60.0
MAX_ANSWER_BYTES: Final = 4 << 20
MAX_REFUSAL_BYTES: Final = 64 << 10
_LIMITS: Final = httpx.Limits(max_connections=4, max_keepalive_connections=2, keepalive_expiry=KEEP_OPEN_S)
Body = Mapping[str, JsonValue]


class Connection:
    """Requests to `endpoint`, a server of the kind `dialect`; whether it may be asked at all is decided before this is built.

    `patience_s` is for a whole control request. `api_key` goes to this endpoint alone, and into no message.
    `transport` replaces the network, for callers that measure or test.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        dialect: Dialect,
        *,
        patience_s: float,
        api_key: str | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.url = endpoint.url
        self.patience_s = patience_s
        self._dialect = dialect
        self._api_key = api_key
        # Model servers compress nothing. Whoever does all the same is read as it came, so that it cannot blow an answer up.
        headers = {"Accept-Encoding": "identity", "User-Agent": "holdfast"}
        self._client = httpx.AsyncClient(
            base_url=endpoint.url,
            transport=transport or _network(endpoint),
            headers=headers if api_key is None else {**headers, "Authorization": f"Bearer {api_key}"},
            # How long an answer may take is measured here, in whole lines; httpx would count any byte as life.
            timeout=httpx.Timeout(connect=CONNECT_S, read=None, write=patience_s, pool=patience_s),
            trust_env=False,
            follow_redirects=False,
        )

    def asked(self, path: str, model: str = "") -> Asked:
        """Whom and what, for an error."""
        return Asked(self._dialect, self.url, path, model, self._api_key or "")

    async def get(self, path: str) -> bytes:
        """The body of a good answer to GET."""
        return b"".join(await self.whole(self.asked(path), None))

    async def post(self, path: str, body: Body, *, patience_s: float | None = None) -> bytes:
        """The body of a good answer to POST."""
        return b"".join(await self.whole(self.asked(path), body, patience_s=patience_s))

    async def whole(
        self, asked: Asked, body: Body | None, *, patience_s: float | None = None, max_bytes: int = MAX_ANSWER_BYTES
    ) -> list[bytes]:
        """The chunks of a good answer that is read to its end before it is understood; GET where there is no body."""
        by = asyncio.get_running_loop().time() + (self.patience_s if patience_s is None else patience_s)
        with translated(asked):
            async with self._answer(asked, body, by) as response, asyncio.timeout_at(by):
                chunks, size = [], 0
                async for chunk in response.aiter_raw():
                    size += len(chunk)
                    if size > max_bytes:
                        raise TooMuch(f"more than {max_bytes >> 20} MiB in one answer")
                    chunks.append(chunk)
                return chunks

    @asynccontextmanager
    async def lines(self, asked: Asked, body: Body, by: float) -> AsyncIterator[AnswerLines]:
        """The lines of a good answer to POST, whose head has come by the loop's time `by`; leaving closes it.

        Where kept connections may be closed all the same, the one of a streamed answer serves no other request.
        """
        with translated(asked):
            async with (
                self._answer(asked, body, by, serves_once=self._dialect.closes_kept) as response,
                aclosing(AnswerLines(response.aiter_raw(), MAX_ANSWER_BYTES)) as lines,
            ):
                yield lines

    async def aclose(self) -> None:
        """Close every connection, those of running answers too."""
        await self._client.aclose()

    @asynccontextmanager
    async def _answer(
        self, asked: Asked, body: Body | None, by: float, *, serves_once: bool = False
    ) -> AsyncIterator[httpx.Response]:
        """The head of a good answer, its body still to be read; refusals are raised. Leaving closes what is unread."""
        # Half of a surrogate pair, which a document can hold, has no UTF-8: it becomes a question mark.
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        request = self._client.build_request(
            "GET" if body is None else "POST",
            asked.path,
            content=content,
            headers=({"Content-Type": "application/json"} if body is not None else {})
            | ({"Connection": "close"} if serves_once else {}),
        )
        async with asyncio.timeout_at(by):
            response = await self._sent(request)
        try:
            await _refuse(response, asked, by)
            yield response
        finally:
            await response.aclose()

    async def _sent(self, request: httpx.Request) -> httpx.Response:
        """The head of an answer; where a kept connection may have been closed meanwhile, once more on a new one."""
        if not self._dialect.closes_kept:
            return await self._client.send(request, stream=True)
        try:
            return await self._client.send(request, stream=True)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            return await self._client.send(request, stream=True)


async def _refuse(response: httpx.Response, asked: Asked, by: float) -> None:
    """Raise for a redirect, a status that refuses, and a web page."""
    if response.is_redirect:
        raise of_redirect(response.headers.get("location", ""), asked)
    is_page = response.headers.get("content-type", "").startswith("text/html")
    if response.status_code == httpx.codes.OK and not is_page:
        return
    body = b""
    async with asyncio.timeout_at(by):
        async for chunk in response.aiter_raw():
            body += chunk
            if len(body) > MAX_REFUSAL_BYTES:
                break
    if is_page and response.status_code == httpx.codes.OK:
        raise not_ours(body, asked)
    raise asked.dialect.refusal(response.status_code, body, asked)


def _network(endpoint: Endpoint) -> httpx.AsyncBaseTransport:
    # For https, what this machine trusts. For http no certificates are loaded, which would take 20 ms of the start.
    trust = ssl.create_default_context() if endpoint.scheme == "https" else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    network = httpx.AsyncHTTPTransport(verify=trust, trust_env=False, limits=_LIMITS)
    return LoopbackTransport(network) if endpoint.is_localhost_name else network
