"""The log of a command: a line of words on standard error for each record, and tracebacks only for who asks.

`HOLDFAST_LOG` sets the level as it does for the sidecar; without it a command shows warnings.
"""

import logging
import sys
from types import TracebackType

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class _OneLine(logging.Formatter):
    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802 - logging's own name
        """The error's kind and words; where it happened is in the debug log."""
        kind, error, _ = ei
        return f"  {kind.__name__}: {error}" if kind is not None else ""


def log_plainly(wanted: str) -> bool:
    """Log to standard error at the level called `wanted` ("" or nonsense: warning); whether that is the debug log."""
    level = logging.getLevelNamesMapping().get(wanted.upper(), logging.WARNING)
    is_debug = level <= logging.DEBUG
    words = "holdfast: %(message)s"
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter(words) if is_debug else _OneLine(words))
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    logging.getLogger("holdfast").setLevel(level)
    return is_debug
