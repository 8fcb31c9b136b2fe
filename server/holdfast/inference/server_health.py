"""Whether the model server answers, and finding it again after it was lost.

A request that ends in ServerUnreachable reports it here. From then on one task asks for the version, after 0.5 s,
1 s, 2 s … up to every 10 s, until somebody answers; keystrokes meanwhile see `is_lost` and stay silent without a
request of their own.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final

from holdfast.errors import ServerError, ServerUnreachable

FIRST_PROBE_S: Final = 0.5
LAST_PROBE_S: Final = 10.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ServerState:
    """What is known: lost or not, the version last heard (None before the first), and why it is lost."""

    is_lost: bool = False
    version: str | None = None
    cause: ServerError | None = None


class ServerHealth:
    """Keeps a :class:`ServerState` and calls `on_change` with it when the server is lost, found again, or its version new.

    `ask_version` is the server's `version`; `sleep` is asyncio's, or a test's.
    """

    def __init__(
        self,
        ask_version: Callable[[], Awaitable[str]],
        *,
        on_change: Callable[[ServerState], None],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._ask_version = ask_version
        self._on_change = on_change
        self._sleep = sleep
        self._search: asyncio.Task[None] | None = None
        self._is_closed = False
        self.state = ServerState()

    async def check(self) -> ServerState:
        """Ask now, as at the start; a server that does not answer is searched for from then on."""
        try:
            version = await self._ask_version()
        except ServerError as error:
            self._lose(error)
        else:
            self._stop_search()
            self._find(version)
        return self.state

    def failed(self, error: ServerError) -> None:
        """A request ended in `error`. Only an unreachable server is lost: one that is slow or refuses is there."""
        if isinstance(error, ServerUnreachable):
            self._lose(error)

    def answered(self) -> None:
        """A request was answered, so the server is there, and the search is over."""
        if self.state.is_lost:
            self._stop_search()
            self._change(replace(self.state, is_lost=False, cause=None))

    async def aclose(self) -> None:
        """End the search."""
        self._is_closed = True
        search = self._search
        self._stop_search()
        if search is not None:
            await asyncio.wait({search})

    def _lose(self, error: ServerError) -> None:
        if self._search is None and not self._is_closed:
            self._search = asyncio.create_task(self._find_again(), name="holdfast: find the model server again")
            self._search.add_done_callback(self._search_ended)
        if not self.state.is_lost:
            self._change(replace(self.state, is_lost=True, cause=error))

    def _find(self, version: str) -> None:
        found = ServerState(version=version)
        if self.state == ServerState():  # heard for the first time: nothing was taken for otherwise
            self.state = found
        else:
            self._change(found)

    def _change(self, state: ServerState) -> None:
        if state != self.state:
            self.state = state
            self._on_change(state)

    async def _find_again(self) -> None:
        pause_s = FIRST_PROBE_S
        while True:
            await self._sleep(pause_s)
            pause_s = min(pause_s * 2, LAST_PROBE_S)
            try:
                version = await self._ask_version()
            except ServerError as error:
                _log.debug("the model server is still lost: %s", error)
            else:
                self._search = None
                self._find(version)
                return

    def _stop_search(self) -> None:
        search, self._search = self._search, None
        if search is not None:
            search.cancel()

    def _search_ended(self, search: asyncio.Task[None]) -> None:
        if self._search is search:
            self._search = None
        if not search.cancelled() and (error := search.exception()) is not None:
            _log.error("the search for the model server broke", exc_info=error)
            # Nobody searches now: the next request may try, and starts a new search if it fails.
            self.answered()
