"""Whether the person rests: what may use the model server in the background waits for it, and yields to the next key."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

T = TypeVar("T")

REST_SECONDS: Final = 2.0
_LOOK_SECONDS: Final = 0.25


class Rest:
    """Told of every piece of work that somebody waits for; `is_busy` says what it is not told of."""

    def __init__(self, *, seconds: float = REST_SECONDS) -> None:
        """`seconds` must pass after the last work."""
        self.is_busy: Callable[[], bool] = lambda: False
        self.seconds = seconds
        self._working = 0
        self._last: float | None = None
        self._disturbed: asyncio.Event | None = None

    @contextmanager
    def broken(self) -> Iterator[None]:
        """Work that somebody waits for, as long as the block runs."""
        loop = asyncio.get_running_loop()
        self._working += 1
        if self._disturbed is not None:
            self._disturbed.set()
            self._disturbed = None
        try:
            yield
        finally:
            self._working -= 1
            self._last = loop.time()

    async def until_quiet(self) -> None:
        """Return once nobody has waited for anything for a while."""
        loop = asyncio.get_running_loop()
        self._last = self._last or loop.time()
        while True:
            left = self._last + self.seconds - loop.time()
            if not self._working and not self.is_busy() and left <= 0:
                return
            await asyncio.sleep(max(left, _LOOK_SECONDS))

    async def until_disturbed(self) -> None:
        """Return when the next work begins; at once where it has begun."""
        if self._working or self.is_busy():
            return
        self._disturbed = self._disturbed or asyncio.Event()
        await self._disturbed.wait()

    async def unless_disturbed(self, work: Coroutine[Any, Any, T]) -> T | None:
        """What `work` comes to, or None where other work begins first; `work` has ended when this returns."""
        working = asyncio.create_task(work, name="work at rest")
        disturbed = asyncio.create_task(self.until_disturbed(), name="watch for a key")
        try:
            await asyncio.wait({working, disturbed}, return_when=asyncio.FIRST_COMPLETED)
            return working.result() if working.done() else None
        finally:
            for task in (working, disturbed):
                task.cancel()
            await asyncio.wait({working, disturbed})
            if not working.cancelled():
                working.exception()  # read, also where nobody asks for the result any more
