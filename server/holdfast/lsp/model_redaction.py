"""Threads that import ask the window's local model about what was said: at rest alone, given up at a key and asked again."""

import asyncio
import concurrent.futures
import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from holdfast.errors import ServerUnreachable
from holdfast.inference.personal_data import find_personal_data
from holdfast.lsp.parts import Parts

if TYPE_CHECKING:
    from holdfast.redaction.model_pass import Ask


class ModelRedaction:
    """For one window; `parts` are what is built now, and `is_on` says whether the person asked for it."""

    def __init__(self, parts: Callable[[], Parts | None], is_on: Callable[[], bool]) -> None:
        self._parts = parts
        self._is_on = is_on
        self._loop: asyncio.AbstractEventLoop | None = None
        self._asked: set[concurrent.futures.Future[str]] = set()
        self._changing = threading.Lock()
        self._is_closed = False

    def start(self) -> None:
        """Call it where the loop runs, before any thread asks."""
        self._loop = asyncio.get_running_loop()

    def whom(self) -> "Ask | None":
        """Whom an importing thread has to ask; None where the rules alone decide. While nothing is built yet, nobody knows."""
        loop = self._loop
        if loop is None or self._parts() is None:
            return _not_yet
        return partial(self._ask, loop) if self._is_on() else None

    def close(self) -> None:
        """Nobody is asked any more, and who waits for an answer is told so."""
        with self._changing:
            self._is_closed = True
            asked = tuple(self._asked)
        for future in asked:
            future.cancel()

    def _ask(self, loop: asyncio.AbstractEventLoop, prompt: str) -> str:
        """Blocking, for as long as the person types."""
        with self._changing:
            if self._is_closed:
                raise _closes()
            future = asyncio.run_coroutine_threadsafe(self._answer(prompt), loop)
            self._asked.add(future)
        try:
            return future.result()
        except concurrent.futures.CancelledError:
            raise _closes() from None
        finally:
            with self._changing:
                self._asked.discard(future)

    async def _answer(self, prompt: str) -> str:
        while True:
            parts = self._parts()
            if parts is None or parts.completion.model is None:
                raise ServerUnreachable("No model server is asked, and one is to look through what was said.")
            rest = parts.completion.rest
            await rest.until_quiet()
            if parts is not self._parts():
                continue  # the settings are others by now
            with parts.in_use():
                answer = await rest.unless_disturbed(find_personal_data(parts.completion.model.local, prompt))
            if answer is not None:
                return answer


def _not_yet(prompt: str) -> str:
    del prompt
    raise ServerUnreachable("The window has only just begun, and which model to ask is not known yet.")


def _closes() -> ServerUnreachable:
    return ServerUnreachable("The window closes; what was not imported is the next time.")
