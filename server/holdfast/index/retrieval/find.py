"""The front door of retrieval: every question asked, the answers fused, what the window already shows left out."""

from collections.abc import Callable
from typing import Final

from holdfast.code_chunk import CodeChunk
from holdfast.index.chunk_reader import ChunkReader, StoredChunk
from holdfast.index.retrieval.definitions_used import definitions_used
from holdfast.index.retrieval.fuse import fuse
from holdfast.index.retrieval.query import Found, RetrievalQuery
from holdfast.index.retrieval.resembling_code import resembling_code

Question = Callable[[ChunkReader, RetrievalQuery], list[StoredChunk]]

QUESTIONS: Final[dict[str, Question]] = {
    "definitions_used": definitions_used,
    "resembling_code": resembling_code,
}
_SHOWN_SHARE: Final = 0.25


class Retrieval:
    """Answers for one index. Blocking: call it in a worker thread, one call at a time for each reader."""

    def __init__(self, reader: ChunkReader) -> None:
        self._reader = reader

    def find(self, query: RetrievalQuery) -> tuple[Found, ...]:
        """At most `query.limit` chunks, best first, none twice, none that the live window shows.

        Empty while there is no index; raises StorageError when it cannot be read.
        """
        fused = fuse({name: question(self._reader, query) for name, question in QUESTIONS.items()})
        window = {line.strip() for line in (query.before + query.after).split("\n")} - {""}
        kept: list[Found] = []
        texts: set[str] = set()
        for found in fused:
            if len(kept) == query.limit:
                break
            chunk = found.chunk
            if chunk.text in texts or (chunk.path == query.path and _is_shown(chunk, window)):
                continue
            if any(_contains(other.chunk, chunk) for other in kept):
                continue
            texts.add(chunk.text)
            kept.append(found)
        return tuple(kept)


def _is_shown(chunk: CodeChunk, window: set[str]) -> bool:
    """Whether the window shows a chunk of its own file, or enough of it. By text: lines may have moved since."""
    lines = [line.strip() for line in chunk.text.split("\n") if line.strip()]
    signature = chunk.signature.split("\n", 1)[0].strip()
    if signature and signature in window:
        return True
    return sum(line in window for line in lines) >= _SHOWN_SHARE * len(lines)


def _contains(outer: CodeChunk, inner: CodeChunk) -> bool:
    return outer.path == inner.path and inner.text in outer.text
