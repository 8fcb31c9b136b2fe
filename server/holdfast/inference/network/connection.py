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
from holdfast.inference.network.asyncio_network import LoopTransport
from holdfast.inference.network.failures import Asked, Dialect, not_ours, of_redirect, translated
from holdfast.inference.network.line_splitter import TooMuch

CONNECT_S: Final = 2.0
KEEP_OPEN_S: Final = 60.0
MAX_ANSWER_BYTES: Final = 4 << 20
MAX_REFUSAL_BYTES: Final = 64 << 10
_MOST_OPEN: Final = 4
_MOST_KEPT: Final = 2
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
        self._address = httpx.URL(endpoint.url)
        self._urls: dict[str, httpx.URL] = {}
        # Model servers compress nothing. Whoever does all the same is read as it came, so that it cannot blow an answer up.
        headers = {"Host": self._address.netloc.decode("ascii"), "Accept": "*/*", "Accept-Encoding": "identity"}
        login = {} if api_key is None else {"Authorization": f"Bearer {api_key}"}
        self._headers = {**headers, "User-Agent": "holdfast", **login}
        # How long an answer may take is measured here, in whole lines; httpx would count any byte as life.
        self._patience = httpx.Timeout(connect=CONNECT_S, read=None, write=patience_s, pool=patience_s).as_dict()
        # Asked without a client of httpx: what that adds (cookies, redirects, logins) is not wanted, and a key waits for it.
        self._transport = transport or _network(endpoint)

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
        await self._transport.aclose()

    @asynccontextmanager
    async def _answer(
        self, asked: Asked, body: Body | None, by: float, *, serves_once: bool = False
    ) -> AsyncIterator[httpx.Response]:
        """The head of a good answer, its body still to be read; refusals are raised. Leaving closes what is unread."""
        request = self._request(asked.path, body, serves_once=serves_once)
        async with asyncio.timeout_at(by):
            response = await self._sent(request)
        try:
            await _refuse(response, asked, by)
            yield response
        finally:
            await response.aclose()

    def _request(self, path: str, body: Body | None, *, serves_once: bool) -> httpx.Request:
        # Half of a surrogate pair, which a document can hold, has no UTF-8: it becomes a question mark.
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        headers = {**self._headers, "Connection": "close" if serves_once else "keep-alive"}
        if content is not None:
            headers["Content-Type"] = "application/json"
        return httpx.Request(
            "GET" if content is None else "POST",
            self._url_of(path),
            content=content,
            headers=headers,
            extensions={"timeout": self._patience},
        )

    def _url_of(self, path: str) -> httpx.URL:
        """Parsed once for each of the few paths that there are."""
        url = self._urls.get(path)
        if url is None:
            url = self._address.copy_with(raw_path=self._address.raw_path.rstrip(b"/") + path.encode())
            self._urls[path] = url
        return url

    async def _sent(self, request: httpx.Request) -> httpx.Response:
        """The head of an answer; where a kept connection may have been closed meanwhile, once more on a new one."""
        if not self._dialect.closes_kept:
            return await self._transport.handle_async_request(request)
        try:
            return await self._transport.handle_async_request(request)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            return await self._transport.handle_async_request(request)


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
    return LoopTransport(trust, most=_MOST_OPEN, most_kept=_MOST_KEPT, kept_seconds=KEEP_OPEN_S)
