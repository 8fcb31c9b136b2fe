"""Everything that can go wrong between us and a server of OpenAI's API, as the errors of :mod:`holdfast.errors`.

The servers are many (vLLM, LM Studio, llama.cpp, llama-swap) and their words are theirs, so an error quotes them and
is decided by the words where these are known, else by the status. A test walks httpx's exceptions and fails when one
has no row here.
"""

import re
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import httpx

from holdfast.errors import (
    GenerationFailed,
    ModelMissing,
    ModelUnsupported,
    PromptTooLong,
    ServerBusy,
    ServerError,
    ServerTimeout,
    ServerUnreachable,
    UnexpectedAnswer,
)
from holdfast.inference.ollama.ndjson import TooMuch
from holdfast.inference.openai.refusal import said_in
from holdfast.inference.readable import readable

_START: Final = "Start it, or set holdfast.endpoint to where it listens."
_WAIT: Final = (
    "It may be loading the model or serving another request; raise holdfast.timeoutMs if this machine is slow."
)
_CHECK: Final = "Set holdfast.endpoint to the address of the model server itself, and holdfast.provider to what it is."
_LOG: Final = "The server's own log says why."
_KEY: Final = "Put its key into the environment variable HOLDFAST_API_KEY."

_TITLE: Final = re.compile(r"<title[^>]*>([^<]{1,400})", re.IGNORECASE)

_BY_WORDS: Final[Sequence[tuple[re.Pattern[str], type[ServerError], str]]] = (
    (
        re.compile(
            # llama.cpp, vLLM twice, LM Studio three times.
            r"exceeds? the available context|exceed_context_size|maximum context length|longer than the maximum model length"
            r"|context the overflows|greater than the context length|context size has been exceeded|context_length_exceeded",
            re.IGNORECASE,
        ),
        PromptTooLong,
        "Lower holdfast.numCtx to the window that the server has, or give the server a larger one.",
    ),
    (
        re.compile(r"\bloading model\b|model is (?:still )?loading", re.IGNORECASE),
        ServerBusy,
        "It is asked again until it is ready.",
    ),
    (
        re.compile(
            r"model\b.{0,200}\b(?:does not exist|not found|is not loaded)|no models? (?:is )?loaded|failed to load model"
            r"|could not find (?:a )?(?:suitable|real)|no router for requested model|model_not_found",
            re.IGNORECASE | re.DOTALL,
        ),
        ModelMissing,
        "Load it there, or set holdfast.model to one that `holdfast models` lists.",
    ),
    (
        re.compile(r"does not support|not (?:currently )?supported", re.IGNORECASE),
        ModelUnsupported,
        "Choose a model for code completion, such as Qwen 2.5 Coder.",
    ),
    (
        re.compile(r"out of memory|not enough memory|insufficient memory", re.IGNORECASE),
        GenerationFailed,
        "Choose a smaller model, or give the server a smaller window.",
    ),
)
"""What a server's own words decide, whatever the status: they differ more in the status than in the words."""

_LOGIN: Final = (UnexpectedAnswer, _KEY)
_AGAIN: Final = (ServerBusy, "Try again in a moment.")
_SERVER_FAULT: Final[tuple[type[ServerError], str]] = (GenerationFailed, _LOG)
_CLIENT_FAULT: Final[tuple[type[ServerError], str]] = (UnexpectedAnswer, _CHECK)
_BY_STATUS: Final[Mapping[int, tuple[type[ServerError], str]]] = {
    401: _LOGIN,
    403: _LOGIN,
    408: (ServerTimeout, _WAIT),
    429: _AGAIN,
    499: _SERVER_FAULT,
    502: (ServerUnreachable, _START),
    503: _AGAIN,
    504: (ServerTimeout, _WAIT),
}
_SPEAKS_FOR_ITSELF: Final = frozenset({401, 403, 408, 429, 500, 502, 503, 504})
"""Statuses that mean the same with and without the server's own words."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of whom, for the words of an error."""

    server: str
    path: str


_Make = Callable[[Asked, Exception], ServerError]


def _row(kind: type[ServerError], message: str, remedy: str) -> _Make:
    """`{server}`, `{path}` and `{error}` in the message are filled in."""
    return lambda asked, error: kind(
        message.format(server=asked.server, path=asked.path, error=readable(str(error))), remedy=remedy
    )


_hung_up = _row(ServerUnreachable, "{server} closed the connection before its answer was complete.", _START)
_silent = _row(ServerTimeout, "{server} accepted the request and then sent nothing for too long.", _WAIT)
_full = _row(ServerBusy, "Too many requests of this Holdfast to {server} are open.", "Try again in a moment.")
_foreign = _row(UnexpectedAnswer, "What answers at {server} does not speak HTTP as a model server does.", _CHECK)

TRANSLATIONS: Final[Mapping[type[Exception], _Make]] = {
    httpx.ConnectError: _row(ServerUnreachable, "Nothing answers at {server}.", _START),
    httpx.ConnectTimeout: _row(ServerUnreachable, "{server} did not accept a connection in time.", _START),
    httpx.RequestError: _row(ServerUnreachable, "The connection to {server} failed.", _START),
    httpx.ReadError: _hung_up,
    httpx.WriteError: _hung_up,
    httpx.CloseError: _hung_up,
    httpx.RemoteProtocolError: _hung_up,
    httpx.StreamClosed: _hung_up,
    httpx.ReadTimeout: _silent,
    httpx.WriteTimeout: _silent,
    TimeoutError: _silent,
    httpx.PoolTimeout: _full,
    httpx.LocalProtocolError: _foreign,
    httpx.DecodingError: _foreign,
    httpx.ProxyError: _row(ServerUnreachable, "A proxy stands between Holdfast and {server}.", _CHECK),
    httpx.UnsupportedProtocol: _row(UnexpectedAnswer, "{server} is neither http nor https.", _CHECK),
    httpx.InvalidURL: _row(UnexpectedAnswer, "{server}{path} is not an address.", _CHECK),
    TooMuch: _row(UnexpectedAnswer, "{server} sent {error}.", _CHECK),
}

NEVER_RAISED: Final = frozenset(
    {
        httpx.HTTPStatusError,  # only by raise_for_status
        httpx.TooManyRedirects,  # only when redirects are followed
        httpx.CookieConflict,  # only by reading a cookie
        httpx.StreamConsumed,  # each answer is read once, in one place
        httpx.ResponseNotRead,  # only by reading .content of a stream
        httpx.RequestNotRead,  # only by reading .content of a request
    }
)
"""What httpx can raise only at calls that this client does not make: one of them is our mistake and stays itself."""


@contextmanager
def translated(asked: Asked) -> Iterator[None]:
    """Errors of httpx, and of asyncio's timeouts, inside are raised as ours with the cause chained."""
    try:
        yield
    except tuple(TRANSLATIONS) as error:
        raise of_exception(error, asked) from error


def of_exception(error: Exception, asked: Asked) -> ServerError:
    """Our error for one of httpx's; the most specific row decides."""
    if isinstance(error, httpx.ConnectError) and _is_about_tls(error):
        return UnexpectedAnswer(
            f"{asked.server} did not complete a TLS handshake.",
            remedy="Write http:// for a server without TLS, or have this machine trust its certificate.",
        )
    # A reset is worded by httpx as the chunked reader saw it, and a garbled head as what h11 refused.
    if isinstance(error, httpx.RemoteProtocolError) and not _is_hang_up(error):
        return _foreign(asked, error)
    return next(TRANSLATIONS[kind] for kind in type(error).__mro__ if kind in TRANSLATIONS)(asked, error)


def of_refusal(status: int, body: bytes, asked: Asked) -> ServerError:
    """Our error for an answer whose `status` is not 200; `body` may be cut short."""
    words = said_in(body)
    if words is None and status not in _SPEAKS_FOR_ITSELF:
        return not_ours(body, asked, status)
    return _by_status(status, words or "", asked)


def of_error_event(words: str, asked: Asked) -> ServerError:
    """Our error for an error in the middle of a stream, whose status said 200."""
    return _by_status(HTTPStatus.INTERNAL_SERVER_ERROR, words, asked)


def of_redirect(location: str, asked: Asked) -> ServerError:
    """Our error for a 30x: followed, it could lead the prompt off this machine."""
    return UnexpectedAnswer(
        f"{asked.server} redirects to {readable(location) or 'nowhere'}, and redirects are not followed.",
        remedy="Set holdfast.endpoint to the address of the model server itself.",
    )


def not_ours(body: bytes, asked: Asked, status: int = 200) -> UnexpectedAnswer:
    """Our error for what is not the JSON that was asked for, quoting enough of it to recognise who sent it."""
    text = body[:4096].decode("utf-8", "replace")
    if title := _TITLE.search(text):
        what = f"a web page titled “{readable(title[1], 80)}”"
    elif text.lstrip()[:1] == "<":
        what = "a web page"
    else:
        what = f"“{readable(text, 80)}”" if text.strip() else "nothing"
    with_status = "" if status == HTTPStatus.OK else f" with status {status} and"
    return UnexpectedAnswer(
        f"{asked.server}{asked.path} answered{with_status} {what} where a model server sends its JSON.", remedy=_CHECK
    )


def _by_status(status: int, words: str, asked: Asked) -> ServerError:
    quoted = readable(words).removesuffix(".")
    said = f"{asked.server} said: {quoted}." if quoted else f"{asked.server} answered with status {status}."
    for pattern, kind, remedy in _BY_WORDS:
        if pattern.search(words):
            return kind(said, remedy=remedy)
    kind, remedy = _BY_STATUS.get(
        status, _SERVER_FAULT if status >= HTTPStatus.INTERNAL_SERVER_ERROR else _CLIENT_FAULT
    )
    return kind(said, remedy=remedy)


def _is_about_tls(error: BaseException) -> bool:
    return any(isinstance(cause, ssl.SSLError) for cause in _causes(error))


def _is_hang_up(error: httpx.RemoteProtocolError) -> bool:
    return any(words in str(error) for words in ("disconnected", "peer closed", "closed connection"))


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__
