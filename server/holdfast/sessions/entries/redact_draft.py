"""Secrets are taken out of a draft before it is sealed: nothing is stored, hashed or shared with them in it."""

from dataclasses import replace
from typing import Final, cast

from holdfast.redaction.json_values import Json, redact_json
from holdfast.redaction.redactor import Redactor
from holdfast.sessions.entries.canonical_json import JsonObject, JsonValue
from holdfast.sessions.entries.entry import Draft

_TYPES: Final = ("text", "tool_call", "tool_result", "ref")
"""This log's own words, which every part has one of: nobody said them."""


def redact_draft(draft: Draft, redactor: Redactor) -> Draft:
    """`draft` with every string of its parts redacted as conversation, and `redact` saying by which rules and how often."""
    said = [{key: value for key, value in part.items() if not _is_type(key, value)} for part in draft.parts]
    redacted = redact_json(redactor, cast("Json", _plain(said)), conversation=True)
    types = [{key: value for key, value in part.items() if _is_type(key, value)} for part in draft.parts]
    parts = [{**one, **rest} for one, rest in zip(types, cast("list[JsonObject]", redacted.value), strict=True)]
    return replace(
        draft,
        parts=tuple(parts),
        redact={"rules_v": redacted.rules_version, "counts": dict(redacted.counts)},
    )


def _is_type(key: str, value: JsonValue) -> bool:
    return key == "type" and value in _TYPES


def _plain(value: JsonValue | list[JsonObject]) -> object:
    """`value` in lists and dicts: what the redactor walks through."""
    if isinstance(value, str) or value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return {key: _plain(item) for key, item in cast("JsonObject", value).items()}
