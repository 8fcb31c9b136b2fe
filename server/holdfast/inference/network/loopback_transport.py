"""Connecting to `localhost` without asking anybody where that is.

A resolver may answer `localhost` from a hosts file that was tampered with, or ask a DNS server for `x.localhost`;
it also costs a thread and up to a quarter of a second of happy eyeballs. Names that are this machine by definition
(RFC 6761 §6.3) are dialled as 127.0.0.1, then as ::1 where nothing listens on the first.
"""

from typing import Final

import httpx

_ADDRESSES: Final = ("127.0.0.1", "::1")


class LoopbackTransport(httpx.AsyncBaseTransport):
    """Sends every request to this machine through `inner`; the Host header and the TLS name stay as written."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self._addresses = _ADDRESSES

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer of the first loopback address that something listens on; else the first one's ConnectError."""
        first, second = self._addresses
        try:
            return await self._inner.handle_async_request(_dialled(request, first))
        except httpx.ConnectError as refused:
            try:
                answer = await self._inner.handle_async_request(_dialled(request, second))
            except httpx.ConnectError:
                raise refused from refused.__cause__
        self._addresses = (second, first)
        return answer

    async def aclose(self) -> None:
        """Close the connections of `inner`."""
        await self._inner.aclose()


def _dialled(request: httpx.Request, address: str) -> httpx.Request:
    return httpx.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        extensions={**request.extensions, "sni_hostname": request.url.host},
    )
