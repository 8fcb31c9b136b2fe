"""The words of a corpus, sorted, so that a word is found by bisection and a beginning is a range of ids."""

from bisect import bisect_left
from collections.abc import Iterable
from itertools import accumulate
from typing import Final

import numpy as np
import numpy.typing as npt

from holdfast.inference.embedded.token_ids import FIRST_WORD

_BEYOND: Final = b"\xff"
"""Sorts after every UTF-8 byte."""


class Vocabulary:
    """Sorted words in one blob; ids start at FIRST_WORD. Memory-mapped, nothing is loaded."""

    def __init__(self, blob: memoryview, offsets: npt.NDArray[np.uint32]) -> None:
        if len(offsets) == 0 or int(offsets[-1]) != len(blob):
            raise ValueError("the vocabulary's offsets do not fit its words")
        self._blob = blob
        self._offsets = offsets.data
        self._size = len(offsets) - 1

    def __len__(self) -> int:
        return FIRST_WORD + self._size

    def word(self, token: int) -> str:
        """The word of an id; raises IndexError for an id that is none."""
        return str(self._bytes_at(token - FIRST_WORD), "utf-8", "surrogatepass")

    def find(self, word: str) -> int | None:
        """The id of `word`, None when the corpus never saw it."""
        wanted = encoded(word)
        index = self._bisect(wanted)
        return FIRST_WORD + index if index < self._size and self._bytes_at(index) == wanted else None

    def beginning_with(self, prefix: str) -> range:
        """The ids of all words that begin with `prefix`."""
        wanted = encoded(prefix)
        return range(FIRST_WORD + self._bisect(wanted), FIRST_WORD + self._bisect(wanted + _BEYOND))

    def _bisect(self, wanted: bytes) -> int:
        return bisect_left(range(self._size), wanted, key=self._bytes_at)

    def _bytes_at(self, index: int) -> bytes:
        if not 0 <= index < self._size:
            raise IndexError(f"no word {index}")
        return bytes(self._blob[self._offsets[index] : self._offsets[index + 1]])


def encoded(word: str) -> bytes:
    """UTF-8, half surrogates included: what a decoder let through must sort and come back too."""
    return word.encode("utf-8", "surrogatepass")


def packed(words: Iterable[str]) -> tuple[bytes, npt.NDArray[np.uint32]]:
    """The blob and offsets of sorted words."""
    pieces = [encoded(word) for word in words]
    return b"".join(pieces), np.fromiter(accumulate(map(len, pieces), initial=0), dtype=np.uint32)
