"""An epoch: the block before the current file, frozen, so that the server keeps it in its prefix cache.

A new epoch starts on a file switch or a long jump, and, at a pause only, on a changed manifest or index.
While keys are typed nothing is gathered anew.
"""

from dataclasses import dataclass
from typing import Final

from holdfast.code_chunk import ContextBlock
from holdfast.context.gather import GatheredContext
from holdfast.cursor import Cursor

LONG_JUMP_LINES: Final = 200


@dataclass(frozen=True, slots=True)
class ContextStamp:
    """What an epoch was made from; a different stamp means newer context could be had."""

    index_generation: int
    manifest: tuple[int, int]


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

    def serves(self, cursor: Cursor) -> bool:
        """Whether typing at `cursor` still uses this epoch."""
        return self.uri == cursor.uri and abs(cursor.line - self.line) <= LONG_JUMP_LINES
