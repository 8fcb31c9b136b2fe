"""An epoch: the block before the current file, frozen, so that the server keeps it in its prefix cache.

A new epoch starts on a file switch or a long jump, and, at a pause only, on a changed manifest, memory or index, or some lines
further on. Most of it is what the epoch before had; often it is the same block. While keys are typed nothing is gathered.
"""

from dataclasses import dataclass
from typing import Final

from holdfast.code_chunk import ContextBlock
from holdfast.context.gather import GatheredContext
from holdfast.cursor import Cursor

LONG_JUMP_LINES: Final = 200
RERANK_LINES: Final = 2
"""So many lines from where the context was gathered, a pause asks whether the tail should be another."""


@dataclass(frozen=True, slots=True)
class ContextStamp:
    """What an epoch was made from; a different stamp means newer context could be had.

    `working_set` is another number once another file was opened, edited or closed in the editor, `memory` another one once
    something was decided, corrected or forgotten in a session of the project.
    """

    index_generation: int
    manifest: tuple[int, int]
    working_set: int = 0
    memory: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Epoch:
    """The frozen context of one document; `line` is where its cursor was (0-based)."""

    uri: str
    line: int
    stamp: ContextStamp
    context: GatheredContext

    @property
    def blocks(self) -> tuple[ContextBlock, ...]:
        """The blocks in prompt order."""
        return self.context.blocks

    def is_behind(self, cursor: Cursor) -> bool:
        """Whether the cursor has moved far enough for other names to have become likely."""
        return abs(cursor.line - self.line) >= RERANK_LINES

    def serves(self, cursor: Cursor) -> bool:
        """Whether typing at `cursor` still uses this epoch."""
        return self.uri == cursor.uri and abs(cursor.line - self.line) <= LONG_JUMP_LINES
