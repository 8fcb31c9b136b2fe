"""The client of Ollama: its HTTP API as a :class:`~holdfast.inference.model_server.ModelServer`.

Nothing of the environment is used (no proxy, no netrc) and no redirect is followed, so a prompt goes to the
configured address and nowhere else. Every wait is bounded, every answer's size too, and every failure is translated
in `errors.py` beside it.
"""

import asyncio
import json
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from typing import Final, TypeVar

import httpx
from pydantic import JsonValue, ValidationError

from holdfast.errors import AnswerTorn
from holdfast.inference.endpoint import Endpoint
from holdfast.inference.loopback_transport import LoopbackTransport
from holdfast.inference.model_server import (
    EmbedRequest,
    Finished,
    GenerateRequest,
    InstalledModel,
    ModelDetails,
    Piece,
    RunningModel,
)
from holdfast.inference.ollama.answer import AnswerLines
from holdfast.inference.ollama.details import read_details
from holdfast.inference.ollama.errors import Asked, not_ollama, of_error_line, of_redirect, of_refusal, translated
from holdfast.inference.ollama.ndjson import TooMuch
from holdfast.inference.ollama.wire import (
    EmbedAnswer,
    GenerateLine,
    RunningAnswer,
    TagsAnswer,
    VersionAnswer,
    Wire,
    embed_body,
    generate_body,
)

CONNECT_S: Final = 2.0
WHOLE_ANSWER_S: Final = 60.0
"""How long an answer may take after its first token, however steadily it drips."""
DETAILS_S: Final = 30.0
"""Listing a vocabulary is slow on the server's side; never on a keystroke's path."""
KEEP_OPEN_S: Final = 60.0
DRAIN_S: Final = 0.5
MAX_ANSWER_BYTES: Final = 4 << 20
MAX_DETAILS_BYTES: Final = 64 << 20
MAX_REFUSAL_BYTES: Final = 64 << 10
_LIMITS: Final = httpx.Limits(max_connections=4, max_keepalive_connections=2, keepalive_expiry=KEEP_OPEN_S)
_Answer = TypeVar("_Answer", bound=Wire)


class OllamaServer:
    """One Ollama at `endpoint`; whether it may be asked at all is decided before this is built.

    `timeout_ms` is the patience for a control request, for a first token and between two tokens.
    `transport` replaces the network, for callers that measure or test.
    """

    def __init__(
        self, endpoint: Endpoint, *, timeout_ms: int, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._url = endpoint.url
        self._patience_s = timeout_ms / 1000
        self._client = httpx.AsyncClient(
            base_url=endpoint.url,
            transport=transport or _transport(endpoint),
            # Ollama compresses nothing; whoever does must not be able to blow an answer up.
            headers={"Accept-Encoding": "identity", "User-Agent": "holdfast"},
            # How long an answer may take is measured here, in whole lines; httpx would count any byte as life.
            timeout=httpx.Timeout(connect=CONNECT_S, read=None, write=self._patience_s, pool=self._patience_s),
            trust_env=False,
            follow_redirects=False,
        )

    async def version(self) -> str:
        """GET /api/version."""
        return (await self._get("/api/version", VersionAnswer)).version

    async def models(self) -> tuple[InstalledModel, ...]:
        """GET /api/tags, latest modified first."""
        return tuple(model.installed() for model in (await self._get("/api/tags", TagsAnswer)).models)

    async def running(self) -> tuple[RunningModel, ...]:
        """GET /api/ps."""
        return tuple(model.running() for model in (await self._get("/api/ps", RunningAnswer)).models)

    async def details(self, name: str) -> ModelDetails:
        """POST /api/show with the vocabulary, of which only the special tokens are kept."""
        asked = Asked(self._url, "/api/show", name)
        patience_s = max(self._patience_s, DETAILS_S)
        chunks = await self._whole(asked, {"model": name, "verbose": True}, patience_s, MAX_DETAILS_BYTES)
        try:
            return await asyncio.to_thread(read_details, name, chunks)
        except ValueError as error:
            raise not_ollama(chunks[0] if chunks else b"", asked) from error

    async def embed(self, request: EmbedRequest, *, patience_ms: int) -> list[list[float]]:
        """POST /api/embed: finite numbers, whose count and dimension nobody has checked yet."""
        asked = Asked(self._url, "/api/embed", request.model)
        body = b"".join(await self._whole(asked, embed_body(request), patience_ms / 1000, MAX_ANSWER_BYTES))
        try:
            return EmbedAnswer.model_validate_json(body).embeddings
        except ValidationError as error:
            raise not_ollama(body, asked) from error

    async def generate(
        self, request: GenerateRequest, *, first_token_ms: int | None = None
    ) -> AsyncGenerator[Piece | Finished, None]:
        """POST /api/generate, raw and streamed; closing the generator closes the connection."""
        asked = Asked(self._url, "/api/generate", request.model)
        first_token_s = self._patience_s if first_token_ms is None else first_token_ms / 1000
        by = asyncio.get_running_loop().time() + first_token_s
        with translated(asked):
            async with (
                self._answer(asked, generate_body(request), by) as response,
                aclosing(AnswerLines(response.aiter_bytes(), MAX_ANSWER_BYTES)) as lines,
                aclosing(self._items(lines, asked, by)) as items,
            ):
                async for item in items:
                    yield item

    async def aclose(self) -> None:
        """Close every connection, those of running generations too."""
        await self._client.aclose()

    async def _items(self, lines: AnswerLines, asked: Asked, by: float) -> AsyncGenerator[Piece | Finished, None]:
        """Pieces and the end, out of lines that each come by their time."""
        loop = asyncio.get_running_loop()
        ends = by + WHOLE_ANSWER_S
        while (raw := await lines.next_line(by)) is not None:
            line = _parsed_line(raw, asked)
            if line.error is not None:
                raise of_error_line(line.error, asked)
            if line.response:
                yield Piece(line.response)
            if line.done:
                yield line.finished()
                await lines.drain(loop.time() + DRAIN_S)
                return
            by = min(loop.time() + self._patience_s, ends)
        raise AnswerTorn(
            f"{self._url} ended its answer without its last line.",
            remedy="Ollama does so when a model repeats itself; the next request may go well.",
        )

    async def _get(self, path: str, kind: type[_Answer]) -> _Answer:
        asked = Asked(self._url, path)
        body = b"".join(await self._whole(asked, None, self._patience_s, MAX_ANSWER_BYTES))
        try:
            return kind.model_validate_json(body)
        except ValidationError as error:
            raise not_ollama(body, asked) from error

    async def _whole(
        self, asked: Asked, body: Mapping[str, JsonValue] | None, patience_s: float, max_bytes: int
    ) -> list[bytes]:
        """The chunks of an answer that is read to its end before it is understood."""
        by = asyncio.get_running_loop().time() + patience_s
        with translated(asked):
            async with self._answer(asked, body, by) as response, asyncio.timeout_at(by):
                chunks, size = [], 0
                async for chunk in response.aiter_bytes():
                    size += len(chunk)
                    if size > max_bytes:
                        raise TooMuch(f"more than {max_bytes >> 20} MiB in one answer")
                    chunks.append(chunk)
                return chunks

    @asynccontextmanager
    async def _answer(
        self, asked: Asked, body: Mapping[str, JsonValue] | None, by: float
    ) -> AsyncIterator[httpx.Response]:
        """The head of a good answer, its body still to be read; refusals are raised. Leaving closes what is unread."""
        # Half of a surrogate pair, which a document can hold, has no UTF-8: it becomes a question mark.
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        request = self._client.build_request(
            "GET" if body is None else "POST",
            asked.path,
            content=content,
            headers=None if body is None else {"Content-Type": "application/json"},
        )
        async with asyncio.timeout_at(by):
            response = await self._client.send(request, stream=True)
        try:
            await _refuse(response, asked, by)
            yield response
        finally:
            await response.aclose()


async def _refuse(response: httpx.Response, asked: Asked, by: float) -> None:
    """Raise for a redirect, a status that refuses, and a web page."""
    if response.is_redirect:
        raise of_redirect(response.headers.get("location", ""), asked)
    is_page = response.headers.get("content-type", "").startswith("text/html")
    if response.status_code == httpx.codes.OK and not is_page:
        return
    body = b""
    async with asyncio.timeout_at(by):
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > MAX_REFUSAL_BYTES:
                break
    if is_page and response.status_code == httpx.codes.OK:
        raise not_ollama(body, asked)
    raise of_refusal(response.status_code, body, asked)


def _parsed_line(raw: bytes, asked: Asked) -> GenerateLine:
    try:
        line = GenerateLine.model_validate_json(raw)
    except ValidationError as error:
        raise not_ollama(raw, asked) from error
    if not line.is_of_a_generation:
        raise not_ollama(raw, asked)
    return line


def _transport(endpoint: Endpoint) -> httpx.AsyncBaseTransport:
    # For https, what this machine trusts. For http no certificates are loaded, which would take 20 ms of the start.
    trust = ssl.create_default_context() if endpoint.scheme == "https" else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    network = httpx.AsyncHTTPTransport(verify=trust, trust_env=False, limits=_LIMITS)
    return LoopbackTransport(network) if endpoint.is_localhost_name else network
