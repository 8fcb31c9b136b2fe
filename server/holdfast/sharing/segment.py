"""Segments: the only form in which entries travel.

A segment holds the entries `first` to `last` of one series and never changes. Its bytes are
`age( zstd( header line, a line for each entry, signature line ) )`. The signature covers every byte before it, so an entry
can be neither exchanged nor left out, and the header repeats the vault and the name, so a segment is worth nothing under
another name or in another vault. age keeps it secret, and does not say who wrote it: the signature does.

The name is `v1/series/<tag>/<first>-<last>.<hash>.seg`. The tag stands for the series and says nothing to others; the hash is
24 digits of the file's SHA-256 and 8 of its length: a file that is cut off can be told from one that was changed.

A line is an entry's canonical JSON, or `{"forgotten": {…}}` in the place of one whose text is gone: its id, so that the chain holds.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Annotated, Final, Literal

import pydantic

from holdfast.sessions.entries.canonical_json import JsonObject, canonical_json
from holdfast.sessions.entries.entry import Entry, read_entry
from holdfast.sharing.public_keys import DeviceId, KeyText
from holdfast.sharing.transport import SERIES

SEGMENT_VERSION: Final = 1
LARGEST_SEGMENT: Final = 4 * 1024 * 1024
"""In bytes, as it travels."""
MOST_TOKENS: Final = 500_000
"""Of JSON (`has_more_tokens`) in one segment: what it is read into takes many times the room of its text."""
_LARGEST_PLAIN: Final = 64 * 1024 * 1024
_ALWAYS_ALLOWED: Final = 8 * 1024 * 1024
_HIGHEST_RATIO: Final = 100
_HASH_DIGITS: Final = 24
_LONGEST_SESSION: Final = 200
_NAME: Final = re.compile(
    rf"{re.escape(SERIES)}(?P<tag>[0-9a-f]{{32}})/(?P<first>\d{{1,15}})-(?P<last>\d{{1,15}})\.(?P<hash>[0-9a-f]{{32}})\.seg"
)

RefusedKind = Literal[
    "tampered", "truncated", "wrong_signer", "unknown_version", "not_for_us", "bomb", "name_mismatch", "malformed"
]


class SegmentRefused(Exception):
    """`why` says in words for a person what is wrong with a segment, `kind` in one for a program."""

    def __init__(self, why: str, kind: RefusedKind) -> None:
        super().__init__(why)
        self.why = why
        self.kind: RefusedKind = kind


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What is left of an entry that was forgotten."""

    id: str
    dev: str
    session: str
    seq: int
    prev: str | None
    hlc: str


Line = Entry | Forgotten


@dataclass(frozen=True, slots=True)
class SegmentName:
    """What the name of a segment says."""

    tag: str
    first: int
    last: int
    hash: str

    def __str__(self) -> str:
        return f"{SERIES}{self.tag}/{self.first}-{self.last}.{self.hash}.seg"


class Header(pydantic.BaseModel, strict=True):
    """The first line. `dev` and `session` are the series, `signer` who sealed it, `project` that of all its entries."""

    v: Annotated[int, pydantic.Field(ge=1)]
    vault: KeyText
    tag: str
    dev: DeviceId
    session: Annotated[str, pydantic.Field(min_length=1, max_length=_LONGEST_SESSION)]
    project: str | None
    first: Annotated[int, pydantic.Field(ge=0)]
    last: int
    rules_v: Annotated[int, pydantic.Field(ge=0, lt=2**31)]
    signer: KeyText


class _ForgottenModel(pydantic.BaseModel, strict=True):
    id: Annotated[str, pydantic.Field(pattern=r"^b2:[0-9a-f]{32}$")]
    dev: str
    session: str
    seq: int
    prev: str | None
    hlc: Annotated[str, pydantic.Field(pattern=r"^[0-9a-f]{12}-[0-9a-f]{4}$")]


class _ForgottenLine(pydantic.BaseModel, strict=True):
    forgotten: _ForgottenModel


def segment_name(name: str) -> SegmentName | None:
    """What `name` says; None when it is not a segment's."""
    found = _NAME.fullmatch(name)
    return SegmentName(found["tag"], int(found["first"]), int(found["last"]), found["hash"]) if found else None


def content_hash(data: bytes) -> str:
    """What a segment's name says of its bytes."""
    return f"{hashlib.sha256(data).hexdigest()[:_HASH_DIGITS]}{len(data):08x}"


def says_longer(hash_: str, data: bytes) -> bool:
    """Whether the name says that the file is longer than `data`."""
    return int(hash_[_HASH_DIGITS:], 16) > len(data)


def most_plain(compressed: int) -> int:
    """How many bytes at most may come out of so many compressed ones: text is never packed so much tighter."""
    return min(_LARGEST_PLAIN, max(_ALWAYS_ALLOWED, _HIGHEST_RATIO * compressed))


def signed_message(content: bytes) -> bytes:
    """What is signed of the lines before the signature."""
    return b"holdfast segment\n" + content


def write_line(line: Line) -> str:
    """`line` as it travels."""
    if isinstance(line, Entry):
        return line.body
    fields: JsonObject = {
        "id": line.id,
        "dev": line.dev,
        "session": line.session,
        "seq": line.seq,
        "prev": line.prev,
        "hlc": line.hlc,
    }
    return canonical_json({"forgotten": fields})


def read_line(text: str) -> Line:
    """The line that `text` is; raises ValueError."""
    if not text.startswith('{"forgotten":'):
        return read_entry(text)
    gone = _ForgottenLine.model_validate_json(text).forgotten
    return Forgotten(gone.id, gone.dev, gone.session, gone.seq, gone.prev, gone.hlc)


@dataclass(frozen=True, slots=True)
class Step:
    """Where a line stands in its series, whichever kind it is."""

    id: str
    dev: str
    session: str
    seq: int
    prev: str | None
    hlc: str


def step_of(line: Line) -> Step:
    """Where `line` stands."""
    if isinstance(line, Entry):
        place = line.place
        return Step(line.id, place.dev, place.session, place.seq, place.prev, place.hlc)
    return Step(line.id, line.dev, line.session, line.seq, line.prev, line.hlc)
