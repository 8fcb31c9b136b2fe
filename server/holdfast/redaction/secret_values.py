"""Whether a value that was given to a name of a secret is one: how random it is, and what else it could be."""

import math
import operator
import re
from collections import Counter
from typing import Final

from holdfast.redaction.harmless import is_placeholder
from holdfast.redaction.secret_names import Says

_RANDOM: Final = re.compile(r"[A-Za-z0-9_\-+/=.~!@#$%^&*:|()]{16,2048}")
_HEX: Final = re.compile(r"[0-9a-f]{16,2048}|[0-9A-F]{16,2048}")
_CODE: Final = re.compile(r"[A-Za-z_$][\w$]*(?:(?:\??\.|::|->|-)[A-Za-z_$][\w$]*)*\\?")
_NO_PASSWORD: Final = re.compile(
    r"[^:]*://.*|/[\w./\-]*|[\w\-]+/[\w./\-]*|[\w.]+\(.*|.*[)\]}]\.?|[|&=+\-*<>!?:;,.#]+.*[|=]|\w+[|=,;][\w\"'].*|\w+:\w+",
    re.DOTALL,
)
_BETWEEN_WORDS: Final = re.compile(r"[_\-./:@]")
_WORD: Final = re.compile(r"[A-Za-z]+|[A-Za-z]{2,24}\d{1,4}|[A-Za-z]{1,3}\d{1,3}(?:[a-z]{2,24}|[A-Z]{2,24})|\d{1,4}")
_CLASSES: Final = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", "a" * 26 + "A" * 26 + "0" * 10
)
_DIGIT: Final = re.compile(r"\d")
_LETTER: Final = re.compile(r"[^\W\d_]")
_SIGN: Final = re.compile(r"[^\w\-.:/]")
_SMALL: Final = re.compile(r"[a-zß-öø-ÿ]")
_CAPITAL_OR_SIGN: Final = re.compile(r"[A-ZÀ-ÖØ-Þ]|[^\w\-.:/]")
_BLANK: Final = re.compile(r"\s")
_BITS_A_CHARACTER: Final = 3.0
_MANY_BITS: Final = 3.5
_FEW_BITS: Final = 2.5
_LEAST_CHANGES: Final = 0.25
_FEWEST_PASSWORD: Final = 6
_FEWEST_SOME_KEY: Final = 20


def is_secret(says: Says, value: str, *, is_quoted: bool) -> bool:
    """Whether `value` is a secret where its name says `says`."""
    if says is Says.NOTHING:
        return False
    if is_random(value):
        few = says is Says.SOME_KEY
        looks_so = not few or (
            len(value) >= _FEWEST_SOME_KEY and not _HEX.fullmatch(value) and bits_a_character(value) >= _MANY_BITS
        )
    else:
        looks_so = says is Says.PASSWORD and _is_password(value, is_quoted=is_quoted)
    # Last, because it takes longest.
    return looks_so and not is_placeholder(value)


def is_random(value: str) -> bool:
    """Whether `value` looks made by a generator: long, of many characters, letters and digits in no order of words."""
    if not _RANDOM.fullmatch(value) or not _DIGIT.search(value) or not _LETTER.search(value):
        return False
    if bits_a_character(value) < _BITS_A_CHARACTER:
        return False
    if _HEX.fullmatch(value):
        return True
    classes = value.translate(_CLASSES)
    # In words a class goes on for a while: `generateToken32Characters` changes it six times, chance would fifteen times.
    changes = sum(map(operator.ne, classes, classes[1:]))
    return changes / len(value) >= _LEAST_CHANGES and not _is_words(value)


def is_mixed(value: str) -> bool:
    """Whether `value` has a digit, a small letter, and a capital or a sign: what a rule for passwords asks for."""
    return all(kind.search(value) for kind in (_DIGIT, _SMALL, _CAPITAL_OR_SIGN))


def bits_a_character(text: str) -> float:
    """Shannon entropy of the characters of `text`."""
    counts = Counter(text)
    return -sum(count / len(text) * math.log2(count / len(text)) for count in counts.values())


def _is_password(value: str, *, is_quoted: bool) -> bool:
    """A short one: nothing but its kinds of characters tells it from a word, and code writes words."""
    if len(value) < _FEWEST_PASSWORD or _BLANK.search(value) or not _LETTER.search(value):
        return False
    has_digit, has_sign = _DIGIT.search(value) is not None, _SIGN.search(value) is not None
    if not (has_digit or has_sign):
        return False
    if bits_a_character(value) < _FEW_BITS or (not (has_digit and has_sign) and _NO_PASSWORD.fullmatch(value)):
        return False
    return is_quoted or not (_CODE.fullmatch(value) or _NO_PASSWORD.fullmatch(value)) or (has_digit and value.isalnum())


def _is_words(value: str) -> bool:
    """Whether `value` is a path, a dotted name or words with numbers, as code has them."""
    parts = [part for part in _BETWEEN_WORDS.split(value) if part]
    if len(parts) == 1:
        return parts[0].isalpha()
    return all(_WORD.fullmatch(part) for part in parts)
