"""From what was found to what is sent: under the budget, nothing twice, in an order that stays.

Manifest first, then code. Blocks of the epoch before that still serve keep their places; new ones follow them,
so that the server's prefix cache keeps the beginning. Long bodies give way to their signature when they do not fit.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from holdfast.code_chunk import CodeChunk, ContextBlock
from holdfast.manifest.read_manifest import ManifestSection

CountTokens = Callable[[str], int]

_MANIFEST_SHARE: Final = 0.3
_HEADER_TOKENS: Final = 4
_LONGEST_SHARE: Final = 0.35


class FoundChunk(Protocol):
    """A retrieved chunk with who found it."""

    @property
    def chunk(self) -> CodeChunk:
        """The chunk as it stands in the index."""

    @property
    def found_by(self) -> tuple[str, ...]:
        """Names of the retrievers that gave it, for people to read."""


@dataclass(frozen=True, slots=True)
class Packed:
    """`blocks` in prompt order; `tokens` is their estimated cost with headers, never over the budget."""

    blocks: tuple[ContextBlock, ...]
    tokens: int


def pack(
    sections: Sequence[ManifestSection],
    found: Iterable[FoundChunk],
    budget_tokens: int,
    count_tokens: CountTokens,
    previous: tuple[ContextBlock, ...] = (),
) -> Packed:
    """Choose blocks, best first, until `budget_tokens` are spent."""
    shelf = _Shelf(budget_tokens, count_tokens)
    manifest = shelf.put_manifest(sections, int(budget_tokens * _MANIFEST_SHARE))
    code = shelf.put_chunks(found)
    return Packed(manifest + _in_stable_order(code, previous), shelf.spent)


def _in_stable_order(blocks: tuple[ContextBlock, ...], previous: tuple[ContextBlock, ...]) -> tuple[ContextBlock, ...]:
    places = {(block.path, block.lines, block.text): place for place, block in enumerate(previous)}
    kept = [block for block in blocks if (block.path, block.lines, block.text) in places]
    new = [block for block in blocks if (block.path, block.lines, block.text) not in places]
    kept.sort(key=lambda block: places[block.path, block.lines, block.text])
    return (*kept, *new)


class _Shelf:
    """What has been put in, and what room is left."""

    def __init__(self, budget_tokens: int, count_tokens: CountTokens) -> None:
        self.spent = 0
        self._budget = budget_tokens
        self._count = count_tokens
        self._lines: set[tuple[str, int]] = set()

    def put_manifest(self, sections: Sequence[ManifestSection], limit: int) -> tuple[ContextBlock, ...]:
        """Sections from the top until `limit`; the first that does not fit ends it, so that the cut is predictable."""
        blocks = []
        for section in sections:
            tokens = self._count(section.text)
            cost = tokens + self._header(section.path)
            if self.spent + cost > limit:
                break
            self.spent += cost
            lines = (section.first_line, section.last_line)
            blocks.append(ContextBlock(section.path, lines, "manifest", ("manifest",), tokens, section.text))
        return tuple(blocks)

    def put_chunks(self, found: Iterable[FoundChunk]) -> tuple[ContextBlock, ...]:
        blocks = []
        for item in found:
            block = self._fitting(item)
            if block is None:
                continue
            self.spent += block.tokens + self._header(block.path)
            self._lines.update((block.path, line) for line in _lines_shown(block.lines, block.text))
            blocks.append(block)
        return tuple(blocks)

    def _fitting(self, item: FoundChunk) -> ContextBlock | None:
        """The chunk, or its signature where the whole is too long, or nothing."""
        chunk = item.chunk
        for text in dict.fromkeys(text for text in (chunk.text, chunk.signature) if text.strip()):
            lines = (chunk.first_line, chunk.last_line) if text == chunk.text else _lines_of_signature(chunk)
            if any((chunk.path, line) in self._lines for line in _lines_shown(lines, text)):
                continue
            tokens = self._count(text)
            cost = tokens + self._header(chunk.path)
            too_long = text == chunk.text != chunk.signature and cost > self._budget * _LONGEST_SHARE
            if self.spent + cost <= self._budget and not too_long:
                return ContextBlock(chunk.path, lines, chunk.kind, item.found_by, tokens, text)
        return None

    def _header(self, path: str) -> int:
        """What the line with a block's path costs."""
        return self._count(path) + _HEADER_TOKENS


def _lines_of_signature(chunk: CodeChunk) -> tuple[int, int]:
    """A signature stands below the decorators its chunk begins with."""
    above = chunk.text.partition(chunk.signature)[0] if chunk.signature in chunk.text else ""
    first = chunk.first_line + above.count("\n")
    return first, first + chunk.signature.rstrip("\r\n").count("\n")


def _lines_shown(lines: tuple[int, int], text: str) -> range:
    """The lines that `text` is: all of them, or the first of an outline, whose members may still follow whole."""
    first, last = lines
    is_outline = text.rstrip("\r\n").count("\n") < last - first
    return range(first, first + 1 if is_outline else last + 1)
