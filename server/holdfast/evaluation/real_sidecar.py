"""The real `holdfast serve`, as a process on a workspace, with places of its own."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from holdfast.evaluation.lsp_editor import initialize_params
from holdfast.evaluation.lsp_process import LspProcess, notification
from holdfast.index.indexer_state import read_state
from holdfast.locations import Locations

SERVE: Final = (sys.executable, "-m", "holdfast", "serve", "--stdio")
_STANDSTILL_SECONDS: Final = 180.0
"""Longer than the embedded engine's data for 10,000 files takes, of which the indexer says nothing until it is done."""
_LOOK_SECONDS: Final = 0.1
_DROPPED: Final = ("HOLDFAST_", "OLLAMA_", "CLAUDE_", "AI_PROVIDER", "PYTHONDONTWRITEBYTECODE")
"""What changes a setting, and what would have every start compile all sources anew, as nobody's does."""


@dataclass(frozen=True, slots=True)
class SidecarPlace:
    """A workspace, and where its sidecar keeps data and index."""

    root: Path
    locations: Locations

    @property
    def directory(self) -> Path:
        """Where its index lies."""
        return self.locations.workspace_cache(self.root)

    @property
    def environment(self) -> Mapping[str, str]:
        """That of this process, with these places."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_DROPPED)}
        places = {"HOLDFAST_DATA_DIR": str(self.locations.data), "HOLDFAST_CACHE_DIR": str(self.locations.cache)}
        return {**kept, **places}


async def start_sidecar(place: SidecarPlace, settings: Mapping[str, object]) -> LspProcess:
    """A sidecar that has been told `initialized`."""
    process = await LspProcess.start(SERVE, environment=place.environment, settings=settings)
    await process.ask("initialize", initialize_params(place.root, settings))
    process.send(notification("initialized", {}))
    return process


@asynccontextmanager
async def indexed_sidecar(
    place: SidecarPlace,
    settings: Mapping[str, object],
    *,
    with_corpus: bool = False,
    standstill_seconds: float = _STANDSTILL_SECONDS,
) -> AsyncIterator[LspProcess]:
    """A sidecar whose index is right, and, if asked, the embedded engine's data too.

    It must be the only one on its workspace: of several, one alone has an indexer. Raises TimeoutError where the indexer
    says nothing new for `standstill_seconds`.
    """
    before = read_state(place.directory).pid
    async with await start_sidecar(place, settings) as process:
        await _until_indexed(place.directory, before, standstill_seconds, with_corpus=with_corpus)
        yield process


async def _until_indexed(directory: Path, before: int, standstill_seconds: float, *, with_corpus: bool) -> None:
    """Wait for the word of another indexer than the process `before`, whose last word still stands there."""
    until, seen = 0.0, None
    while True:
        state, corpus = read_state(directory), _corpus_of(directory)
        is_right = state.phase == "idle" and state.pid != before
        if is_right and (not with_corpus or corpus == str(state.generation)):
            return
        if (state, corpus) != seen:
            seen, until = (state, corpus), time.monotonic() + standstill_seconds
        if time.monotonic() > until:
            raise TimeoutError(f"the indexer has said nothing new for {standstill_seconds:.0f} s: {state}")
        await asyncio.sleep(_LOOK_SECONDS)


def _corpus_of(directory: Path) -> str:
    try:
        return (directory / "embedded.generation").read_text(encoding="ascii")
    except OSError:
        return ""
