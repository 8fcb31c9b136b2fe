"""Project context for one cursor: manifest and retrieved chunks, packed. Blocking; called in a worker thread."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from holdfast.code_chunk import ContextBlock
from holdfast.context.pack import CountTokens, FoundChunk, pack
from holdfast.cursor import Cursor
from holdfast.manifest.read_manifest import Manifest, manifest_stamp, read_manifest


class FindChunks(Protocol):
    """The index as context sees it."""

    def __call__(self, cursor: Cursor) -> tuple[FoundChunk, ...]:
        """Chunks relevant to the cursor, best first; empty where there is no index yet."""


@dataclass(frozen=True, slots=True)
class GatheredContext:
    """The blocks in prompt order, their cost, what they were allowed to cost, and how long it took."""

    blocks: tuple[ContextBlock, ...] = ()
    tokens: int = 0
    budget_tokens: int = 0
    milliseconds: float = 0.0


class ContextGatherer:
    """Asks the manifest and the index of one workspace folder."""

    def __init__(
        self,
        root: Path | None,
        find_chunks: FindChunks,
        *,
        manifest_file: str | None,
        is_secret: Callable[[str], bool] = lambda _: False,
    ) -> None:
        """`manifest_file` is None in an untrusted workspace: its prose is not read. `is_secret` judges relative paths."""
        self._root = root
        self._find_chunks = find_chunks
        self._manifest_file = manifest_file
        self._is_secret = is_secret
        self._manifest = Manifest()

    def gather(
        self,
        cursor: Cursor,
        budget_tokens: int,
        count_tokens: CountTokens,
        previous: tuple[ContextBlock, ...] = (),
    ) -> GatheredContext:
        """The context for `cursor`; `previous` are the blocks whose order is kept where they still serve."""
        started = time.perf_counter()
        found = self._find_chunks(cursor) if budget_tokens > 0 else ()
        sections = self._read_manifest().sections if cursor.path != self._manifest_file else ()
        packed = pack(sections, found, budget_tokens, count_tokens, previous)
        elapsed = (time.perf_counter() - started) * 1000
        return GatheredContext(packed.blocks, packed.tokens, budget_tokens, elapsed)

    def manifest_stamp(self) -> tuple[int, int]:
        """Changes when the manifest does."""
        if self._root is None or self._manifest_file is None:
            return (0, 0)
        return manifest_stamp(self._root, self._manifest_file)

    def _read_manifest(self) -> Manifest:
        if self._root is None or self._manifest_file is None:
            return Manifest()
        if self._manifest.stamp != self.manifest_stamp():
            self._manifest = read_manifest(self._root, self._manifest_file, self._is_secret)
        return self._manifest
