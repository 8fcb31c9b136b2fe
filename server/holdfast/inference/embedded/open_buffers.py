"""The open buffers as they are now, unsaved: what was learnt of each, and one run of tokens over them all."""

from bisect import bisect_right
from collections import OrderedDict
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

import numpy as np

from holdfast.inference.embedded.lexer import lines_of
from holdfast.inference.embedded.nearness import OPEN_FILE, nearness
from holdfast.inference.embedded.recent import Recent
from holdfast.inference.embedded.token_stream import TokenStream

MAX_BUFFERS: Final = 24
MAX_CHARACTERS: Final = 300_000
"""Of each buffer; what lies beyond is not learnt."""

_END: Final = np.zeros(1, np.uint32)
"""A boundary, so that a run is never empty."""


@dataclass(frozen=True, slots=True)
class OpenRun:
    """Buffers as one run: where each begins in it, in order."""

    recent: Recent
    starts: tuple[int, ...]
    paths: tuple[str, ...]

    def path_at(self, position: int) -> str:
        """The buffer a position lies in."""
        return self.paths[bisect_right(self.starts, position) - 1]


class OpenBuffers:
    """Texts by path, the most recently learnt last; the oldest goes when there are too many."""

    def __init__(self) -> None:
        self._texts: OrderedDict[str, str] = OrderedDict()
        self._run: tuple[str, OpenRun] | None = None

    def learn(self, path: str, text: str) -> None:
        """Replace what is known of `path`."""
        text = text[:MAX_CHARACTERS]
        if self._texts.get(path) != text:
            self._texts[path] = text
            self._run = None
        self._texts.move_to_end(path)
        while len(self._texts) > MAX_BUFFERS:
            self._texts.popitem(last=False)
            self._run = None

    def forget(self, path: str) -> None:
        """Drop `path`."""
        if self._texts.pop(path, None) is not None:
            self._run = None

    def renumber(self) -> None:
        """The ids of words changed: what was encoded is void."""
        self._run = None

    def around(self, path: str, stream: TokenStream) -> OpenRun:
        """All buffers but `path`."""
        if self._run is None or self._run[0] != path:
            self._run = (path, self._encode(path, stream))
        return self._run[1]

    def _encode(self, path: str, stream: TokenStream) -> OpenRun:
        others = [other for other in self._texts if other != path]
        runs = [np.array(stream.encode(lines_of(self._texts[other])), dtype=np.uint32) for other in others]
        weights = [
            np.full(len(run), OPEN_FILE * nearness(path, other), np.float32)
            for other, run in zip(others, runs, strict=True)
        ]
        starts = accumulate((len(run) for run in runs), initial=0)
        return OpenRun(
            recent=Recent(np.concatenate([*runs, _END]), np.concatenate([*weights, _END.astype(np.float32)])),
            starts=tuple(starts)[:-1],
            paths=tuple(others),
        )
