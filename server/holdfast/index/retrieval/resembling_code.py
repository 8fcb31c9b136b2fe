"""Code that resembles the lines above the cursor: what it uses, the next lines may use too.

BM25 over the rarest words of the lines above finds the chunks. Common words are what makes such a question slow (every
chunk that holds one is scored) and they tell little, so only the dozen rarest are asked for. Inside those chunks, windows
of six lines are compared with the last five lines by the identifiers they share.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import log, sqrt
from typing import Final

from holdfast.code_chunk import CodeChunk
from holdfast.index.chunk_reader import ChunkReader
from holdfast.index.identifiers import identifiers_in, words_of
from holdfast.index.languages import share_names
from holdfast.index.retrieval.evidence import Answer, shares
from holdfast.index.retrieval.surroundings import Surroundings

_MOST_WORDS: Final = 12
_FEW_WORDS: Final = 4
_COMMON_SHARE: Final = 0.02
_MOST_CANDIDATES: Final = 150
_MOST_SCORED: Final = 6_000
_MOST_HITS: Final = 40
_WINDOW_LINES: Final = 6
_MOST_WINDOWS: Final = 40
_ENOUGH_NAMES: Final = 6
_ALIKE_SHARE: Final = 0.6


def resembling_code(reader: ChunkReader, around: Surroundings) -> Answer:
    """The names in chunks that share rare words with the last 20 lines, and in the windows most like the last 5."""
    query = around.query
    weights = _rarities(reader, around.near)
    chunks = [
        chunk
        for chunk in _alike(reader, weights)
        if chunk.path != query.path and share_names(chunk.language, query.language)
    ]
    names = [frozenset(identifiers_in(chunk.text)) for chunk in chunks]
    signs = {
        "resembling_code": shares((held, _likeness(held, weights, 4.0)) for held in names),
        "resembling_lines": _resembling_lines(chunks, {name: weights[name] for name in around.last if name in weights}),
    }
    return Answer(signs, tuple(chunks))


def _rarities(reader: ChunkReader, names: Sequence[str]) -> dict[str, float]:
    """How much each name near the cursor tells: the logarithm of how rare it is; names that are nowhere else tell nothing."""
    some = names[-_MOST_CANDIDATES:]
    counts = reader.names.counts(name.lower() for name in some)
    chunks = reader.names.chunk_count()
    return {name: log(chunks / counts[name.lower()] + 1) for name in some if counts[name.lower()]}


def _alike(reader: ChunkReader, weights: dict[str, float]) -> list[CodeChunk]:
    words = {word for name in weights for word in words_of(name).split(" ")}
    counts = reader.names.counts(words)
    known = sorted((word for word in words if counts[word]), key=lambda word: (counts[word], word))
    common = _COMMON_SHARE * reader.names.chunk_count()
    rare = [word for at, word in enumerate(known) if at < _FEW_WORDS or counts[word] <= common][:_MOST_WORDS]
    asked = affordable(rare, counts)
    return [stored.chunk for stored in reader.chunks_with_words(asked, _MOST_HITS)]


def affordable(words: Iterable[str], counts: Mapping[str, int]) -> list[str]:
    """As many of `words`, rarest first, as may be asked for at once: BM25 scores every chunk that holds one."""
    room = _MOST_SCORED
    asked = []
    for word in words:
        room -= counts[word]
        if room < 0:
            break
        asked.append(word)
    return asked


def _resembling_lines(chunks: Iterable[CodeChunk], weights: dict[str, float]) -> dict[str, float]:
    windows: list[tuple[float, frozenset[str]]] = []
    for chunk in chunks:
        by_line = [identifiers_in(line) for line in chunk.text.split("\n")]
        for first in range(0, len(by_line), _WINDOW_LINES // 2):
            held = frozenset(name for names in by_line[first : first + _WINDOW_LINES] for name in names)
            likeness = _likeness(held, weights, 3.0)
            if likeness > 0:
                windows.append((likeness, held))
    windows.sort(key=lambda window: -window[0])
    return shares((held, likeness) for likeness, held in windows[:_MOST_WINDOWS])


def _likeness(held: frozenset[str], weights: dict[str, float], damping: float) -> float:
    """The weight of the shared names, over the size of what holds them."""
    return sum(weights[name] for name in held & weights.keys()) / (damping + sqrt(len(held)))


def alike_chunk(chunks: Iterable[CodeChunk], around: Surroundings) -> CodeChunk | None:
    """The first chunk that holds most of the names of the last 20 lines, if there is one: code worth copying from."""
    names = frozenset(around.near)
    if len(names) < _ENOUGH_NAMES:
        return None
    return next((chunk for chunk in chunks if _holds_most(chunk, names)), None)


def _holds_most(chunk: CodeChunk, names: frozenset[str]) -> bool:
    return len(names.intersection(identifiers_in(chunk.text))) >= _ALIKE_SHARE * len(names)
