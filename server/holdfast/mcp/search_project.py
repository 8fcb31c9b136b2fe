"""Search in the project's code: definitions of the very names that are asked for, then what shares the telling words."""

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final

from holdfast.code_chunk import CodeChunk
from holdfast.index.chunk_reader import ChunkReader, StoredChunk
from holdfast.index.identifiers import identifiers_in, search_words
from holdfast.mcp.inside import is_below

_MOST_NAMES: Final = 20
_MOST_HITS: Final = 200
_MOST_SCORED: Final = 40_000
"""Places of the words that are asked for: BM25 looks at each. An agent waits longer than who types."""
_SAYS_NOTHING: Final = frozenset(
    """a about after all also an and any are as at be been before being between both but by can could did do does doing done
    each ever every for from get give goes had happen happens has have how i if in into is it its made make makes many may
    might more most much must no not of on one only or our out over really same see shall should show so some such tell than
    that the their them then there these they thing things this those to too until up us use used uses using was way we were
    what when where whether which while who whom whose why will with would you your""".split()  # noqa: SIM905 - a paragraph of words
)
"""Words of a question rather than of code. In code they are rare, and would count for much."""


def search_project(reader: ChunkReader, query: str, folder: str) -> list[CodeChunk]:
    """Chunks of files below `folder`, the best first; at most some hundreds. `query` are identifiers and words."""
    names = list(dict.fromkeys(identifiers_in(query)))[:_MOST_NAMES]
    # A word alone may name a class as people type it; in a sentence, its common words are left to the words.
    named = [*names, names[0].capitalize()] if len(names) == 1 else [name for name in names if _is_telling(name)]
    found = [*_definitions(reader, named), *_with_words(reader, query)]
    distinct = {stored.id: stored.chunk for stored in reversed(found)}
    ordered = dict.fromkeys(stored.id for stored in found)
    return [distinct[number] for number in ordered if is_below(distinct[number].path, folder)]


def _definitions(reader: ChunkReader, names: Sequence[str]) -> Iterator[StoredChunk]:
    """What is called like this, in the order of the question."""
    places = {name: place for place, name in enumerate(names)}
    found = reader.definitions_named(list(places))
    yield from sorted(found, key=lambda stored: (places[stored.chunk.name], stored.chunk.path, stored.chunk.first_line))


def _is_telling(name: str) -> bool:
    """Whether nobody writes `name` as a word of a sentence, not even as its first."""
    return not (name.isalpha() and (name.islower() or name.lower() in _SAYS_NOTHING))


def _with_words(reader: ChunkReader, query: str) -> list[StoredChunk]:
    words = set(search_words(query).split())
    words = words - _SAYS_NOTHING or words
    counts = reader.names.counts(words)
    rarest = sorted((word for word in words if counts[word]), key=lambda word: (counts[word], word))
    scored = accumulate(counts[word] for word in rarest)
    # The rarest may be everywhere: then it alone is asked for all the same.
    asked = [word for word, so_far in zip(rarest, scored, strict=True) if so_far <= _MOST_SCORED] or rarest[:1]
    return reader.chunks_with_words(asked, _MOST_HITS)
