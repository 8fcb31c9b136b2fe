"""Token runs held in memory: the buffer at the cursor and the other open ones. Small, so a context is found by a scan."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from holdfast.inference.embedded.context_order import MAX_DEPTH
from holdfast.inference.embedded.matches import Matches

_SAMPLE: Final = 64
"""Occurrences looked at, the longest contexts and among equals the last ones first."""


class Recent:
    """One run of `tokens`, each worth `weights` when it is found again."""

    def __init__(self, tokens: npt.NDArray[np.uint32], weights: npt.NDArray[np.float32]) -> None:
        self._tokens = tokens
        self._weights = weights

    def match(self, context: Sequence[int], allowed: npt.NDArray[np.bool_] | None) -> Matches:
        """Where endings of `context` (newest token last) occurred.

        With `allowed`, a mask by token id, only those followed by such a token, also where no context agrees (depth 0).
        """
        tokens = self._tokens
        if allowed is not None:
            found = np.flatnonzero(allowed[tokens[1:]])
        elif context:
            found = np.flatnonzero(tokens[:-1] == context[-1])
        else:
            found = np.zeros(0, np.int64)
        depths = np.zeros(len(found), np.int64)
        alive = np.arange(len(found))
        for depth in range(min(MAX_DEPTH, len(context))):
            alive = alive[found[alive] >= depth]
            alive = alive[tokens[found[alive] - depth] == context[-1 - depth]]
            if len(alive) == 0:
                break
            depths[alive] = depth + 1
        if len(found) > _SAMPLE:
            chosen = np.lexsort((found, depths))[-_SAMPLE:]
            found, depths = found[chosen], depths[chosen]
        return Matches(depths=depths, tokens=tokens[found + 1], weights=self._weights[found], positions=found + 1)
