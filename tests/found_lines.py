"""What retrieval finds, made up: lines of files that are known, and what of them was packed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from holdfast.code_chunk import ContextBlock
from holdfast.context.pack import Packed
from holdfast.index.identifiers import identifiers_in
from holdfast.index.retrieval.findings import Findings, FoundLine
from holdfast.manifest.rank import RankedSection
from holdfast.manifest.section import ManifestSection

NAMES: Final = [
    f"{noun}_{verb}" for noun in ("basket", "invoice", "über", "tide") for verb in ("open", "close", "total")
]
FILES: Final[Mapping[str, Sequence[str]]] = {
    path: [f"    def {name}(self, {other}):" for name in NAMES for other in NAMES[at : at + 3]]
    for at, path in enumerate(["a.py", "b.py", "shop/very/deep/in/the/tree/ä.py"])
}
NUMBERS: Final = {path: at for at, path in enumerate(FILES, start=7)}
HEADER_BYTES: Final = len("<|file_sep|>") + 2
"""What the longest marks of a file take in a prompt, with the ends of their lines."""


def line(path: str, number: int, *, defines: str = "") -> FoundLine:
    text = FILES[path][number - 1]
    return FoundLine(path, NUMBERS[path], number, text, frozenset(identifiers_in(text)), defines)


def stands_at(path: str, text: str, number: int = 1) -> FoundLine:
    """A line of a file that has no other."""
    return FoundLine(path, 1, number, text, frozenset(identifiers_in(text)))


def called(found: FoundLine, likelihood: float) -> FoundLine:
    """The definition of an import, called next with that likelihood."""
    return replace(found, called=likelihood)


def findings(lines: Sequence[FoundLine], likelihood: Mapping[str, float], **others: object) -> Findings:
    """The same likelihood at the cursor as in the file."""
    files = {found.path: found.file for found in lines}
    return replace(Findings(likelihood, likelihood, {}, tuple(lines), files=files), **others)  # type: ignore[arg-type]


def section(number: int, text: str, worth: float = 1.0) -> RankedSection:
    return RankedSection(ManifestSection("CLAUDE.md", f"Part {number}", number, number, text), worth)


def count(text: str) -> int:
    """One token for each byte: what a tokenizer takes at most."""
    return len(text.encode())


def size(packed: Packed) -> int:
    """Bytes of the blocks as they stand in a prompt, each below its file's mark."""
    return sum(count(block.text) + count(block.path) + HEADER_BYTES for block in packed.blocks)


def lines_of(blocks: Sequence[ContextBlock]) -> list[tuple[str, str]]:
    return [(block.path, text) for block in blocks for text in block.text.split("\n")]
