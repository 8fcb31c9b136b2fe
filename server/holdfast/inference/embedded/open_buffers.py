"""The open buffers as they are now, unsaved: what was learnt of each, and one run of tokens over them all."""

from bisect import bisect_right
from collections import OrderedDict
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

import numpy as np
import numpy.typing as npt

from holdfast.inference.embedded.lexer import lines_of
from holdfast.inference.embedded.nearness import OPEN_FILE, nearness
from holdfast.inference.embedded.recent import Recent
from holdfast.inference.embedded.renamed import Renamed
from holdfast.inference.embedded.shapes import Shapes
from holdfast.inference.embedded.token_stream import TokenStream
from holdfast.inference.embedded.words import Words

Ids = npt.NDArray[np.uint32]

MAX_BUFFERS: Final = 24
MAX_CHARACTERS: Final = 300_000
"""Of each buffer; what lies beyond is not learnt."""

MAX_RUN_TOKENS: Final = 200_000
"""Of all buffers together: scanned at every step of a completion."""
_END: Final = np.zeros(1, np.uint32)
"""A boundary, so that a run is never empty."""


@dataclass(frozen=True, slots=True)
class OpenRun:
    """Buffers as one run: where each begins in it, in order."""

    recent: Recent
    renamed: Renamed
    starts: tuple[int, ...]
    paths: tuple[str, ...]

    def path_at(self, position: int) -> str:
        """The buffer a position lies in."""
        return self.paths[bisect_right(self.starts, position - 1) - 1]


class OpenBuffers:
    """Texts by path, the most recently learnt last; the oldest goes when there are too many."""

    def __init__(self) -> None:
        self._texts: OrderedDict[str, str] = OrderedDict()
        self._ids: dict[str, Ids] = {}
        self._run: tuple[str, OpenRun] | None = None

    def learn(self, path: str, text: str) -> None:
        """Replace what is known of `path`; what is known of the others stays encoded."""
        text = text[:MAX_CHARACTERS]
        if self._texts.get(path) != text:
            self._texts[path] = text
            self._drop(path)
        self._texts.move_to_end(path)
        if len(self._texts) > MAX_BUFFERS:
            self.forget(next(iter(self._texts)))

    def forget(self, path: str) -> None:
        """Drop `path`."""
        if self._texts.pop(path, None) is not None:
            self._drop(path)

    def renumber(self) -> None:
        """The ids of words changed: what was encoded is void."""
        self._ids.clear()
        self._run = None

    def around(self, path: str, stream: TokenStream, words: Words, shapes: Shapes) -> OpenRun:
        """All buffers but `path`, as far as MAX_RUN_TOKENS go, the most recently learnt last."""
        if self._run is None or self._run[0] != path:
            self._run = (path, self._join(path, stream, words, shapes))
        return self._run[1]

    def _drop(self, path: str) -> None:
        self._ids.pop(path, None)
        if self._run is not None and self._run[0] != path:
            self._run = None

    def _join(self, path: str, stream: TokenStream, words: Words, shapes: Shapes) -> OpenRun:
        paths: list[str] = []
        size = 0
        for other in reversed(self._texts):
            if other != path and (size := size + len(self._encoded(other, stream))) <= MAX_RUN_TOKENS:
                paths.insert(0, other)
        runs = [self._ids[other] for other in paths]
        weights = [
            np.full(len(run), OPEN_FILE * nearness(path, other), np.float32)
            for other, run in zip(paths, runs, strict=True)
        ]
        tokens = np.concatenate([*runs, _END])
        return OpenRun(
            recent=Recent(tokens, np.concatenate([*weights, _END.astype(np.float32)])),
            renamed=Renamed(tokens, words, shapes),
            starts=tuple(accumulate((len(run) for run in runs[:-1]), initial=0)) if runs else (),
            paths=tuple(paths),
        )

    def _encoded(self, path: str, stream: TokenStream) -> Ids:
        ids = self._ids.get(path)
        if ids is None:
            ids = self._ids[path] = np.array(stream.encode(lines_of(self._texts[path])), dtype=np.uint32)
        return ids
