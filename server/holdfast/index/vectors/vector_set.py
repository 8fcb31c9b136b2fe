"""Vectors in memory, and the nearest of them to another: brute force, made fast in two steps.

A vector is kept as its direction, in one signed byte for each dimension. The signs of the dimensions, packed 64 to a word,
are compared first: vectors that point the same way have few different signs (Charikar, 2002). The few thousand with the
fewest are then compared exactly. Both steps together look at every vector, in a tenth of the memory traffic.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int8]

_MOST_COMPARED: Final = 3_000
_FIRST_ROOM: Final = 1_024
_BLOCK: Final = 4_096
_FULL: Final = 127
_WORD_BITS: Final = 64


def as_rows(vectors: Sequence[Sequence[float]]) -> Rows:
    """Directions of vectors, one row each; every vector is finite and has one."""
    exact = np.asarray(vectors, dtype=np.float64)
    rows: Rows = np.rint(exact / np.abs(exact).max(axis=1, keepdims=True) * _FULL).astype(np.int8)
    return rows


class VectorSet:
    """Rows of one dimension, numbered as they were added.

    One thread adds while others ask: what has been added is only ever extended, and `count` grows last.
    """

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self.count = 0
        self._rows: Rows = np.zeros((_FIRST_ROOM, dimension), np.int8)
        self._lengths = np.ones(_FIRST_ROOM, np.float32)
        self._signs = np.zeros((-(-dimension // _WORD_BITS), _FIRST_ROOM), np.uint64)

    def add(self, rows: Rows) -> None:
        """Append rows, shape (n, dimension)."""
        end = self.count + len(rows)
        if end > len(self._rows):
            self._make_room(max(end, 2 * len(self._rows)))
        for first in range(0, len(rows), _BLOCK):
            block = rows[first : first + _BLOCK]
            place = slice(self.count + first, self.count + first + len(block))
            self._rows[place] = block
            self._lengths[place] = np.linalg.norm(block.astype(np.float32), axis=1)
            self._signs[:, place] = _signs(block).T
        self.count = end

    def nearest(self, vector: Sequence[float], count: int) -> list[tuple[int, float]]:
        """(number, cosine) of the `count` rows nearest in direction, the nearest first."""
        known = self.count
        if len(vector) != self.dimension or known == 0:
            return []
        asked = as_rows([vector])
        some = self._likely(asked, known)
        direction = asked[0].astype(np.float32)
        cosines = self._rows[some].astype(np.float32) @ direction
        cosines /= np.maximum(self._lengths[some], 1.0) * np.float32(np.linalg.norm(direction))
        order = np.argsort(-cosines, kind="stable")[:count]
        return [(int(some[place]), float(cosines[place])) for place in order]

    def _likely(self, asked: Rows, known: int) -> NDArray[np.intp]:
        """The rows whose signs differ least."""
        if known <= _MOST_COMPARED:
            return np.arange(known)
        different = np.zeros(known, np.uint16)
        signs = self._signs
        for word, own in zip(signs, _signs(asked)[0], strict=True):
            different += np.bitwise_count(word[:known] ^ own)
        return np.argpartition(different, _MOST_COMPARED)[:_MOST_COMPARED]

    def _make_room(self, room: int) -> None:
        """Longer arrays, complete before they take the place of those that somebody may be reading."""
        rows = np.zeros((room, self.dimension), np.int8)
        lengths = np.ones(room, np.float32)
        signs = np.zeros((len(self._signs), room), np.uint64)
        rows[: self.count] = self._rows[: self.count]
        lengths[: self.count] = self._lengths[: self.count]
        signs[:, : self.count] = self._signs[:, : self.count]
        self._rows, self._lengths, self._signs = rows, lengths, signs


def _signs(rows: Rows) -> NDArray[np.uint64]:
    """A bit for each dimension, set where it is positive; shape (n, words)."""
    bits = np.packbits(rows > 0, axis=1)
    words = -(-rows.shape[1] // _WORD_BITS)
    padded = np.zeros((len(rows), words * _WORD_BITS // 8), np.uint8)
    padded[:, : bits.shape[1]] = bits
    return padded.view(np.uint64)
