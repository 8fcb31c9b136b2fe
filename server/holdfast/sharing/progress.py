"""Being told how far a long sync is."""

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


def quietly(doing: str, done: int, of: int) -> None:
    """Tell nobody."""
    del doing, done, of
