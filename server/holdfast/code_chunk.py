"""The unit of project knowledge: one definition, or one run of lines where there is no grammar."""

from dataclasses import asdict, dataclass
from typing import Literal

ChunkKind = Literal["function", "method", "class", "constant", "module", "text"]


@dataclass(frozen=True, slots=True)
class CodeChunk:
    """Lines `first_line` to `last_line` (1-based, inclusive) of `path`, as they stand in the workspace.

    `path` is relative to the workspace with "/" separators. `name` is the bare name ("" for text),
    `qualified_name` has its owners joined by ".", `signature` is its first line or lines up to the body, and
    `signature_line` the line (1-based) at which it starts, below decorators; 0 for text without a name.
    """

    path: str
    language: str
    kind: ChunkKind
    name: str
    qualified_name: str
    signature: str
    first_line: int
    last_line: int
    text: str
    signature_line: int = 0


@dataclass(frozen=True, slots=True)
class BlockSource:
    """The entry of the session log that a line of a block is from, by the ids of both."""

    session: str
    entry: str


@dataclass(frozen=True, slots=True)
class ContextBlock:
    """A piece of text in the prompt, with who found it and what it costs: `block` of the CLI contract.

    `lines` is (first, last), 1-based inclusive. `tokens` is our estimate for `text`. `sources` are where the lines of session
    memory are from, in their order; what stands in a file has none.
    """

    path: str
    lines: tuple[int, int]
    kind: str
    found_by: tuple[str, ...]
    tokens: int
    text: str
    sources: tuple[BlockSource, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The block as the contracts of the command line and of `workspace/executeCommand` have it; `sources` if it has any."""
        fields = {**asdict(self), "lines": list(self.lines), "found_by": list(self.found_by)}
        del fields["sources"]
        return fields | ({"sources": [asdict(source) for source in self.sources]} if self.sources else {})
