"""What is remembered of a session: one decision, correction or open end, with where it was said."""

import hashlib
import re
from dataclasses import dataclass
from typing import Final, Literal

MemoryKind = Literal["decision", "correction", "unfinished", "summary", "reverted", "settled"]
Author = Literal["person", "model"]

LONGEST_TEXT: Final = 240
"""Characters of an item."""

_WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class MemoryItem:
    """One or two sentences of an entry, in its own words, on one line of at most 240 characters.

    `at_ms` is when it was said, in milliseconds since 1970. `key` is the same for texts that differ in case, spacing and
    punctuation alone. `paths` are the files it names, or the tool call it stands in. `author` is who wrote the text: what a
    model wrote counts less than what a person did, and is marked. `reverted` says what was taken back, `settled`
    that a list of tasks has none left; neither is ever shown.
    """

    kind: MemoryKind
    at_ms: int
    key: str
    text: str
    paths: tuple[str, ...] = ()
    author: Author = "person"
    tool: str = "holdfast"


def item_key(text: str) -> str:
    """32 hexadecimal digits: a hash of the words of `text`."""
    words = " ".join(_WORD.findall(text.casefold()))
    return hashlib.blake2b(words.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
