"""What the person works with besides the current file: files edited and read lately, as the editor has them."""

from collections.abc import Iterator
from typing import Final

from holdfast.index.chunk_reader import ChunkReader
from holdfast.index.identifiers import distinct_names
from holdfast.index.languages import share_names
from holdfast.index.retrieval.evidence import Answer, shares
from holdfast.index.retrieval.surroundings import Surroundings

_MOST_FILES: Final = 8
_FADING: Final = 0.7
_MOST_CHARACTERS: Final = 200_000


def working_set(reader: ChunkReader, around: Surroundings) -> Answer:
    """The names in the files worked with lately; each file counts 0.7 of the one before."""
    del reader
    return Answer({"working_set": shares(_held(around))})


def _held(around: Surroundings) -> Iterator[tuple[frozenset[str], float]]:
    weight = 1.0
    for text in around.query.working_set[:_MOST_FILES]:
        if share_names(text.language, around.query.language):
            yield frozenset(distinct_names(text.text[:_MOST_CHARACTERS]).split()), weight
            weight *= _FADING
