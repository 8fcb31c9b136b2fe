"""The table of translations is complete, whatever httpx adds, in the words of every dialect."""

import asyncio
from collections.abc import Iterator

import httpx
import pytest

from holdfast.errors import ServerError
from holdfast.inference.network.failures import NEVER_RAISED, TRANSLATIONS, Asked, Dialect, of_exception, translated
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
