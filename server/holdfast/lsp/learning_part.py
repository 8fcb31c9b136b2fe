"""Lets retrieval heed what was learnt from the suggestions that were taken."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from holdfast.index.retrieval.sign_weights import Factors
from holdfast.learning.learner import Learner
from holdfast.locations import Locations
from holdfast.workspace_folder import Workspace

logger = logging.getLogger(__name__)

_LOOK_S: Final = 600.0


class LearningPart:
    """Looks at the session log every ten minutes, in a thread; `workspace` gives the folders as they are now."""

    def __init__(self, locations: Locations, workspace: Callable[[], Workspace], look_s: float = _LOOK_S) -> None:
        self._learner = Learner(locations)
        self._workspace = workspace
        self._look_s = look_s
        self._is_on = False
        self._factors: Factors = {}
        self._task: asyncio.Task[None] | None = None

    def apply(self, *, is_on: bool) -> None:
        """The folders are others now, or the setting is: what is known counts for them, or nothing does."""
        self._is_on = is_on
        if is_on and self._task is None:
            self._task = asyncio.create_task(self._keep_looking(), name="learning")
        for folder in self._workspace().folders:
            folder.retrieval.factors = self._factors if is_on else {}

    async def aclose(self) -> None:
        """Stop looking."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _keep_looking(self) -> None:
        while True:
            try:
                self._factors = await asyncio.to_thread(self._learner.factors)
            except Exception:
                # Nobody else would look again; retrieval goes on with what it has.
                logger.exception("what was taken could not be counted")
            self.apply(is_on=self._is_on)
            await asyncio.sleep(self._look_s)
