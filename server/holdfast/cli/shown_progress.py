"""How far something is that may take long: one line on standard error, where that is a terminal."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from holdfast.cli.output import printable

_QUIET_S: Final = 1.0
_AGAIN_S: Final = 0.2


class ShownProgress:
    """One line on stderr that says how far it is, on a terminal and once it takes longer than a second."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._shown = 0.0

    def __call__(self, doing: str, done: int, of: int) -> None:
        """Say it, a few times a second."""
        now = time.monotonic()
        if not sys.stderr.isatty() or now - self._began < _QUIET_S or now - self._shown < _AGAIN_S:
            return
        self._shown = now
        print(f"\r\x1b[K{printable(doing)} {f'{done:,} of {of:,}' if of else ''}", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


@contextmanager
def shown_while(doing: str) -> Iterator[Callable[[int, int], None]]:
    """What is given takes how many of how many are done, and says it in per cent, in a line that goes in the end."""
    shown = ShownProgress()
    try:
        yield lambda done, of: shown(f"{doing} {100 * done // max(1, of)} %", 0, 0)
    finally:
        shown.clear()
