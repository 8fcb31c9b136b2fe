"""The project's files, as built by the indexer and mapped here: contexts found by bisection, nothing counted in advance."""

import json
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from holdfast.inference.embedded.context_order import MAX_DEPTH
from holdfast.inference.embedded.corpus_file import CorpusFile
from holdfast.inference.embedded.matches import Matches
from holdfast.inference.embedded.nearness import FilePlaces
from holdfast.inference.embedded.vocabulary import Vocabulary

SAMPLE: Final = 48
"""Occurrences looked at per length of context."""
_PREFIX_SAMPLE: Final = 4096


class Corpus:
    """One generation. The constructor raises ValueError, KeyError or OSError when the file is no whole corpus."""

    def __init__(self, path: Path) -> None:
        file = CorpusFile(path)
        self._tokens = file.array("tokens")
        self._order = file.array("order")
        self._starts = file.array("bucket_starts")
        self._path_starts = file.array("path_starts")
        self.vocabulary = Vocabulary(file.view("words"), file.array("word_offsets"))
        self.paths: list[str] = json.loads(bytes(file.view("paths")))
        if len(self._starts) != len(self.vocabulary) + 1 or len(self.paths) != len(self._path_starts):
            raise ValueError("its sections do not fit each other")
        if int(self._starts[-1]) != len(self._order) or len(self._order) > len(self._tokens):
            raise ValueError("its order does not fit its tokens")
        ends = np.append(self._path_starts[1:], len(self._tokens)).astype(np.int64)
        self.file_sizes = ends - self._path_starts
        """Tokens of each file."""
        self._order_view = self._order.data
        self._tokens_view = self._tokens.data
        self._numbers = {path: number for number, path in enumerate(self.paths)}
        self._folders = FilePlaces(self.paths)
        self._weights: tuple[str, npt.NDArray[np.float32]] | None = None

    def file_tokens(self, number: int) -> npt.NDArray[np.uint32]:
        """The tokens of one file, mapped."""
        start = int(self._path_starts[number])
        return self._tokens[start : start + int(self.file_sizes[number])]

    def nearness(self, path: str) -> npt.NDArray[np.float32]:
        """How near each file is to `path`."""
        if self._weights is None or self._weights[0] != path:
            self._weights = (path, self._folders.nearness(path))
        return self._weights[1]

    def weigh(self, path: str, excluded: Collection[str]) -> npt.NDArray[np.float32]:
        """How much each file counts for `path`; those excluded count nothing."""
        weights = self.nearness(path).copy()
        for other in (path, *excluded):
            number = self._numbers.get(other)
            if number is not None:
                weights[number] = 0.0
        return weights

    def match(self, context: Sequence[int], weights: npt.NDArray[np.float32], allowed: range | None) -> Matches:
        """Occurrences of the longest endings of `context` (newest token last), at most SAMPLE for each length.

        A sampled occurrence counts for those it stands for. With `allowed`, only those followed by such a token.
        """
        ranges = self._ranges(context)
        positions: list[npt.NDArray[np.int64]] = []
        depths: list[int] = []
        scales: list[float] = []
        inner = (0, 0)
        for depth, low, high in reversed(ranges):
            before, after = (inner[0] - low, high - inner[1]) if inner[1] > inner[0] else (high - low, 0)
            inner = (low, high)
            if before + after == 0:
                continue
            ring, scale = self._sample(low, before, high - after, after, allowed)
            positions.append(ring)
            depths.append(depth)
            scales.append(scale)
        if allowed is not None:
            ring, scale = self._anywhere(allowed)
            positions.append(ring)
            depths.append(0)
            scales.append(scale)
        if not positions:
            return _NOTHING
        sizes = [len(ring) for ring in positions]
        where = np.concatenate(positions)
        files = np.searchsorted(self._path_starts, where - 1, side="right") - 1
        return Matches(
            depths=np.repeat(depths, sizes),
            tokens=self._tokens[where],
            weights=np.repeat(np.array(scales, np.float32), sizes) * weights[np.maximum(files, 0)],
            positions=where,
        )

    def path_at(self, position: int) -> str:
        """The file a position of :meth:`match` lies in."""
        return self.paths[max(0, int(np.searchsorted(self._path_starts, position - 1, side="right")) - 1)]

    def _ranges(self, context: Sequence[int]) -> list[tuple[int, int, int]]:
        if not context or not 0 <= context[-1] < len(self._starts) - 1:
            return []
        low, high = int(self._starts[context[-1]]), int(self._starts[context[-1] + 1])
        ranges: list[tuple[int, int, int]] = []
        tokens, order = self._tokens_view, self._order_view
        for depth in range(1, MAX_DEPTH + 1):
            if low >= high:
                break
            ranges.append((depth, low, high))
            if depth == MAX_DEPTH or depth >= len(context):
                break
            wanted = context[-1 - depth]
            low = bisect_left(order, wanted, low, high, key=lambda position: tokens[position - depth])
            high = bisect_right(order, wanted, low, high, key=lambda position: tokens[position - depth])
        return ranges

    def _anywhere(self, allowed: range) -> tuple[npt.NDArray[np.int64], float]:
        """Where any token of `allowed` stands, whatever came before: the order begins with the last token."""
        low, high = int(self._starts[allowed.start]), int(self._starts[allowed.stop])
        where = self._order[low : high : max(1, -(-(high - low) // SAMPLE))].astype(np.int64)
        return where, (high - low) / max(1, len(where))

    def _sample(
        self, low: int, before: int, second: int, after: int, allowed: range | None
    ) -> tuple[npt.NDArray[np.int64], float]:
        """Positions of the tokens that follow, from two runs of the order: `before` at `low`, `after` at `second`."""
        size = before + after
        wanted = SAMPLE if allowed is None else _PREFIX_SAMPLE
        step = max(1, -(-size // wanted))
        first = self._order[low : low + before : step]
        where = (np.concatenate((first, self._order[second : second + after : step])) if after else first).astype(
            np.int64
        ) + 1
        taken = max(1, len(where))
        if allowed is not None:
            tokens = self._tokens[where]
            where = where[(tokens >= allowed.start) & (tokens < allowed.stop)]
            kept = len(where)
            if kept > SAMPLE:
                where = where[:: -(-kept // SAMPLE)]
                return where, size / taken * kept / len(where)
        return where, size / taken


_NOTHING: Final = Matches(
    depths=np.zeros(0, np.int64),
    tokens=np.zeros(0, np.uint32),
    weights=np.zeros(0, np.float32),
    positions=np.zeros(0, np.int64),
)
