"""The indexer as a child of the sidecar: started, started again when it dies, left alone while another window has one."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from holdfast.errors import StorageError
from holdfast.index.indexer_lock import EXIT_ALREADY_INDEXED, is_locked
from holdfast.index.indexer_state import IndexerState, read_state

logger = logging.getLogger(__name__)
_LOOK_S: Final = 1.0
_FIRST_BACK_OFF_S: Final = 0.25
_LONGEST_BACK_OFF_S: Final = 30.0
_HEALTHY_S: Final = 60.0
_PATIENCE_S: Final = 3.0


class IndexerProcess:
    """Keeps one indexer running for `directory`: a child made by `argv`, or another window's."""

    def __init__(self, argv: Sequence[str], directory: Path) -> None:
        self._argv = tuple(argv)
        self._directory = directory
        self._task: asyncio.Task[None] | None = None
        self._child: asyncio.subprocess.Process | None = None
        self._trouble: str | None = None

    def start(self) -> None:
        """Begin, on the running loop; returns at once."""
        if self._task is None:
            self._task = asyncio.create_task(self._keep_running(), name="indexer process")

    def state(self) -> IndexerState:
        """What the indexer of this folder does, whoever runs it; `failed` while ours cannot be kept running."""
        state = read_state(self._directory)
        return state if self._trouble is None else replace(state, phase="failed", error=self._trouble)

    async def close(self) -> None:
        """End the child, if it is ours, and stop looking after it. Raises nothing of what befell either."""
        task, self._task = self._task, None
        if task is None:
            return
        task.cancel()
        await asyncio.wait([task])
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("Looking after the indexer had ended.", exc_info=error)

    async def _keep_running(self) -> None:
        back_off_s = _FIRST_BACK_OFF_S
        while True:
            began = time.monotonic()
            try:
                if is_locked(self._directory):
                    self._trouble = None
                    await asyncio.sleep(_LOOK_S)
                    continue
                code = await self._run_child()
            except (OSError, StorageError) as error:
                code, self._trouble = None, f"The indexer cannot be started: {error}"
            except Exception as error:
                # Nobody else would start it again: whatever this was, it is tried anew after a while.
                logger.exception("Looking after the indexer broke.")
                code, self._trouble = None, f"The indexer cannot be looked after: {error}"
            if code == EXIT_ALREADY_INDEXED:
                await asyncio.sleep(_LOOK_S)
                continue
            if code is not None:
                self._trouble = f"The indexer stopped (exit code {code}); it is started again."
            logger.warning("%s", self._trouble)
            if time.monotonic() - began > _HEALTHY_S:
                back_off_s = _FIRST_BACK_OFF_S
            await asyncio.sleep(back_off_s)
            back_off_s = min(2 * back_off_s, _LONGEST_BACK_OFF_S)

    async def _run_child(self) -> int:
        child = await asyncio.create_subprocess_exec(
            *self._argv, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL
        )
        try:
            settled = asyncio.create_task(self._forget_trouble())
            try:
                return await child.wait()
            finally:
                settled.cancel()
        finally:
            await _end(child)

    async def _forget_trouble(self) -> None:
        """A child that has lived for a while has got over what its predecessor died of."""
        await asyncio.sleep(_LOOK_S)
        self._trouble = None


async def _end(child: asyncio.subprocess.Process) -> None:
    """End a child. An error is logged here: raised, it would take the place of the cancellation that brought us here."""
    try:
        await _insist_on_end(child)
    except Exception:
        logger.exception("The indexer could not be ended.")


async def _insist_on_end(child: asyncio.subprocess.Process) -> None:
    """Close its input, which ends it; insist when it does not."""
    if child.stdin is not None:
        child.stdin.close()
    for insist in (child.terminate, child.kill):
        try:
            await asyncio.wait_for(child.wait(), _PATIENCE_S)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                insist()
        else:
            return
    await child.wait()
