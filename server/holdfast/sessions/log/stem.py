"""The stem of an English word, so that `retries`, `retried` and `retrying` find what was said of `retry`.

A light stemmer of a few endings, after Harman, "How effective is suffixing?" (1991), which found longer lists no better. A
stem is for comparing alone; what is no English word comes out as it is, or a little shorter.
"""

from functools import lru_cache
from typing import Final

_VOWELS: Final = frozenset("aeiouy")
_SHORTEST: Final = 4
_SHORTEST_LEFT: Final = 3
_KEPT_DOUBLE: Final = frozenset("lsz")


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of a word in lower case."""
    if len(word) < _SHORTEST or not (word.isascii() and word.isalpha()):
        return word
    word = _without_verb_ending(_singular(word))
    if word.endswith(("sion", "tion")) and len(word) > len("tion") + 1:
        word = word[:-3]
    if word.endswith("ly") and len(word) > len("ly") + _SHORTEST_LEFT:
        word = word[:-2]
    return word[:-1] if word.endswith("e") and len(word) > _SHORTEST_LEFT else word


def _singular(word: str) -> str:
    if word.endswith(("ies", "ied")):
        return word[:-3] + "y" if len(word) > _SHORTEST else word[:-1]
    if word.endswith(("sses", "xes", "ches", "shes", "zzes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _without_verb_ending(word: str) -> str:
    for ending in ("ing", "ed"):
        left = word.removesuffix(ending)
        if left != word and len(left) >= _SHORTEST_LEFT and _VOWELS & set(left):
            doubled = left[-1] == left[-2] and left[-1] not in _VOWELS | _KEPT_DOUBLE
            return left[:-1] if doubled else left
    return word
