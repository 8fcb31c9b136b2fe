"""The files of the corpus nearest to the one being written, held in memory to be matched by shape."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from holdfast.inference.embedded.corpus import Corpus
from holdfast.inference.embedded.matches import Matches
from holdfast.inference.embedded.renamed import Renamed
from holdfast.inference.embedded.shapes import Shapes
from holdfast.inference.embedded.words import Words

MAX_TOKENS: Final = 120_000
"""Scanned at every step of a completion."""


class Neighbourhood:
    """The corpus's files by falling `nearness` (one number a file), as many as fit in MAX_TOKENS."""

    def __init__(self, corpus: Corpus, nearness: npt.NDArray[np.float32], words: Words, shapes: Shapes) -> None:
        order = np.argsort(-nearness, kind="stable")
        sizes = corpus.file_sizes[order]
        self._files = np.sort(order[np.cumsum(sizes) <= MAX_TOKENS])
        self.is_whole = len(self._files) == len(order)
        """Whether the whole corpus fits, so that it is the same from everywhere."""
        runs = [corpus.file_tokens(number) for number in self._files.tolist()]
        self._starts = np.cumsum([0, *map(len, runs)])
        tokens = np.concatenate([*runs, np.zeros(1, np.uint32)])
        self._renamed = Renamed(tokens, words, shapes)

    def number_at(self, position: int) -> int:
        """The number of the file a position of :meth:`match` lies in."""
        return int(self._files[np.searchsorted(self._starts, position - 1, side="right") - 1])

    def match(
        self, context: Sequence[int], weights: npt.NDArray[np.float32], allowed: npt.NDArray[np.bool_] | None
    ) -> Matches:
        """As :meth:`Renamed.match`, with each file's weight."""
        match = self._renamed.match(context, allowed)
        files = np.searchsorted(self._starts, match.positions - 1, side="right") - 1
        padded = np.append(weights[self._files], np.float32(0))
        return Matches(match.depths, match.tokens, match.weights * padded[files], match.positions)
