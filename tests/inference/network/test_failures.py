"""The table of translations is complete, whatever httpx adds, in the words of every dialect."""

import asyncio
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final, cast
from urllib.parse import quote

import httpx
import pytest

from holdfast.errors import ServerError
from holdfast.inference.network.failures import (
    NEVER_RAISED,
    TRANSLATIONS,
    Asked,
    Dialect,
    not_ours,
    of_error_in_stream,
    of_exception,
    of_redirect,
    of_words,
    translated,
)
from holdfast.inference.ollama.dialect import OLLAMA
from holdfast.inference.openai.dialect import OPENAI

ASKED = Asked(OLLAMA, "http://localhost:11434", "/api/generate", "m")


def concrete(kind: type[Exception]) -> Iterator[type[Exception]]:
    """The classes under `kind` that nothing is derived from."""
    children = kind.__subclasses__()
    if not children:
        yield kind
    for child in children:
        yield from concrete(child)


HTTPX = sorted(
    {
        leaf
        for root in (httpx.HTTPError, httpx.InvalidURL, httpx.CookieConflict, httpx.StreamError)
        for leaf in concrete(root)
    },
    key=lambda kind: kind.__name__,
)


def test_every_root_of_httpx_is_walked() -> None:
    published = [getattr(httpx, name) for name in dir(httpx)]
    exceptions = {kind for kind in published if isinstance(kind, type) and issubclass(kind, Exception)}
    leaves = {kind for kind in exceptions if not kind.__subclasses__()}

    assert leaves == set(HTTPX)


@pytest.mark.parametrize("kind", HTTPX, ids=[kind.__name__ for kind in HTTPX])
def test_every_exception_of_httpx_has_exactly_one_place(kind: type[Exception]) -> None:
    assert (kind in TRANSLATIONS) != (kind in NEVER_RAISED)


@pytest.mark.parametrize("dialect", [OLLAMA, OPENAI], ids=["ollama", "openai"])
@pytest.mark.parametrize("kind", TRANSLATIONS, ids=[kind.__name__ for kind in TRANSLATIONS])
def test_every_translation_says_what_happened_and_what_to_do(kind: type[Exception], dialect: Dialect) -> None:
    asked = Asked(dialect, "http://localhost:8080", "/v1/completions")
    error = TRANSLATIONS[kind](asked, ValueError("more than 1 MiB in one line"))

    assert isinstance(error, ServerError)
    assert "http://localhost:8080" in error.message
    assert error.remedy.endswith(".")
    assert "{" not in f"{error.message}{error.remedy}"


def test_the_cause_is_chained() -> None:
    cause = httpx.ReadError("reset")

    with pytest.raises(ServerError) as raised, translated(ASKED):
        raise cause

    assert raised.value.__cause__ is cause


@pytest.mark.parametrize("error", [asyncio.CancelledError(), ZeroDivisionError(), GeneratorExit()])
def test_what_is_no_failure_of_the_server_stays_itself(error: BaseException) -> None:
    with pytest.raises(type(error)), translated(ASKED):
        raise error


def test_an_exception_that_httpx_adds_later_is_still_a_failure_of_the_server() -> None:
    class NewError(httpx.TransportError):
        """Not known to any release."""

    assert isinstance(of_exception(NewError("?"), ASKED), ServerError)


KEY = "sk-4f/1c+9a0e"
QUOTES: Final[dict[str, Callable[[Asked], ServerError]]] = {
    "a redirect": lambda asked: of_redirect(f"http://elsewhere/?key={KEY}", asked),
    "a redirect, encoded": lambda asked: of_redirect(f"http://elsewhere/?key={quote(KEY, safe='')}", asked),
    "a page": lambda asked: not_ours(f"<title>{KEY}</title>".encode(), asked),
    "no JSON": lambda asked: not_ours(f"what is {KEY}".encode(), asked),
    "a status": lambda asked: of_words(401, f"{KEY} is not known", asked),
    "an error in the stream": lambda asked: of_error_in_stream(f"the key {KEY} has expired", asked),
    "a refusal": lambda asked: asked.dialect.refusal(403, json.dumps({"error": f"not with {KEY}"}).encode(), asked),
}


@pytest.mark.parametrize("dialect", [OLLAMA, OPENAI], ids=["ollama", "openai"])
@pytest.mark.parametrize("quote", QUOTES.values(), ids=QUOTES)
def test_a_server_that_repeats_the_key_is_quoted_without_it(
    quote: Callable[[Asked], ServerError], dialect: Dialect
) -> None:
    error = quote(Asked(dialect, "http://localhost:8080", "/v1/completions", key=KEY))

    assert "…" in str(error)
    assert "1c" not in f"{error}{error.message}{error.remedy}{error.args!r}"


@pytest.mark.parametrize("dialect", [OLLAMA, OPENAI], ids=["ollama", "openai"])
def test_only_the_beginning_of_long_words_is_understood(dialect: Dialect) -> None:
    looked_at: list[int] = []

    class Watching:
        def search(self, words: str) -> None:
            looked_at.append(len(words))

    watched = replace(dialect, by_words=[(cast("re.Pattern[str]", Watching()), ServerError, "")])
    of_words(500, "model " * 200_000, Asked(watched, "http://localhost:8080", "/v1/completions"))

    assert looked_at == [4096]


def test_what_was_asked_does_not_show_its_key() -> None:
    assert KEY not in repr(Asked(OPENAI, "http://localhost:8080", "/v1/completions", key=KEY))
