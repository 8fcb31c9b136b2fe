"""Files that talk about the same things as the current one: what they use, this one may use too.

The rarest identifiers of the current file find candidates by BM25; candidates and the files of its folder are then compared
with it by the cosine of their identifiers, each weighted by its rarity (Salton's inverse document frequency).
"""

from collections.abc import Iterable
from math import log, sqrt
from typing import Final

from holdfast.code_chunk import CodeChunk
from holdfast.index.chunk_reader import ChunkReader
from holdfast.index.definition_line import FileNames
from holdfast.index.languages import share_names
from holdfast.index.retrieval.code_lines import names_in_code
from holdfast.index.retrieval.evidence import Answer, shares
from holdfast.index.retrieval.near_paths import folder_files
from holdfast.index.retrieval.resembling_code import affordable
from holdfast.index.retrieval.surroundings import Surroundings

_MOST_WORDS: Final = 30
_MOST_HITS: Final = 200
_MOST_FILES: Final = 60
_MOST_SIMILAR: Final = 15
_SHOWN_CHUNKS: Final = 80


def similar_files(reader: ChunkReader, around: Surroundings) -> Answer:
    """The names that the 15 most similar files hold, and the chunks of those files that the question met."""
    own = names_in_code(around.text, around.query.language) & around.shown
    counts = reader.names.counts(name.lower() for name in own)
    chunks = reader.names.chunk_count()
    weights = {name: log(chunks / counts[name.lower()] + 1) for name in own if counts[name.lower()]}
    rarest = sorted((name for name in weights if counts[name.lower()] > 1), key=lambda name: (-weights[name], name))
    words = list(dict.fromkeys(name.lower() for name in rarest))[:_MOST_WORDS]
    hits = reader.chunks_with_words(affordable(words, counts), _MOST_HITS)
    paths = dict.fromkeys(stored.chunk.path for stored in hits)
    candidates = [*list(paths)[:_MOST_FILES], *folder_files(reader, around)]
    files = [
        file
        for file in reader.names.names_of(candidates)
        if file.path != around.query.path and share_names(file.language, around.query.language)
    ]
    similar = _most_similar(files, weights)
    shown = {file.path for file, _ in similar}
    code = [stored.chunk for stored in hits if stored.chunk.path in shown][:_SHOWN_CHUNKS]
    return Answer(
        {"similar_files": shares((file.names, weight) for file, weight in similar)}, tuple[CodeChunk, ...](code)
    )


def _most_similar(files: Iterable[FileNames], weights: dict[str, float]) -> list[tuple[FileNames, float]]:
    scored = [
        (file, sum(weights[name] ** 2 for name in file.names & weights.keys()) / sqrt(len(file.names) + 1))
        for file in files
    ]
    scored.sort(key=lambda pair: (-pair[1], pair[0].path))
    return [(file, weight) for file, weight in scored[:_MOST_SIMILAR] if weight > 0]
