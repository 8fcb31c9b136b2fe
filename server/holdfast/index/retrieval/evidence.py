"""What a retriever answers: how strongly each of its signs speaks for a name being needed next."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from math import sqrt

from holdfast.code_chunk import CodeChunk
from holdfast.index.chunk_reader import ChunkReader
from holdfast.index.definition_line import DefinitionLine
from holdfast.index.retrieval.surroundings import Surroundings

Sign = Mapping[str, float]
"""By name, a strength from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one retriever found.

    Its `signs`, the `code` it found them in, for lines that show the names in use, and the `definitions` it read on the
    way, which are the ones that it means.
    """

    signs: Mapping[str, Sign] = field(default_factory=dict)
    code: tuple[CodeChunk, ...] = ()
    definitions: tuple[DefinitionLine, ...] = ()


Retriever = Callable[[ChunkReader, Surroundings], Answer]


def shares(weighted: Iterable[tuple[Iterable[str], float]]) -> dict[str, float]:
    """By name, the square root of the share of the whole weight that the groups holding it have.

    The root, because a name that one of forty groups holds is already much likelier than one that none does.
    """
    sums: dict[str, float] = {}
    total = 0.0
    for names, weight in weighted:
        total += weight
        for name in names:
            sums[name] = sums.get(name, 0.0) + weight
    return {name: sqrt(value / total) for name, value in sums.items()} if total > 0 else {}
