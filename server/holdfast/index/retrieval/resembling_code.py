"""Code that resembles the lines above the cursor: BM25 over their rarest words.

Common words are what makes such a question slow (every chunk that holds one is scored) and they tell little,
so only the dozen rarest are asked for.
"""

from typing import Final

from holdfast.index.chunk_reader import ChunkReader, StoredChunk
from holdfast.index.identifiers import identifiers_in, words_of
from holdfast.index.retrieval.query import RetrievalQuery

_LINES_ABOVE: Final = 20
_MOST_WORDS: Final = 12
_FEW_WORDS: Final = 4
_COMMON_SHARE: Final = 0.02
_MOST_CANDIDATES: Final = 150
_MOST_HITS: Final = 30


def resembling_code(reader: ChunkReader, query: RetrievalQuery) -> list[StoredChunk]:
    """Chunks that share rare words with the last 20 lines, best first."""
    words = _rarest(reader, _words_near(query))
    return reader.chunks_with_words(words, _MOST_HITS)


def _words_near(query: RetrievalQuery) -> list[str]:
    lines = query.before.split("\n")[-_LINES_ABOVE:]
    words: dict[str, None] = {}
    for line in reversed(lines):
        for name in identifiers_in(line[-1000:]):
            words.update(dict.fromkeys(words_of(name).split(" ")))
    return list(words)[:_MOST_CANDIDATES]


def _rarest(reader: ChunkReader, words: list[str]) -> list[str]:
    counts = {word: reader.count_chunks_with(word) for word in words}
    known = sorted((word for word in words if counts[word]), key=lambda word: counts[word])
    common = _COMMON_SHARE * reader.count_chunks()
    return [word for at, word in enumerate(known) if at < _FEW_WORDS or counts[word] <= common][:_MOST_WORDS]
