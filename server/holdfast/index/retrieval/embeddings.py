"""Code that means the same as the lines above the cursor, though perhaps in other words.

The lines are turned into a vector by the embedding model that the person named, if any, and compared with the vectors of
the workspace's chunks. Names of chunks whose vectors are nearest may be needed next.
"""

from collections.abc import Callable, Sequence
from typing import Final

from holdfast.index.chunk_reader import ChunkReader
from holdfast.index.identifiers import identifiers_in
from holdfast.index.languages import share_names
from holdfast.index.retrieval.evidence import Answer, shares
from holdfast.index.retrieval.surroundings import NEAR_LINES, Surroundings
from holdfast.index.vectors.workspace_vectors import WorkspaceVectors

EmbedText = Callable[[str], Sequence[float] | None]
"""The vector of a text, None where there is none in time. Blocks for less than a tenth of a second."""

EMBEDDINGS: Final = "embeddings"
_MOST_CHARACTERS: Final = 2_000
_MOST_NEAREST: Final = 120
_MOST_CHUNKS: Final = 40
_LEAST_WEIGHT: Final = 0.02


class NearestCode:
    """The retriever of one folder. Nothing is asked for while there is nothing to compare with."""

    def __init__(self, vectors: WorkspaceVectors, embed: EmbedText, may_send: Callable[[str], bool]) -> None:
        """`may_send` says of a path, relative to the root, whether its text may go to the model."""
        self._vectors = vectors
        self._embed = embed
        self._may_send = may_send

    def __call__(self, reader: ChunkReader, around: Surroundings) -> Answer:
        """The names of the nearest chunks of other files, the nearer the stronger."""
        del reader
        query = around.query
        text = _lines_above(query.before)
        if not self._vectors.count or not text or not self._may_send(query.path):
            return Answer()
        vector = self._embed(text)
        if vector is None:
            return Answer()
        near = [
            found
            for found in self._vectors.nearest(vector, _MOST_NEAREST)
            if found.cosine > 0 and found.chunk.path != query.path and share_names(found.chunk.language, query.language)
        ][:_MOST_CHUNKS]
        if not near:
            return Answer()
        # Models differ in how near anything is to anything: what counts is how much nearer it is than the last.
        least = near[-1].cosine - _LEAST_WEIGHT
        weighted = [(frozenset(identifiers_in(found.chunk.text)), found.cosine - least) for found in near]
        return Answer({EMBEDDINGS: shares(weighted)}, tuple(found.chunk for found in near))


def _lines_above(before: str) -> str:
    """The last 20 lines and what is typed of the current one; of long lines the end."""
    some = before[-_MOST_CHARACTERS:]
    return "\n".join(some.split("\n")[-NEAR_LINES - 1 :]).strip()
