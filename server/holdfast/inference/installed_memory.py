"""How much memory this machine has, to tell which model fits into it."""

import os
from typing import Final

_SHARE: Final = 0.6
"""The rest is for the editor, its language servers, and the model's cache of what it has read."""


def installed_memory() -> int | None:
    """Bytes of memory, or None where the system does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):  # Windows has no sysconf
        return None


def fits_into(size: int, memory: int | None) -> bool:
    """Whether a model of `size` bytes leaves room for the rest of the work; unknown memory fits everything."""
    return memory is None or size <= memory * _SHARE
