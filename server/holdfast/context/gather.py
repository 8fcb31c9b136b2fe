"""Project context for one cursor: manifest, session memory and retrieved chunks, packed. Blocking; called in a worker thread."""

import threading
import time
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final, Protocol

from holdfast.code_chunk import ContextBlock
from holdfast.context.pack import CountTokens, Packed, pack
from holdfast.context.remember import Recollection, SessionMemory
from holdfast.cursor import Cursor
from holdfast.index.retrieval.findings import Findings
from holdfast.manifest.rank import RankedSection, Whereabouts, rank
from holdfast.manifest.section import ManifestSection
from holdfast.manifest.workspace_manifests import Reading, WorkspaceManifests
from holdfast.sessions.memory.reader import MemoryStamp

_FILES_KEPT: Final = 16


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
    """Asks the manifests, the session memory and the index of one workspace folder."""

    def __init__(
        self,
        find_names: FindNames,
        manifests: WorkspaceManifests | None = None,
        *,
        manifest_tokens: int | None = None,
        memory: SessionMemory | None = None,
    ) -> None:
        """`manifests` and `memory` are None in an untrusted workspace: no prose steers there. `manifest_tokens` None: a share."""
        self._find_names = find_names
        self._manifests = manifests
        self._manifest_tokens = manifest_tokens
        self._memory = memory
        self._applying: OrderedDict[str, tuple[Reading, tuple[ManifestSection, ...]]] = OrderedDict()
        self._lock = threading.Lock()

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
        sections = self._ranked(cursor, previous)
        packed = pack(
            sections,
            found,
            budget_tokens,
            count_tokens,
            previous,
            manifest_tokens=self._manifest_tokens,
            recollection=self._recalled(cursor, budget_tokens, count_tokens, previous),
        )
        elapsed = (time.perf_counter() - started) * 1000
        return GatheredContext(packed, budget_tokens, elapsed)

    def manifest_stamp(self, path: str) -> tuple[int, int]:
        """Changes when one of the manifests that apply to the file `path` does."""
        return self._manifests.stamp(path) if self._manifests is not None else (0, 0)

    def memory_stamp(self) -> MemoryStamp:
        """Changes when something was decided, corrected or forgotten in the project."""
        return self._memory.stamp() if self._memory is not None else ()

    def _recalled(
        self, cursor: Cursor, budget_tokens: int, count_tokens: CountTokens, previous: Packed | None
    ) -> Recollection | None:
        if self._memory is None:
            return None
        return self._memory.recall(
            cursor, budget_tokens, count_tokens, previous.recollection if previous is not None else None
        )

    def _ranked(self, cursor: Cursor, previous: Packed | None) -> tuple[RankedSection, ...]:
        """The sections that apply at `cursor`; ranked as before while they are the ones of before."""
        if self._manifests is None:
            return ()
        sections = self._sections(self._manifests.read(cursor.path), cursor.path)
        if previous is not None and tuple(ranked.section for ranked in previous.ranked) == sections:
            return previous.ranked
        return rank(sections, Whereabouts(cursor.path, cursor.language, cursor.before, cursor.after))

    def _sections(self, reading: Reading, path: str) -> tuple[ManifestSection, ...]:
        """What of `reading` applies to the file `path`; kept, because patterns and headings may be many thousands."""
        with self._lock:
            known = self._applying.get(path)
        if known is not None and known[0] is reading:
            return known[1]
        sections = reading.sections_for(path)
        with self._lock:
            self._applying[path] = (reading, sections)
            self._applying.move_to_end(path)
            while len(self._applying) > _FILES_KEPT:
                self._applying.popitem(last=False)
        return sections
