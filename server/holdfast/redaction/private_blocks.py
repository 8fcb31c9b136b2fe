"""`<private>…</private>`: what its writer wants nobody to keep."""

import re
from collections.abc import Iterator
from typing import Final

from holdfast.redaction.rule import Found

PRIVATE: Final = "private"
_MARK: Final = re.compile(r"<(?P<close>/?)[ \t]{0,8}private[ \t]{0,8}>", re.IGNORECASE)


def find_private(text: str) -> Iterator[Found]:
    """The blocks of `text` with their marks; one that is not closed reaches to the end, one inside another is part of it."""
    start, depth = 0, 0
    for mark in _MARK.finditer(text):
        if not mark["close"]:
            start, depth = (mark.start() if not depth else start), depth + 1
        elif depth:
            depth -= 1
            if not depth:
                yield Found(start, mark.end(), PRIVATE)
    if depth:
        yield Found(start, len(text), PRIVATE)
