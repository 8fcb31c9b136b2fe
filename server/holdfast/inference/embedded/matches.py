"""What every place that knows tokens answers: where a context occurred, and what followed it there."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Matches:
    """One row per occurrence: `depths` tokens of context agree, `tokens` came next, and it counts `weights`.

    `positions` says where that token stands, in the place's own numbering; the file is that of the position before, for
    the boundary that ends a file is the next one's first token.
    """

    depths: npt.NDArray[np.int64]
    tokens: npt.NDArray[np.uint32]
    weights: npt.NDArray[np.float32]
    positions: npt.NDArray[np.int64]

    def rows(self) -> Iterator[tuple[int, int, float]]:
        """(depth, token, weight) of the occurrences that count at all."""
        for row in zip(self.depths.tolist(), self.tokens.tolist(), self.weights.tolist(), strict=True):
            if row[2] > 0.0:
                yield row
