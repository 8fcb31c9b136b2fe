"""Redaction of JSON: its strings, each with the name it stands under."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from holdfast.redaction.assignments import judge
from holdfast.redaction.harmless import is_harmless
from holdfast.redaction.identifiers import is_identifier
from holdfast.redaction.redactor import RULES_VERSION, Redactor

Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None
_DEEPEST: Final = 200
_IDENTIFIES: Final = frozenset({"id", "uuid", "timestamp", "type", "role", "model", "version"})
_IDENTIFYING_ENDS: Final = ("_id", "Id", "uuid", "Uuid", "_at", "timestamp")
_NAMES_IT: Final = ("name", "key", "Name", "Key")


@dataclass(frozen=True, slots=True)
class RedactedJson:
    """`value` without its secrets; `counts` says by rule how many were taken out."""

    value: Json
    counts: Mapping[str, int]
    rules_version: int = RULES_VERSION


def redact_json(redactor: Redactor, value: Json, *, conversation: bool = False) -> RedactedJson:
    """`value` with its strings redacted, names too. Never raises, and redacting it again changes nothing.

    What identifies a record stays: a short word under `id`, `*_id`, `uuid`, `timestamp`, `type`, `role`, `model`, `version`,
    unless it looks like a secret.
    A name that says secret makes its whole value one, as in a file of variables; so does `{"name": …, "value": …}`. What is
    nested deeper than any format nests becomes a string.
    """
    walk = _Walk(redactor, conversation=conversation)
    return RedactedJson(walk.value("", value, 0), walk.counts)


class _Walk:
    def __init__(self, redactor: Redactor, *, conversation: bool) -> None:
        self._redactor = redactor
        self._conversation = conversation
        self.counts: Counter[str] = Counter()

    def value(self, name: str, value: Json, depth: int) -> Json:
        if isinstance(value, str):
            return value if _identifies(name, value) else self.text(name, value)
        if not isinstance(value, dict | list):
            return value
        if depth >= _DEEPEST:
            return self.text("", _as_text(value))
        if isinstance(value, list):
            return [self.value(name, item, depth + 1) for item in value]
        named = _name_in(value)
        return {
            self.text("", key): self.value(named if key in {"value", "Value"} else key, item, depth + 1)
            for key, item in value.items()
        }

    def text(self, name: str, text: str) -> str:
        rule = judge(name, text) if name else None
        if rule is not None and not is_harmless(rule, text):
            self.counts[rule] += 1
            return self._redactor.mark(rule, text)
        redacted = self._redactor.redact(text, conversation=self._conversation)
        self.counts.update(redacted.counts)
        return redacted.text


def _identifies(name: str, value: str) -> bool:
    is_name = name in _IDENTIFIES or name.endswith(_IDENTIFYING_ENDS)
    return is_name and is_identifier(value)


def _name_in(record: dict[str, Json]) -> str:
    """What `{"name": "DB_PASSWORD", "value": …}` calls its value."""
    return next((name for key in _NAMES_IT if isinstance(name := record.get(key), str)), "value")


def _as_text(value: Json) -> str:
    try:
        return json.dumps(value, ensure_ascii=False)
    except (RecursionError, ValueError):
        return ""
