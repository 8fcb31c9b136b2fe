"""Work that waits for the person to pause, so that no key waits for it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from holdfast.cursor import Cursor
from holdfast.errors import HoldfastError

logger = logging.getLogger(__name__)

_AFTER_A_KEY_SECONDS: Final = 0.4
_AFTER_A_MOVE_SECONDS: Final = 0.05


class Pauses:
    """Calls `prepare` with the last cursor once keys have stopped, or soon after the cursor went elsewhere."""

    def __init__(self, prepare: Callable[[Cursor], Awaitable[None]]) -> None:
        self._prepare = prepare
        self._timer: asyncio.TimerHandle | None = None
        self._preparing: asyncio.Task[None] | None = None

    def key_typed(self, cursor: Cursor) -> None:
        """A key was typed; its pause begins anew."""
        self._later(cursor, _AFTER_A_KEY_SECONDS)

    def cursor_rests(self, cursor: Cursor) -> None:
        """A file was opened or the cursor jumped; it may be typed at next."""
        self._later(cursor, _AFTER_A_MOVE_SECONDS)

    async def aclose(self) -> None:
        """Stop waiting and preparing."""
        if self._timer is not None:
            self._timer.cancel()
        if self._preparing is not None and not self._preparing.done():
            self._preparing.cancel()
            await asyncio.wait([self._preparing])

    def _later(self, cursor: Cursor, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(seconds, self._begin, cursor)

    def _begin(self, cursor: Cursor) -> None:
        if self._preparing is None or self._preparing.done():
            self._preparing = asyncio.create_task(self._prepare_logged(cursor), name="prepare at a pause")
        else:
            self._later(cursor, _AFTER_A_MOVE_SECONDS)

    async def _prepare_logged(self, cursor: Cursor) -> None:
        try:
            await self._prepare(cursor)
        except HoldfastError as error:
            logger.info("%s", error)
        except Exception:
            logger.exception("preparing at a pause broke")
