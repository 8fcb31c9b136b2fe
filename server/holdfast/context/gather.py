"""Project context for one cursor: manifest and retrieved chunks, packed. Blocking; called in a worker thread."""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from holdfast.code_chunk import ContextBlock
from holdfast.context.pack import CountTokens, Packed, pack
from holdfast.cursor import Cursor
from holdfast.index.retrieval.findings import Findings
from holdfast.manifest.read_manifest import Manifest, manifest_stamp, read_manifest


class FindNames(Protocol):
    """The index as context sees it."""

    def __call__(self, cursor: Cursor, held: Collection[str]) -> Findings:
        """What may be needed at the cursor, with the numbers of the `held` files; empty where there is no index yet."""


@dataclass(frozen=True, slots=True)
class GatheredContext:
    """What was packed, what it was allowed to cost, and how long it took."""

    packed: Packed = field(default_factory=Packed)
    budget_tokens: int = 0
    milliseconds: float = 0.0

    @property
    def blocks(self) -> tuple[ContextBlock, ...]:
        """The blocks in prompt order."""
        return self.packed.blocks


class ContextGatherer:
    """Asks the manifest and the index of one workspace folder."""

    def __init__(
        self,
        root: Path | None,
        find_names: FindNames,
        *,
        manifest_file: str | None,
        is_secret: Callable[[str], bool] = lambda _: False,
    ) -> None:
        """`manifest_file` is None in an untrusted workspace: its prose is not read. `is_secret` judges relative paths."""
        self._root = root
        self._find_names = find_names
        self._manifest_file = manifest_file
        self._is_secret = is_secret
        self._manifest = Manifest()

    def gather(
        self,
        cursor: Cursor,
        budget_tokens: int,
        count_tokens: CountTokens,
        previous: Packed | None = None,
    ) -> GatheredContext:
        """The context for `cursor`; what `previous` had is kept where it still serves."""
        started = time.perf_counter()
        held = previous.files.keys() if previous is not None else ()
        found = self._find_names(cursor, held) if budget_tokens > 0 else Findings()
        sections = self._read_manifest().sections if cursor.path != self._manifest_file else ()
        packed = pack(sections, found, budget_tokens, count_tokens, previous)
        elapsed = (time.perf_counter() - started) * 1000
        return GatheredContext(packed, budget_tokens, elapsed)

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
