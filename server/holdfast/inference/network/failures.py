"""Everything that can go wrong between us and a model server over HTTP, as the errors of :mod:`holdfast.errors`.

What httpx could not do (`of_exception`), a redirect (`of_redirect`), a status that refuses (`of_words`), an answer that is
no model server's (`not_ours`). What is said of it differs by the kind of server: that is its `Dialect`. A test walks
httpx's exceptions and fails when one has no row here.
"""

import re
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final
from urllib.parse import quote, quote_plus

import httpx

from holdfast.errors import (
    GenerationFailed,
    ServerBusy,
    ServerError,
    ServerTimeout,
    ServerUnreachable,
    UnexpectedAnswer,
)
from holdfast.inference.network.line_splitter import TooMuch
from holdfast.inference.readable import readable

_WAIT: Final = (
    "It may be loading the model or serving another request; raise holdfast.timeoutMs if this machine is slow."
)
_AGAIN: Final = "Try again in a moment."
_MOST_WORDS: Final = 4096
_TITLE: Final = re.compile(r"<title[^>]*>([^<]{1,400})", re.IGNORECASE)
ByWords = Sequence[tuple[re.Pattern[str], type[ServerError], str]]
"""What a server's own words decide, whatever the status: (words, error, remedy). Releases differ more in the status."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """One kind of server: what it is called (as one of many, and as the one meant), how it refuses, and what helps.

    `start`, `check`, `log`, `login` and `misunderstood` are remedies: nothing is there, something else is, it failed, it
    wants a key, it did not understand. `refusal` makes the error of a status that is not 200 and the (cut) body.
    What it says is quoted as said by `speaker`, or by its address where that is empty. `closes_kept` says that it may close a connection it promised to keep: a request that met no answer is sent again.
    """

    name: str
    itself: str
    start: str
    check: str
    log: str
    login: str
    misunderstood: str
    by_words: ByWords
    refusal: Callable[[int, bytes, "Asked"], ServerError]
    speaker: str = ""
    closes_kept: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of whom, for the words of an error; `model` is empty where none was named.

    `key` is what it was asked with, which some servers repeat: it stands in no error.
    """

    dialect: Dialect
    server: str
    path: str
    model: str = ""
    key: str = field(default="", repr=False)

    def without_key(self, words: str) -> str:
        """`words` of a server on one line, fit to be quoted; the key is known again however it was encoded."""
        line = readable(words[:_MOST_WORDS], _MOST_WORDS)
        for form in (self.key, quote(self.key, safe=""), quote_plus(self.key), readable(self.key)) if self.key else ():
            line = line.replace(form, "…")
        return line


_Make = Callable[[Asked, Exception], ServerError]


def _row(kind: type[ServerError], message: str, remedy: str) -> _Make:
    """`{server}`, `{path}`, `{name}` and `{error}` in the message, `{start}` and `{check}` in the remedy are filled in."""
    return lambda asked, error: kind(
        message.format(server=asked.server, path=asked.path, name=asked.dialect.name, error=readable(str(error))),
        remedy=remedy.format(start=asked.dialect.start, check=asked.dialect.check),
    )


_hung_up = _row(ServerUnreachable, "{server} closed the connection before its answer was complete.", "{start}")
_silent = _row(ServerTimeout, "{server} accepted the request and then sent nothing for too long.", _WAIT)
_full = _row(ServerBusy, "Too many requests of this Holdfast to {server} are open.", _AGAIN)
_foreign = _row(UnexpectedAnswer, "What answers at {server} does not speak HTTP as {name} does.", "{check}")

TRANSLATIONS: Final[Mapping[type[Exception], _Make]] = {
    httpx.ConnectError: _row(ServerUnreachable, "Nothing answers at {server}.", "{start}"),
    httpx.ConnectTimeout: _row(ServerUnreachable, "{server} did not accept a connection in time.", "{start}"),
    httpx.RequestError: _row(ServerUnreachable, "The connection to {server} failed.", "{start}"),
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
    httpx.ProxyError: _row(ServerUnreachable, "A proxy stands between Holdfast and {server}.", "{check}"),
    httpx.UnsupportedProtocol: _row(UnexpectedAnswer, "{server} is neither http nor https.", "{check}"),
    httpx.InvalidURL: _row(UnexpectedAnswer, "{server}{path} is not an address.", "{check}"),
    TooMuch: _row(UnexpectedAnswer, "{server} sent {error}.", "{check}"),
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


def of_redirect(location: str, asked: Asked) -> ServerError:
    """Our error for a 30x: followed, it could lead the prompt off this machine."""
    return UnexpectedAnswer(
        f"{asked.server} redirects to {readable(asked.without_key(location)) or 'nowhere'}, and redirects are not followed.",
        remedy=f"Set holdfast.endpoint to the address of {asked.dialect.itself} itself.",
    )


def not_ours(body: bytes, asked: Asked, status: int = 200) -> UnexpectedAnswer:
    """Our error for what is not the JSON that was asked for, quoting enough of it to recognise who sent it."""
    text = asked.without_key(body[:4096].decode("utf-8", "replace"))
    if title := _TITLE.search(text):
        what = f"a web page titled “{readable(title[1], 80)}”"
    elif text.lstrip()[:1] == "<":
        what = "a web page"
    else:
        what = f"“{readable(text, 80)}”" if text.strip() else "nothing"
    with_status = "" if status == HTTPStatus.OK else f" with status {status} and"
    return UnexpectedAnswer(
        f"{asked.server}{asked.path} answered{with_status} {what} where {asked.dialect.name} sends its JSON.",
        remedy=asked.dialect.check,
    )


def of_words(status: int, words: str, asked: Asked) -> ServerError:
    """Our error for a refusal in a server's own words ("" for none), or else by its status."""
    if (told := told_by_words(status, words, asked)) is not None:
        return told
    dialect = asked.dialect
    by_status: Mapping[int, tuple[type[ServerError], str]] = {
        401: (UnexpectedAnswer, dialect.login),
        403: (UnexpectedAnswer, dialect.login),
        404: (UnexpectedAnswer, dialect.check),
        408: (ServerTimeout, _WAIT),
        429: (ServerBusy, _AGAIN),
        499: (GenerationFailed, dialect.log),
        502: (ServerUnreachable, dialect.start),
        503: (ServerBusy, _AGAIN),
        504: (ServerTimeout, _WAIT),
    }
    is_fault = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    other = (GenerationFailed, dialect.log) if is_fault else (UnexpectedAnswer, dialect.misunderstood)
    kind, remedy = by_status.get(status, other)
    return kind(said_by(status, words, asked), remedy=remedy)


def told_by_words(status: int, words: str, asked: Asked) -> ServerError | None:
    """Our error where the words alone decide."""
    beginning = words[:_MOST_WORDS]
    for pattern, kind, remedy in asked.dialect.by_words:
        if pattern.search(beginning):
            return kind(said_by(status, words, asked), remedy=remedy)
    return None


def of_error_in_stream(words: str, asked: Asked) -> ServerError:
    """Our error for one in the middle of an answer, whose status said 200."""
    return of_words(HTTPStatus.INTERNAL_SERVER_ERROR, words, asked)


def said_by(status: int, words: str, asked: Asked) -> str:
    """A sentence with what a server said, or with its status where it said nothing."""
    quoted = readable(asked.without_key(words)).removesuffix(".")
    speaker = asked.dialect.speaker or asked.server
    return f"{speaker} said: {quoted}." if quoted else f"{asked.server} answered with status {status}."


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
