"""While nobody types, ended sessions of the project are summed up by the model on this machine, where the person asked for it."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from holdfast.errors import HoldfastError, StorageError
from holdfast.locations import Locations
from holdfast.lsp.parts import Parts
from holdfast.sessions.entries.clock import wall_clock_ms
from holdfast.sessions.identity.project import find_project
from holdfast.sessions.log.store import SessionLog
from holdfast.sessions.memory.spoken import Conversation, conversations_without_summary
from holdfast.sessions.memory.summary import Point
from holdfast.summing_up import keep_summary, sum_up

logger = logging.getLogger(__name__)

_HOUR_S: Final = 3600.0
_LONGEST_WAIT: Final = 32


@dataclass(frozen=True, slots=True)
class Pace:
    """How often there is a look, how long nobody typed before, how long ago the last word of an ended session is; asked an hour."""

    look_s: float = 60.0
    settled_s: float = 20.0
    ended_s: float = 1800.0
    most_an_hour: int = 6


class Summaries:
    """Sums up sessions of the project at `root`, one at a time, from when it is switched on; `parts` are what is built now."""

    def __init__(
        self, locations: Locations, root: Path | None, parts: Callable[[], Parts | None], pace: Pace | None = None
    ) -> None:
        self._locations = locations
        self._root = root
        self._parts = parts
        self._pace = pace or Pace()
        self._project: str | None = None
        self._asked_at: deque[float] = deque(maxlen=self._pace.most_an_hour)
        self._unusable: set[str] = set()
        self._told = ""
        self._task: asyncio.Task[None] | None = None
        self._ending: set[asyncio.Task[None]] = set()

    def apply(self, *, is_on: bool) -> None:
        """The setting is another now, perhaps."""
        if is_on and self._task is None and self._root is not None:
            self._task = asyncio.create_task(self._keep_looking(self._root), name="sum up sessions")
        elif not is_on and self._task is not None:
            task, self._task = self._task, None
            task.cancel()
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)

    async def aclose(self) -> None:
        """Stop; a summary that is under way is given up."""
        self.apply(is_on=False)
        if self._ending:
            await asyncio.wait(set(self._ending))

    async def _keep_looking(self, root: Path) -> None:
        failures = 0
        while True:
            await asyncio.sleep(self._pace.look_s * min(2**failures, _LONGEST_WAIT))
            try:
                await self._look(root)
                failures, self._told = 0, ""
            except HoldfastError as error:
                failures += 1
                self._tell(str(error))
            except Exception:
                # Nobody else would look again.
                failures += 1
                logger.exception("a session could not be summed up")

    async def _look(self, root: Path) -> None:
        """Sum up the latest session that waits for it, unless a key is typed first."""
        parts, loop = self._parts(), asyncio.get_running_loop()
        is_full = len(self._asked_at) == self._asked_at.maxlen and loop.time() - self._asked_at[0] < _HOUR_S
        if parts is None or parts.completion.model is None or is_full:
            return
        rest, local = parts.completion.rest, parts.completion.model.local
        await rest.until_quiet()
        if await rest.unless_disturbed(_settled(self._pace.settled_s)) is None or parts is not self._parts():
            return
        conversation = await asyncio.to_thread(self._next, root)
        if conversation is None:
            return
        with parts.in_use():
            model = await local.chosen()
            self._asked_at.append(loop.time())
            points = await rest.unless_disturbed(sum_up(local, conversation))
        if points:
            await asyncio.to_thread(self._keep, conversation, points, model.name)
            logger.info("A session was summed up: %d points of %s.", len(points), model.name)
        elif points is not None:
            self._unusable.add(conversation.session)
            logger.info("What %s says of a session cannot be checked against it; nothing is kept.", model.name)

    def _next(self, root: Path) -> Conversation | None:
        """Blocking: the latest session that ended and has no summary."""
        if self._project is None:
            try:
                self._project = find_project(root, self._locations.data)
            except OSError as error:
                raise StorageError(f"Whose project {root} is cannot be read: {error.strerror or error}.") from error
        ended_ms = wall_clock_ms() - int(1000 * self._pace.ended_s)
        path = self._locations.sessions_db
        found = conversations_without_summary(path, self._project, 1, before_ms=ended_ms, but=self._unusable)
        return found[0] if found else None

    def _keep(self, conversation: Conversation, points: tuple[Point, ...], model: str) -> None:
        if self._project is None:
            return
        log = SessionLog(self._locations.sessions_db)
        try:
            keep_summary(log, conversation, points, model=model, project=self._project)
        finally:
            log.close()

    def _tell(self, words: str) -> None:
        """Log what is wrong, each thing once in a row."""
        logger.log(logging.DEBUG if words == self._told else logging.INFO, "No session is summed up: %s", words)
        self._told = words


async def _settled(seconds: float) -> bool:
    await asyncio.sleep(seconds)
    return True
