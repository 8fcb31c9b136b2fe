"""Whether a value that was given to a name of a secret is one: how random it is, and what else it could be."""

import itertools
import math
import re
from collections import Counter
from typing import Final

from holdfast.redaction.harmless import is_placeholder
from holdfast.redaction.secret_names import Says

_RANDOM: Final = re.compile(r"[A-Za-z0-9_\-+/=.~!@#$%^&*:|]{16,512}")
_HEX: Final = re.compile(r"[0-9a-f]{16,512}|[0-9A-F]{16,512}")
_CODE: Final = re.compile(r"[A-Za-z_$][\w$]*(?:(?:\.|::|->|-)[A-Za-z_$][\w$]*)*\\?")
_NO_PASSWORD: Final = re.compile(
    r"[^:]*://.*|/[\w./\-]*|[\w\-]+/[\w./\-]*|[\w.]+\(.*|.*[)\]}]\.?|[|&=+\-*<>!?:;,.#]+.*[|=]|\w+[|=,;]\w.*|\w+:\w+",
    re.DOTALL,
)
_BETWEEN_WORDS: Final = re.compile(r"[_\-./:@]")
_WORD: Final = re.compile(r"[A-Za-z]+|[A-Za-z]{2,24}\d{1,4}|\d{1,4}")
_CLASSES: Final = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", "a" * 26 + "A" * 26 + "0" * 10
)
_BITS_A_CHARACTER: Final = 3.0
_MANY_BITS: Final = 3.5
_FEW_BITS: Final = 2.5
_LEAST_CHANGES: Final = 0.25
_FEWEST_PASSWORD: Final = 6
_FEWEST_SOME_KEY: Final = 20


def is_secret(says: Says, value: str, *, is_quoted: bool) -> bool:
    """Whether `value` is a secret where its name says `says`."""
    if says is Says.NOTHING or is_placeholder(value):
        return False
    if is_random(value):
        few = says is Says.SOME_KEY
        return not few or (
            len(value) >= _FEWEST_SOME_KEY and not _HEX.fullmatch(value) and bits_a_character(value) >= _MANY_BITS
        )
    return says is Says.PASSWORD and _is_password(value, is_quoted=is_quoted)


def is_random(value: str) -> bool:
    """Whether `value` looks made by a generator: long, of many characters, letters and digits in no order of words."""
    if not _RANDOM.fullmatch(value) or bits_a_character(value) < _BITS_A_CHARACTER:
        return False
    if not any(char.isdigit() for char in value) or not any(char.isalpha() for char in value):
        return False
    if _HEX.fullmatch(value):
        return True
    classes = value.translate(_CLASSES)
    # In words a class goes on for a while: `generateToken32Characters` changes it six times, chance would fifteen times.
    changes = sum(one != two for one, two in itertools.pairwise(classes))
    return changes / len(value) >= _LEAST_CHANGES and not _is_words(value)


def bits_a_character(text: str) -> float:
    """Shannon entropy of the characters of `text`."""
    counts = Counter(text)
    return -sum(count / len(text) * math.log2(count / len(text)) for count in counts.values())


def _is_password(value: str, *, is_quoted: bool) -> bool:
    """A short one: nothing but its kinds of characters tells it from a word, and code writes words."""
    if len(value) < _FEWEST_PASSWORD or any(char.isspace() for char in value):
        return False
    has_digit = any(char.isdigit() for char in value)
    has_sign = any(not char.isalnum() and char not in "_-.:/" for char in value)
    if not any(char.isalpha() for char in value) or not (has_digit or has_sign):
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
