"""What is asked of the index for one cursor, and what comes back."""

from dataclasses import dataclass

from holdfast.code_chunk import CodeChunk


@dataclass(frozen=True, slots=True)
class RetrievalQuery:
    """A cursor: `path` relative to the root with "/", `before` and `after` the live buffer around it."""

    path: str
    language: str
    before: str
    after: str
    limit: int = 40


@dataclass(frozen=True, slots=True)
class Found:
    """A chunk, which questions found it, and its fused score (higher is better)."""

    chunk: CodeChunk
    found_by: tuple[str, ...]
    score: float
