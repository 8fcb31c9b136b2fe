"""Reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009), keeping who found what."""

from collections.abc import Mapping, Sequence
from typing import Final

from holdfast.index.chunk_reader import StoredChunk
from holdfast.index.retrieval.query import Found

_DAMPING: Final = 60


def fuse(answers: Mapping[str, Sequence[StoredChunk]]) -> tuple[Found, ...]:
    """One list, best first, of the ranked `answers` by question; ties go to the earlier question."""
    chunks: dict[int, StoredChunk] = {}
    scores: dict[int, float] = {}
    found_by: dict[int, list[str]] = {}
    for question, ranked in answers.items():
        for rank, stored in enumerate(ranked, start=1):
            chunks.setdefault(stored.id, stored)
            scores[stored.id] = scores.get(stored.id, 0.0) + 1 / (_DAMPING + rank)
            found_by.setdefault(stored.id, []).append(question)
    order = sorted(chunks, key=lambda number: -scores[number])
    return tuple(Found(chunks[number].chunk, tuple(found_by[number]), scores[number]) for number in order)
