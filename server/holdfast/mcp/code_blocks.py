"""Definitions of the project as blocks of an answer."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel

from holdfast.code_chunk import CodeChunk
from holdfast.mcp.shown_text import LONGEST_BLOCK, MOST_CHARACTERS, ShownText

_LEAST_ROOM: Final = 200

IsHidden = Callable[[str], bool]
"""Whether a path is a secret or an ignored file, whatever the index says of it."""


class CodeBlock(BaseModel):
    """Lines `lines[0]` to `lines[1]` (from 1) of `path`; `is_cut` where the end of a long one is missing."""

    path: str
    lines: tuple[int, int]
    kind: str
    name: str
    text: str
    is_cut: bool


class CodeAnswer(BaseModel):
    """The best first; `left_out` more had no room. `note` says what else a reader should know."""

    blocks: list[CodeBlock]
    left_out: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class BlockWriter:
    """Writes chunks into one answer, made safe and bounded."""

    shown: ShownText
    is_hidden: IsHidden

    def write(self, chunks: Iterable[CodeChunk], most: int) -> CodeAnswer:
        """At most `most` blocks, as many as there is room for."""
        blocks: list[CodeBlock] = []
        room, left_out = MOST_CHARACTERS, 0
        for chunk in chunks:
            if self.is_hidden(chunk.path):
                continue
            if len(blocks) == most or room < _LEAST_ROOM:
                left_out += 1
                continue
            block = self._block(chunk, min(room, LONGEST_BLOCK))
            room -= len(block.text)
            blocks.append(block)
        return CodeAnswer(blocks=blocks, left_out=left_out)

    def _block(self, chunk: CodeChunk, room: int) -> CodeBlock:
        shown = self.shown.bounded(chunk.text, room)
        last = chunk.last_line
        if shown.is_cut and chunk.text.count("\n") == last - chunk.first_line:  # no outline, whose lines are apart
            last = chunk.first_line + shown.text.count("\n")
        return CodeBlock(
            path=self.shown.whole(chunk.path),
            lines=(chunk.first_line, last),
            kind=chunk.kind,
            name=self.shown.whole(chunk.qualified_name),
            text=shown.text,
            is_cut=shown.is_cut,
        )
