"""One recorded fact, in the form in which it is kept, hashed and one day travels.

An entry is the canonical JSON of
`{v, dev, session, seq, prev, hlc, kind, project, parent, role, parts, src, redact}`;
its id is `b2:` and the BLAKE2b-16 of that text. It belongs to the series (dev, session), where `seq` has no
gap and `prev` names the entry before: a changed, lost or moved entry shows. `hlc` orders entries across
devices. `parts` are objects whose `type` is `text`, `tool_call`, `tool_result` or `ref`.
`parent` is the entry this one answers or continues, where that is not simply the one before.
`src` says which tool it comes from, `redact` what was taken out before it was stored.
A reader keeps what it does not know: fields and kinds of a newer version stay in `body` as they came.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Annotated, Final, cast

import pydantic

from holdfast.sessions.entries.canonical_json import JsonObject, JsonValue, canonical_json

ENTRY_VERSION: Final = 1
_NATIVE: Final[JsonObject] = {"tool": "holdfast", "native_id": None, "parser_v": 1}
_NOTHING_REDACTED: Final[JsonObject] = {"rules_v": 0, "counts": {}}


@dataclass(frozen=True, slots=True)
class Draft:
    """What happened at `at_ms` (milliseconds since 1970), before it has its place in a series."""

    at_ms: int
    kind: str
    parts: tuple[JsonObject, ...]
    role: str | None = None
    parent: str | None = None
    src: JsonObject = field(default_factory=lambda: _NATIVE)
    redact: JsonObject = field(default_factory=lambda: _NOTHING_REDACTED)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands: its series, and what comes before it there (`prev` None when `seq` is 0)."""

    dev: str
    session: str
    project: str | None
    seq: int
    prev: str | None
    hlc: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A sealed entry; `body` is the canonical JSON, `id` its hash, the rest what readers ask for most."""

    id: str
    body: str
    place: Place
    kind: str
    role: str | None
    parts: tuple[JsonObject, ...]
    tool: str
    native_id: str | None
    parser_version: int | None
    parent: str | None


class _Source(pydantic.BaseModel, extra="allow", strict=True):
    tool: str
    native_id: str | None = None


class _Body(pydantic.BaseModel, extra="allow", strict=True):
    v: int
    dev: str
    session: str
    seq: Annotated[int, pydantic.Field(ge=0)]
    prev: str | None
    hlc: Annotated[str, pydantic.Field(pattern=r"^[0-9a-f]{12}-[0-9a-f]{4}$")]
    kind: str
    project: str | None
    parent: str | None = None
    role: str | None
    parts: list[dict[str, pydantic.JsonValue]]
    src: _Source


def entry_id(body: str) -> str:
    """The id of the entry whose canonical JSON is `body`."""
    return "b2:" + hashlib.blake2b(body.encode("utf-8"), digest_size=16).hexdigest()


def seal_entry(draft: Draft, place: Place) -> Entry:
    """`draft` at `place`, final; raises ValueError when it holds something without a canonical form."""
    fields: dict[str, JsonValue] = {
        "v": ENTRY_VERSION,
        "dev": place.dev,
        "session": place.session,
        "seq": place.seq,
        "prev": place.prev,
        "hlc": place.hlc,
        "kind": draft.kind,
        "project": place.project,
        "parent": draft.parent,
        "role": draft.role,
        "parts": draft.parts,
        "src": draft.src,
        "redact": draft.redact,
    }
    body = canonical_json(fields)
    return Entry(
        id=entry_id(body),
        body=body,
        place=place,
        kind=draft.kind,
        role=draft.role,
        parts=draft.parts,
        tool=str(draft.src["tool"]),
        native_id=native if isinstance(native := draft.src.get("native_id"), str) else None,
        parser_version=_version(draft.src.get("parser_v")),
        parent=draft.parent,
    )


def read_entry(body: str) -> Entry:
    """The entry that `body` is; raises ValueError when it is none. Whether it is still what was written, a chain tells."""
    fields = _Body.model_validate_json(body)
    return Entry(
        id=entry_id(body),
        body=body,
        place=Place(
            dev=fields.dev,
            session=fields.session,
            project=fields.project,
            seq=fields.seq,
            prev=fields.prev,
            hlc=fields.hlc,
        ),
        kind=fields.kind,
        role=fields.role,
        parts=tuple(cast("list[JsonObject]", fields.parts)),
        tool=fields.src.tool,
        native_id=fields.src.native_id,
        parser_version=_version((fields.src.model_extra or {}).get("parser_v")),
        parent=fields.parent,
    )


def _version(said: object) -> int | None:
    return said if isinstance(said, int) else None


def readable_entry(body: str) -> Entry | None:
    """The entry that `body` is; None when it is none."""
    try:
        return read_entry(body)
    except (ValueError, AttributeError):
        return None
