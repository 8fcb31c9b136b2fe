"""What is too much for a log is left out, with a word on how much it was: blobs of base64, the middle of long texts.

A text is looked through for secrets before it is cut: half a secret is one too, and no rule would know it.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from holdfast.redaction.cut_text import cut
from holdfast.redaction.private_blocks import find_private
from holdfast.redaction.redactor import Redactor, find_secrets
from holdfast.redaction.rule import MOST_CHARACTERS, Found

_BASE64: Final = re.compile(r"(?:data:[\w.+/\-]{1,100};base64,)?(?<![A-Za-z0-9+/_\-])[A-Za-z0-9+/_\-]{1000,}={0,2}")
_HALF: Final = 500
_HALF_BLOB: Final = re.compile(r"[A-Za-z0-9+/_\-]{500}")
_FEWEST_KINDS: Final = 20
"""A rule of a thousand dashes is no blob."""


@dataclass(frozen=True, slots=True)
class Trimmed:
    """A text that is short enough; `counts` says by rule what was taken out on the way."""

    text: str
    counts: Mapping[str, int] = field(default_factory=dict)


def trim(redactor: Redactor, text: str, limit: int) -> Trimmed:
    """`text` of at most about `limit` characters, its head and its tail. What is left is still to be redacted."""
    text = clean(text)
    if _may_hold_blob(text):
        text = _BASE64.sub(_left_out, text)
    if len(text) <= limit:
        return Trimmed(text)
    counts: Counter[str] = Counter()
    text = _marked(redactor, text, list(find_private(text)), 0, counts)
    half = limit // 2
    if len(text) <= limit:
        return Trimmed(text, counts)
    head = cut(text, half)
    tail = _tail(redactor, text[-(half + MOST_CHARACTERS) :], half, counts)
    left_out = len(text) - len(head) - half
    return Trimmed(f"{head}\n[…: {left_out:,} characters left out]\n{tail}", counts)


def clean(text: str) -> str:
    """`text` as UTF-8 and every database can hold it."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _may_hold_blob(text: str) -> bool:
    """Whether there is a run of a thousand: one would cover half of itself from one of these places on."""
    return any(_HALF_BLOB.match(text, place) for place in range(0, len(text), _HALF))


def _left_out(blob: re.Match[str]) -> str:
    text = blob[0]
    return f"[…: {len(text):,} characters of base64 left out]" if len(set(text)) >= _FEWEST_KINDS else text


def _tail(redactor: Redactor, window: str, half: int, counts: Counter[str]) -> str:
    """The last `half` characters, their secrets marked already: what shows them to be secrets may stand before."""
    secrets = find_secrets(window, conversation=True)
    start = max(0, len(window) - half)
    for secret in secrets:
        if secret.start < start < secret.end:
            start = secret.end
    return _marked(redactor, window, [secret for secret in secrets if secret.start >= start], start, counts)


def _marked(redactor: Redactor, text: str, secrets: list[Found], place: int, counts: Counter[str]) -> str:
    parts = []
    for secret in secrets:
        parts += [text[place : secret.start], redactor.mark(secret.rule, text[secret.start : secret.end])]
        counts[secret.rule] += 1
        place = secret.end
    return "".join([*parts, text[place:]])
