"""Ids for messages of tools that give none: the same whenever, wherever and however often a file is read."""

import hashlib
from typing import Final

from holdfast.redaction.redactor import find_secrets

_MOST: Final = 2_000


def stable_id(number: int, role: str, text: str) -> str:
    """The id of the message that is `number`th in its session: `12:user:9f2c…`, made from the beginning of its text.

    Secrets are cut out before the text is hashed: the id is stored and shared, and must not let anybody try values out.
    """
    return f"{number}:{role}:{text_digest(text)}"


def text_digest(text: str) -> str:
    """A short digest of the beginning of `text` without its secrets, in hexadecimal."""
    text = text[:_MOST]
    kept: list[str] = []
    place = 0
    for secret in find_secrets(text, conversation=True):
        kept.append(text[place : secret.start])
        place = secret.end
    plain = "".join([*kept, text[place:]])
    return hashlib.blake2b(plain.encode("utf-8", "replace"), digest_size=8).hexdigest()
