"""Copies with the names changed: the context's shape is found again, and a name is what stood as far back here as there.

`self.width = width` teaches that after `self.height =` comes `height`, whatever file first said so.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from holdfast.inference.embedded.context_order import MAX_DEPTH
from holdfast.inference.embedded.matches import Matches
from holdfast.inference.embedded.shapes import Shapes
from holdfast.inference.embedded.token_ids import UNKNOWN
from holdfast.inference.embedded.words import Words

WINDOW: Final = 32
"""How far back a name is looked for."""
MIN_DEPTH: Final = 3
"""Shorter shapes say nothing."""
_SAMPLE: Final = 40
_MIX: Final = np.uint32(0x9E3779B1)


class Renamed:
    """One run of `tokens`, matched by shape."""

    def __init__(self, tokens: npt.NDArray[np.uint32], words: Words, shapes: Shapes) -> None:
        self._words = words
        self._table = shapes
        self._tokens = tokens
        self._shapes, self._stems = shapes.of(tokens)
        self._keys = _keys(self._shapes)

    def match(self, context: Sequence[int], allowed: npt.NDArray[np.bool_] | None) -> Matches:
        """Where the shape of an ending of `context` occurred, and what that would be with the names of `context`.

        A name that was new there comes back as UNKNOWN. Weights are 1.
        """
        newest = np.array(context[-WINDOW:], dtype=np.uint32)
        shapes, stems = self._table.of(newest)
        found, depths = self._endings(shapes)
        nexts = self._tokens[found + 1]
        wanted = self._stems[found + 1]
        tokens = nexts.copy()
        named = np.flatnonzero(wanted)
        if len(named):
            tokens[named] = self._rename(found[named], nexts[named], wanted[named], newest, stems)
        if allowed is not None:
            kept = allowed[np.minimum(tokens, len(allowed) - 1)] & (tokens < len(allowed))
            found, depths, tokens = found[kept], depths[kept], tokens[kept]
        return Matches(depths=depths, tokens=tokens, weights=np.ones(len(found), np.float32), positions=found + 1)

    def _endings(self, shapes: npt.NDArray[np.uint32]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        if len(shapes) < MIN_DEPTH:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        found = np.flatnonzero(self._keys[:-1] == _keys(shapes[-MIN_DEPTH:])[-1])
        depths = np.full(len(found), MIN_DEPTH, np.int64)
        alive = np.arange(len(found))
        for depth in range(MIN_DEPTH, min(MAX_DEPTH, len(shapes))):
            alive = alive[found[alive] >= depth]
            alive = alive[self._shapes[found[alive] - depth] == shapes[-1 - depth]]
            if len(alive) == 0:
                break
            depths[alive] = depth + 1
        if len(found) > _SAMPLE:
            chosen = np.lexsort((found, depths))[-_SAMPLE:]
            found, depths = found[chosen], depths[chosen]
        return found, depths

    def _rename(
        self,
        found: npt.NDArray[np.int64],
        nexts: npt.NDArray[np.uint32],
        wanted: npt.NDArray[np.uint32],
        newest: npt.NDArray[np.uint32],
        stems: npt.NDArray[np.uint32],
    ) -> npt.NDArray[np.uint32]:
        back = np.arange(len(newest))
        where = found[:, None] - back[None, :]
        same = (where >= 0) & (self._stems[np.maximum(where, 0)] == wanted[:, None])
        distance = same.argmax(axis=1)
        is_copy = same[np.arange(len(found)), distance]
        renamed = np.full(len(found), UNKNOWN, np.uint32)
        for row in np.flatnonzero(is_copy).tolist():
            source = int(newest[-1 - distance[row]])
            if stems[-1 - distance[row]]:
                there = self._words.word(int(nexts[row]))
                space = there[: len(there) - len(there.lstrip())]
                renamed[row] = self._words.id_of(space + self._words.word(source).lstrip())
        return renamed


def _keys(shapes: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """A hash of the last MIN_DEPTH shapes at each position, 0 where there are fewer; equal shapes have equal keys."""
    keys = np.zeros(len(shapes), np.uint32)
    if len(shapes) >= MIN_DEPTH:
        ends = len(shapes) - MIN_DEPTH + 1
        for offset in range(MIN_DEPTH):
            keys[MIN_DEPTH - 1 :] = (keys[MIN_DEPTH - 1 :] * _MIX) ^ shapes[offset : offset + ends]
    return keys
