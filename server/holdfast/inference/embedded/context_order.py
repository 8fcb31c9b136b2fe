"""Positions of a token stream, sorted by what precedes them: a suffix array over the reversed stream.

Sorted so, all positions whose last tokens are the same stand side by side, whatever the length of context asked for, and
the longest context that occurs is found by binary search. It is built one bucket of last tokens at a time, each sort
holding at most `POSITIONS_AT_ONCE` positions, so memory does not grow with the project.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

MAX_DEPTH: Final = 12
"""Tokens of context that the order distinguishes."""
PADDING: Final = 16
"""Boundaries before the first position, so that no context begins before the stream."""
POSITIONS_AT_ONCE: Final = 1 << 19

_SCAN: Final = 1 << 20

Tokens = npt.NDArray[np.uint32]


def bucket_starts(tokens: Tokens, vocabulary_size: int) -> Tokens:
    """Where each last token's positions begin in the order; `vocabulary_size + 1` numbers."""
    counts = np.zeros(vocabulary_size, dtype=np.int64)
    for start in range(PADDING, len(tokens) - 1, _SCAN):
        counts += np.bincount(tokens[start : min(start + _SCAN, len(tokens) - 1)], minlength=vocabulary_size)
    return np.concatenate(([0], np.cumsum(counts))).astype(np.uint32)


def sorted_positions(tokens: Tokens, starts: Tokens) -> Iterator[Tokens]:
    """The order, a few buckets at a time. `starts` comes from :func:`bucket_starts`; the last token has no position."""
    first, size = 0, len(starts) - 1
    while first < size:
        limit = int(starts[first]) + POSITIONS_AT_ONCE
        last = max(first + 1, int(np.searchsorted(starts, limit, side="right")) - 1)
        yield _sort_buckets(tokens, first, last)
        first = last


def _sort_buckets(tokens: Tokens, first: int, last: int) -> Tokens:
    found = [
        np.flatnonzero((piece >= first) & (piece < last)).astype(np.uint32) + np.uint32(start)
        for start in range(PADDING, len(tokens) - 1, _SCAN)
        for piece in [tokens[start : min(start + _SCAN, len(tokens) - 1)]]
    ]
    positions = np.concatenate(found) if found else np.zeros(0, dtype=np.uint32)
    keys = []
    for depth in range(0, MAX_DEPTH, 2):
        key = tokens[positions - np.uint32(depth)].astype(np.uint64) << np.uint64(32)
        key |= tokens[positions - np.uint32(depth + 1)]
        keys.append(key)
    ordered: Tokens = positions[np.lexsort(keys[::-1])]
    return ordered
