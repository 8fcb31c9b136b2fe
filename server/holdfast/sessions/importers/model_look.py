"""What was said in a draft, looked through by a model too, where a person asked for that."""

from collections import Counter
from dataclasses import replace
from typing import Final, cast

from holdfast.redaction.model_redactor import ModelRedactor
from holdfast.sessions.entries.canonical_json import JsonObject
from holdfast.sessions.entries.entry import Draft

_SAID: Final = {"text": "text", "title": "name", "plan": "text"}
"""Where words of people and models stand: in texts, and in references to a title or a plan. By type, or what is referred to."""


def look_through(draft: Draft, model: ModelRedactor) -> Draft:
    """`draft`, which the rules have redacted, without what the model finds in its words. Raises what `model` raises."""
    counts = Counter(cast("dict[str, int]", draft.redact.get("counts", {})))
    parts = tuple(_looked_through(part, model, counts) for part in draft.parts)
    return replace(draft, parts=parts, redact={**draft.redact, "counts": dict(counts)})


def _looked_through(part: JsonObject, model: ModelRedactor, counts: Counter[str]) -> JsonObject:
    kind = part.get("to") if part.get("type") == "ref" else part.get("type")
    name = _SAID.get(str(kind))
    said = part.get(name) if name is not None else None
    if name is None or not isinstance(said, str):
        return part
    passed = model.redact(said)
    counts.update(passed.counts)
    return {**part, name: passed.text}
