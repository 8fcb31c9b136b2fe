"""Takes secrets out of text before it is stored, shared or sent, and puts the same mark in the place of the same secret.

What is found: tokens by the forms their makers publish, private keys, credentials by where they stand, values assigned to
what is called a password or a token, and in conversation also what identifies a person. A rule is tried only where one of
its keywords stands, on pieces of a bounded size, so that a file of one line takes as long as one of many.
"""

import hashlib
import hmac
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from holdfast.redaction.assignments import find_assignments
from holdfast.redaction.cloud_tokens import CLOUD_TOKENS
from holdfast.redaction.command_lines import COMMAND_LINES
from holdfast.redaction.contacts import CONTACTS, PERSONAL, is_one
from holdfast.redaction.credentials import CREDENTIALS
from holdfast.redaction.harmless import is_harmless
from holdfast.redaction.key_blocks import KEY_BLOCKS
from holdfast.redaction.nested_text import read_nested
from holdfast.redaction.private_blocks import PRIVATE, find_private
from holdfast.redaction.rule import MOST_CHARACTERS, Found, Rule, span_of
from holdfast.redaction.service_tokens import CODE_TOKENS, MODEL_TOKENS, SERVICE_TOKENS

RULES_VERSION: Final = 2
"""Goes up with every change of a rule: what was redacted by older ones can be redacted again."""

RULES: Final[tuple[Rule, ...]] = (
    *KEY_BLOCKS,
    *CLOUD_TOKENS,
    *CODE_TOKENS,
    *MODEL_TOKENS,
    *SERVICE_TOKENS,
    *CREDENTIALS,
    *COMMAND_LINES,
    *CONTACTS,
)
_TRIED: Final = tuple(
    tuple(
        (rule, rule.keywords[0], rule.keywords[1:]) for rule in RULES if is_conversation or not rule.only_conversation
    )
    for is_conversation in (False, True)
)
"""The rules for code, and for conversation, with their first keyword apart: most have no other."""
_PIECE: Final = 100_000
_MOST_ROUNDS: Final = 8
_MARK: Final = re.compile(r"\[REDACTED:[a-z0-9\-]{1,40}:[0-9a-f]{8}\]")


@dataclass(frozen=True, slots=True)
class Redacted:
    """`text` without its secrets; `counts` says by rule how many were taken out."""

    text: str
    counts: Mapping[str, int]
    rules_version: int = RULES_VERSION


class Redactor:
    """Redacts with pseudonyms made from `key`: whoever has it not cannot try values out against them. Never raises."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def redact(self, text: str, *, conversation: bool = False) -> Redacted:
        """`text` redacted; of a conversation also addresses and numbers of people. Redacting it again changes nothing."""
        counts: Counter[str] = Counter()
        for _ in range(_MOST_ROUNDS):
            found = find_secrets(text, conversation=conversation)
            if not found:
                break
            # A mark can bring together what stood apart: what was changed is looked at again until nothing is found.
            counts.update(secret.rule for secret in found)
            text = self._marked(text, found)
        return Redacted(text, counts)

    def _marked(self, text: str, found: Iterable[Found]) -> str:
        parts: list[str] = []
        place = 0
        for secret in found:
            parts += [text[place : secret.start], self.mark(secret.rule, text[secret.start : secret.end])]
            place = secret.end
        return "".join([*parts, text[place:]])

    def mark(self, rule: str, value: str) -> str:
        """What stands in the place of `value`: the rule, and a pseudonym that is the same wherever the value is."""
        digest = hmac.new(self._key, value.encode("utf-8", "surrogatepass"), hashlib.sha256)
        return f"[REDACTED:{rule}:{digest.hexdigest()[:8]}]"


def find_secrets(text: str, *, conversation: bool = False) -> list[Found]:
    """Where the secrets of `text` are, in order and apart from each other."""
    found = list(_as_written(text, conversation=conversation))
    nested = read_nested(text)
    if nested is not None:
        inside = _as_written(nested.text, conversation=conversation)
        found += [Found(*nested.span(one.start, one.end), one.rule) for one in inside]
    return _apart(found, [mark.span() for mark in _MARK.finditer(text)]) if found else found


def _as_written(text: str, *, conversation: bool) -> Iterator[Found]:
    yield from find_private(text)
    for start in range(0, len(text), _PIECE):
        yield from _in_piece(text, start, min(len(text), start + _PIECE), conversation=conversation)


def _in_piece(text: str, start: int, stop: int, *, conversation: bool) -> Iterator[Found]:
    """What begins in `text[start:stop]`. Looks beyond it, so that where a piece ends changes nothing."""
    end = min(len(text), stop + MOST_CHARACTERS)
    folded = _folded(text[start:end])
    for rule, keyword, others in _TRIED[conversation]:
        if keyword not in folded and not (others and any(other in folded for other in others)):
            continue
        for match in rule.pattern.finditer(text, start, end):
            if match.start() >= stop:
                break
            # One that reaches the edge may go on behind it.
            whole = rule.pattern.match(text, match.start()) if match.end() == end < len(text) else match
            if whole is not None and is_one(rule.name, whole[0]):
                yield from _unless_harmless(text, Found(*span_of(whole), rule.name))
    for found in find_assignments(text, folded, start, stop):
        yield from _unless_harmless(text, found)


def _unless_harmless(text: str, found: Found) -> Iterator[Found]:
    value = text[found.start : found.end]
    if value and not is_harmless(found.rule, value):
        yield found


def _folded(text: str) -> str:
    """`text` in lower case, as long as it was: a few letters have two in lower case."""
    lower = text.lower()
    return (
        lower if len(lower) == len(text) else "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
    )


def _apart(found: Iterable[Found], marks: list[tuple[int, int]]) -> list[Found]:
    """The findings in order; two that overlap are one, named after the first (the longer, where they begin together).

    What lies in an earlier mark is no secret any more, and a finding that cuts one takes it in whole.
    """
    whole: list[Found] = []
    ordered = sorted(found, key=lambda one: (one.start, one.rule in PERSONAL, -one.end, one.rule != PRIVATE))
    at = 0
    for one in ordered:
        start, end = one.start, one.end
        while at < len(marks) and marks[at][1] <= start:
            at += 1
        over = bisect_left(marks, (end, 0), lo=at)
        if over > at:
            first, last_mark = marks[at], marks[over - 1]
            if first[0] <= start and end <= first[1]:
                continue
            start, end = min(start, first[0]), max(end, last_mark[1])
        if whole and start < whole[-1].end and one.rule in PERSONAL:
            # In `user:password@host` the password is what counts, and not that it could be an address.
            continue
        if whole and start < whole[-1].end:
            last = whole[-1]
            whole[-1] = Found(last.start, max(last.end, end), last.rule)
        else:
            whole.append(Found(start, end, one.rule))
    return whole
