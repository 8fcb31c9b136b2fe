"""Identifiers in text, and the words they are made of: what both the index and a query search by."""

import re
from functools import lru_cache
from typing import Final

_IDENTIFIER: Final = re.compile(r"(?:[^\W\d]|\$)[\w$]*")
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_LONGEST_IDENTIFIER: Final = 80
_SHORTEST_WORD: Final = 2
_NOT_IN_IDENTIFIERS: Final = {code: " " for code in range(128) if not (chr(code).isalnum() or chr(code) in "_$")}

# Words of the languages themselves: in nearly every chunk, so they tell nothing and only cost time.
COMMON_WORDS: Final = frozenset(
    """and any as assert async await boolean break case catch class const continue def default del delete do elif else
    enum except export extends false False finally for from function global if implements import in instanceof int
    interface is lambda let new nonlocal none None not null number object or pass private protected public raise readonly
    return self static str string super switch then this throw true True try type typeof undefined unknown var void
    while with yield the of to be it that""".split()  # noqa: SIM905 - a paragraph of words
)


def identifiers_in(text: str) -> list[str]:
    """Every identifier of `text` in order, with repetitions, without the languages' own words."""
    return [name for name in _IDENTIFIER.findall(text) if name not in COMMON_WORDS]


@lru_cache(maxsize=200_000)
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
    return " ".join([words_of(name) for name in _distinct(text) - COMMON_WORDS if not "0" <= name[0] <= "9"])


def _distinct(text: str) -> set[str]:
    """Identifiers and numbers of `text`, each once. ASCII, nearly all there is, is cut much faster than by pattern."""
    if not text.isascii():
        return set(_IDENTIFIER.findall(text))
    return set(text.translate(_NOT_IN_IDENTIFIERS).split())
