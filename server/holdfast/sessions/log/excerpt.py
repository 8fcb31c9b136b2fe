"""A piece of a text around one place, short enough to read in a list."""

from typing import Final

_BEFORE: Final = 60
_AFTER: Final = 220


def cut_excerpt(text: str, place: int) -> str:
    """About 280 characters of `text` around `place` on one line, cut between words, with … where something is left out."""
    start, stop = max(0, place - _BEFORE), min(len(text), place + _AFTER)
    piece = text[start:stop]
    if start > 0 and not text[start - 1].isspace():
        piece = piece.partition(" ")[2] or piece
    if stop < len(text) and not text[stop].isspace():
        piece = piece.rpartition(" ")[0] or piece
    words = " ".join(piece.split())
    return f"{'… ' if start > 0 else ''}{words}{' …' if stop < len(text) else ''}"
