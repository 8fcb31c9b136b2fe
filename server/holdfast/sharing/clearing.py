"""What may leave: every entry, looked through by the rules of today before it is sealed.

An entry was redacted before it was stored, and its id is the hash of what was stored: it cannot be changed any more. If rules
that are newer than the entry find a secret in it, the entry stays behind: only its place in the chain travels, and what it
would be without the secret is given back, to be recorded anew behind the series. So nothing leaves that the newest rules
would take out, and nothing that is harmless gets lost.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from holdfast.redaction.json_values import Json, redact_json
from holdfast.redaction.redactor import RULES_VERSION, Redactor
from holdfast.sessions.entries.canonical_json import JsonObject
from holdfast.sessions.entries.clock import stamp_ms
from holdfast.sessions.entries.entry import Draft, Entry
from holdfast.sharing.segment import Forgotten, Line


@dataclass(frozen=True, slots=True)
class Withheld:
    """`entry` stays behind: forget it here too, and record `draft` in its place at the series' end."""

    entry: Entry
    draft: Draft


@dataclass(frozen=True, slots=True)
class Cleared:
    """`lines` may leave; made by `clear` alone. `counts` says by rule how many secrets were found in what is `withheld`."""

    lines: tuple[Line, ...]
    withheld: tuple[Withheld, ...]
    counts: Mapping[str, int]
    rules_version: int


def clear(lines: Sequence[Line], redactor: Redactor) -> Cleared:
    """`lines`, without the text of those in which the newest rules find something. Never raises for what one holds."""
    cleared: list[Line] = []
    withheld: list[Withheld] = []
    counts: dict[str, int] = {}
    for line in lines:
        draft = None if isinstance(line, Forgotten) else _without_secrets(line, redactor, counts)
        if isinstance(line, Forgotten) or draft is None:
            cleared.append(line)
            continue
        withheld.append(Withheld(line, draft))
        place = line.place
        cleared.append(Forgotten(line.id, place.dev, place.session, place.seq, place.prev, place.hlc))
    return Cleared(tuple(cleared), tuple(withheld), counts, RULES_VERSION)


def _without_secrets(entry: Entry, redactor: Redactor, counts: dict[str, int]) -> Draft | None:
    """What `entry` would be by the rules of today; None when it is so already."""
    body = json.loads(entry.body)
    before = _redaction(body)
    if before.get("rules_v") == RULES_VERSION:
        return None
    value = cast("Json", {"parts": body["parts"], "src": body["src"]})
    redacted = redact_json(redactor, value, conversation=True)
    if redacted.value == value:
        return None
    for rule, count in redacted.counts.items():
        counts[rule] = counts.get(rule, 0) + count
    after = cast("Mapping[str, JsonObject]", redacted.value)
    return Draft(
        at_ms=stamp_ms(entry.place.hlc),
        kind=entry.kind,
        parts=tuple(cast("Iterable[JsonObject]", after["parts"])),
        role=entry.role,
        parent=entry.parent,
        src=after["src"],
        redact={"rules_v": RULES_VERSION, "counts": _added(before.get("counts"), redacted.counts)},
    )


def _redaction(body: Mapping[str, object]) -> Mapping[str, object]:
    found = body.get("redact")
    return found if isinstance(found, Mapping) else {}


def _added(before: object, now: Mapping[str, int]) -> dict[str, int]:
    known = before if isinstance(before, Mapping) else {}
    total = {str(rule): count for rule, count in known.items() if isinstance(count, int)}
    for rule, count in now.items():
        total[rule] = total.get(rule, 0) + count
    return total
