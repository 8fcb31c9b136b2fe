"""Whether what stands where a tool writes an id is one: ids are kept as they are, and a secret must not pass as one."""

import re
from functools import lru_cache
from typing import Final

from holdfast.redaction.redactor import find_secrets
from holdfast.redaction.secret_values import is_random

_FORM: Final = re.compile(r"[\w.:+/@#\-]{0,200}", re.ASCII)
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}")
_RUN: Final = re.compile(r"[A-Za-z0-9+/]{20,200}")
_HEX: Final = re.compile(r"[0-9a-f]{20,200}|[0-9A-F]{20,200}")
_LONGEST_RUN: Final = 31
"""Ids that tools make have up to 30 letters of both cases in a row (`toolu_01A09q90qw90lq917835lq9`), keys have 32 and more."""


def is_identifier(text: str) -> bool:
    """Whether `text` has the form of an id, and neither a secret in it nor a row of random characters as long as a key's.

    Digests and UUIDs are ids however long. A key without a known form that is shorter, or in hexadecimal, passes: nothing
    tells it from an id.
    """
    return _FORM.fullmatch(text) is not None and _holds_no_secret(text)


@lru_cache(maxsize=1000)  # a message names its session, its parent and its branch, as the one before did
def _holds_no_secret(text: str) -> bool:
    if _UUID.fullmatch(text) or _HEX.fullmatch(text):
        return True
    return not any(_looks_like_key(run) for run in _RUN.findall(text)) and not find_secrets(text, conversation=True)


def _looks_like_key(run: str) -> bool:
    """Base64 as keys have it: of both cases and digits, and long, or with signs that no id has."""
    if _HEX.fullmatch(run) or run in {run.lower(), run.upper()} or not is_random(run):
        return False
    return len(run) > _LONGEST_RUN or "+" in run or "/" in run
