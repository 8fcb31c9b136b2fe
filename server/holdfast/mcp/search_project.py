"""Search in the project's code: definitions of the very names that are asked for, then what shares the rarest words."""

from collections.abc import Iterator, Sequence
from typing import Final

from holdfast.code_chunk import CodeChunk
from holdfast.index.chunk_reader import ChunkReader, StoredChunk
from holdfast.index.identifiers import identifiers_in, search_words
from holdfast.index.retrieval.resembling_code import affordable
from holdfast.mcp.inside import is_below

_MOST_NAMES: Final = 20
_MOST_HITS: Final = 200


def search_project(reader: ChunkReader, query: str, folder: str) -> list[CodeChunk]:
    """Chunks of files below `folder`, the best first; at most some hundreds. `query` are identifiers and words."""
    names = list(dict.fromkeys(identifiers_in(query)))[:_MOST_NAMES]
    found = [*_definitions(reader, names), *_with_words(reader, query)]
    distinct = {stored.id: stored.chunk for stored in reversed(found)}
    ordered = dict.fromkeys(stored.id for stored in found)
    return [distinct[number] for number in ordered if is_below(distinct[number].path, folder)]


def _definitions(reader: ChunkReader, names: Sequence[str]) -> Iterator[StoredChunk]:
    """What is called like this, in the order of the question; names of common words are left to the words."""
    places = {name: place for place, name in enumerate(names)}
    found = [stored for stored in reader.definitions_named(names) if _is_telling(stored.chunk.name)]
    yield from sorted(found, key=lambda stored: (places[stored.chunk.name], stored.chunk.path, stored.chunk.first_line))


def _is_telling(name: str) -> bool:
    """Whether nobody writes `name` as a word of a sentence."""
    return not (name.isalpha() and name.islower())


def _with_words(reader: ChunkReader, query: str) -> list[StoredChunk]:
    words = set(search_words(query).split())
    counts = reader.names.counts(words)
    rarest = sorted((word for word in words if counts[word]), key=lambda word: (counts[word], word))
    # The rarest alone may be all that is affordable, and even it may be everywhere: then it is asked for all the same.
    asked = affordable(rarest, counts) or rarest[:1]
    return reader.chunks_with_words(asked, _MOST_HITS)
