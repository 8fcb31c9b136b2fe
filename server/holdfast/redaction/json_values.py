"""Redaction of JSON: its strings, each with the name it stands under."""

import json
from collections import Counter
from typing import Final, TypeAlias

from holdfast.redaction.assignments import judge
from holdfast.redaction.harmless import is_harmless
from holdfast.redaction.redactor import Redactor

Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None
_DEEPEST: Final = 200
_IDENTIFIES: Final = frozenset({"id", "uuid", "timestamp", "type", "role", "model", "version"})
_IDENTIFYING_ENDS: Final = ("_id", "Id", "uuid", "Uuid", "_at", "timestamp")


def redact_json(redactor: Redactor, value: Json, *, conversation: bool = False) -> tuple[Json, Counter[str]]:
    """`value` with its strings redacted, and what was taken out by rule.

    What identifies a record stays. A name that says secret makes its whole value one, as in a file of variables. What is
    nested deeper than any format nests becomes a string.
    """
    walk = _Walk(redactor, conversation=conversation)
    return walk.value("", value, 0), walk.counts


class _Walk:
    def __init__(self, redactor: Redactor, *, conversation: bool) -> None:
        self._redactor = redactor
        self._conversation = conversation
        self.counts: Counter[str] = Counter()

    def value(self, name: str, value: Json, depth: int) -> Json:
        if isinstance(value, str):
            return value if _identifies(name) else self.text(name, value)
        if not isinstance(value, dict | list):
            return value
        if depth >= _DEEPEST:
            return self.text("", json.dumps(value, ensure_ascii=False))
        if isinstance(value, list):
            return [self.value(name, item, depth + 1) for item in value]
        return {self.text("", key): self.value(key, item, depth + 1) for key, item in value.items()}

    def text(self, name: str, text: str) -> str:
        rule = judge(name, text) if name else None
        if rule is not None and not is_harmless(rule, text):
            self.counts[rule] += 1
            return self._redactor.mark(rule, text)
        redacted = self._redactor.redact(text, conversation=self._conversation)
        self.counts.update(redacted.counts)
        return redacted.text


def _identifies(name: str) -> bool:
    return name in _IDENTIFIES or name.endswith(_IDENTIFYING_ENDS)
