"""Identifiers in text, and the words they are made of: what both the index and a query search by."""

import re
from functools import lru_cache
from typing import Final

_IDENTIFIER: Final = re.compile(r"(?:[^\W\d]|\$)[\w$]*")
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_LONGEST_IDENTIFIER: Final = 80
_SHORTEST_WORD: Final = 2
SHORTEST_NAME: Final = 3
_MOST_KNOWN_WORDS: Final = 100_000
_KEPT: Final = frozenset(b"_$0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_ONLY_IDENTIFIERS: Final = bytes(code if code in _KEPT else ord(" ") for code in range(256))

# Words of the languages themselves: in nearly every chunk, so they tell nothing and only cost time.
COMMON_WORDS: Final = frozenset(
    """and any as assert async await boolean break case catch class const continue def default del delete do elif else
    enum except export extends false False finally for from function global if implements import in instanceof int
    interface is lambda let new nonlocal none None not null number object or pass private protected public raise readonly
    return self static str string super switch then this throw true True try type typeof undefined unknown var void
    while with yield the of to be it that""".split()  # noqa: SIM905 - a paragraph of words
)

_COMMON_PIECES: Final = frozenset(word.encode() for word in COMMON_WORDS)


def identifiers_in(text: str) -> list[str]:
    """Every identifier of `text` in order, with repetitions, without the languages' own words."""
    return [name for name in _IDENTIFIER.findall(text) if name not in COMMON_WORDS]


@lru_cache(maxsize=10_000)
def words_of(identifier: str) -> str:
    """The lower-case search words of one identifier, joined by spaces: itself, and its parts if it has several.

    `getUserName` gives "getusername get user name", `HTTPServer` "httpserver http server", `path` just "path".
    """
    name = identifier[:_LONGEST_IDENTIFIER]
    whole = name.lower()
    parts = _WORD.findall(name) if name.isascii() else name.split("_")
    words = dict.fromkeys([whole, *(part.lower() for part in parts if len(part) >= _SHORTEST_WORD)])
    return " ".join(words)


def search_words(text: str) -> str:
    """The search words of all identifiers of `text`, each identifier once, joined by spaces."""
    if not text.isascii():
        return " ".join([words_of(name) for name in set(_IDENTIFIER.findall(text)) - COMMON_WORDS])
    # Nearly all there is, and twice as fast as by pattern: bytes are cut at what no identifier holds, and looked up.
    pieces = set(text.encode().translate(_ONLY_IDENTIFIERS).split())
    return " ".join(filter(None, map(_known_words.__getitem__, pieces)))


def distinct_names(text: str) -> str:
    """The distinct identifiers of `text` that can be names of things, separated by spaces, in no order.

    At least three characters, none of the languages' own words, no numbers.
    """
    if not text.isascii():
        found = set(_IDENTIFIER.findall(text)) - COMMON_WORDS
        return " ".join(name for name in found if SHORTEST_NAME <= len(name) <= _LONGEST_IDENTIFIER)
    pieces = set(text.encode().translate(_ONLY_IDENTIFIERS).split()) - _COMMON_PIECES
    return b" ".join(piece for piece in pieces if _is_name(piece)).decode("ascii")


def has_word(text: str, word: str) -> bool:
    """Whether the identifier `word` stands in `text`, and not only as a part of a longer one."""
    at = text.find(word)
    while at >= 0:
        before, after = text[max(0, at - 1) : at], text[at + len(word) : at + len(word) + 1]
        if not (before.isalnum() or before in {"_", "$"} or after.isalnum() or after in {"_", "$"}):
            return True
        at = text.find(word, at + 1)
    return False


def _is_name(piece: bytes) -> bool:
    return SHORTEST_NAME <= len(piece) <= _LONGEST_IDENTIFIER and piece[0] > ord("9")


class _KnownWords(dict[bytes, str]):
    """The search words of ASCII pieces met before; "" for numbers and the languages' own words."""

    def __missing__(self, piece: bytes) -> str:
        name = piece.decode("ascii")
        words = "" if name[0].isdigit() or name in COMMON_WORDS else words_of(name)
        if len(self) >= _MOST_KNOWN_WORDS:
            self.clear()
        self[piece] = words
        return words


_known_words: Final = _KnownWords()
