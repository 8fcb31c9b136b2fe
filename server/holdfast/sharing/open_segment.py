"""Opening: a segment that lay where anybody may have written becomes entries, or is refused with the reason.

Nothing in it is believed before its turn: the name says whether the bytes are whole, age whether they are for this device,
the limits whether they can be unpacked, the signature whether a member wrote them, and only then are entries read, each
against its id, its place and the one before.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pydantic

from holdfast.sessions.entries.canonical_json import canonical_json
from holdfast.sessions.entries.entry import Entry
from holdfast.sessions.entries.kinds import CONTROL
from holdfast.sharing.age import AgeIdentity, CannotDecrypt
from holdfast.sharing.ed25519 import is_signed
from holdfast.sharing.json_tokens import has_more_tokens
from holdfast.sharing.members import Member, Membership
from holdfast.sharing.segment import (
    LARGEST_SEGMENT,
    MOST_TOKENS,
    SEGMENT_VERSION,
    Header,
    Line,
    SegmentName,
    SegmentRefused,
    content_hash,
    most_plain,
    read_line,
    says_longer,
    segment_name,
    signed_message,
    step_of,
)
from holdfast.sharing.zstd import NotCompressed, TooMuch, decompress


@dataclass(frozen=True, slots=True)
class OpenedSegment:
    """Entries `first` to `last` of the series `(dev, session)`; `prev` is the id that must stand before them.

    `sealed_by` is who vouches for them: an own device, or a teammate's, whose entries are all of its project.
    """

    dev: str
    session: str
    project: str | None
    first: int
    last: int
    prev: str | None
    rules_version: int
    sealed_by: Member
    lines: tuple[Line, ...]


def open_segment(name: str, data: bytes, *, identity: AgeIdentity, membership: Membership) -> OpenedSegment:
    """What is in the file `name`; raises SegmentRefused, whatever `data` is.

    `identity` is this device's, or the recovery key's where a person has typed it.
    """
    named = segment_name(name)
    if named is None:
        raise SegmentRefused("its name is not a segment's", "name_mismatch")
    _must_be_whole(named, data)
    plain = _unpacked(data, identity)
    content, signature = _split(plain)
    header = _header(content)
    signer = _signer(header, named, membership)
    if not is_signed(header.signer, signature, signed_message(content)):
        raise SegmentRefused("its signature does not fit: it was changed, or somebody else wrote it", "tampered")
    lines = tuple(_lines(content, header, signer))
    return OpenedSegment(
        dev=header.dev,
        session=header.session,
        project=header.project,
        first=header.first,
        last=header.last,
        prev=step_of(lines[0]).prev,
        rules_version=header.rules_v,
        sealed_by=signer,
        lines=lines,
    )


def _must_be_whole(named: SegmentName, data: bytes) -> None:
    if len(data) > LARGEST_SEGMENT:
        raise SegmentRefused("it is larger than any segment", "bomb")
    if content_hash(data) != named.hash:
        if says_longer(named.hash, data):
            raise SegmentRefused("it is cut off, or has not come whole yet", "truncated")
        raise SegmentRefused("its bytes are not those that its name was made from", "tampered")


def _unpacked(data: bytes, identity: AgeIdentity) -> bytes:
    try:
        packed = identity.decrypt(data)
    except CannotDecrypt as error:
        if error.not_for_us:
            raise SegmentRefused(
                "it is not encrypted to this device: it was sealed before this one belonged", "not_for_us"
            ) from error
        raise SegmentRefused("it is not what was encrypted", "malformed") from error
    try:
        plain = decompress(packed, most_plain(len(packed)))
    except TooMuch as error:
        raise SegmentRefused("it would become far larger than text ever does", "bomb") from error
    except NotCompressed as error:
        raise SegmentRefused("what was encrypted is no segment", "malformed") from error
    if has_more_tokens(plain, MOST_TOKENS):
        raise SegmentRefused("it holds far more values than a session ever does", "bomb")
    return plain


def _split(plain: bytes) -> tuple[bytes, str]:
    """The lines before the signature, and it."""
    end = plain.rfind(b"\n", 0, -1) + 1
    try:
        signature = json.loads(plain[end:])["sig"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise SegmentRefused("it has no signature", "malformed") from error
    if not end or not isinstance(signature, str):
        raise SegmentRefused("it has no signature", "malformed")
    return plain[:end], signature


def _header(content: bytes) -> Header:
    line = content[: content.index(b"\n")]
    try:
        version = json.loads(line)["v"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise SegmentRefused("what was encrypted is no segment", "malformed") from error
    if isinstance(version, int) and version > SEGMENT_VERSION:
        raise SegmentRefused("a newer Holdfast sealed it: update this one", "unknown_version")
    try:
        return Header.model_validate_json(line)
    except pydantic.ValidationError as error:
        raise SegmentRefused("what was encrypted is no segment", "malformed") from error


def _signer(header: Header, named: SegmentName, membership: Membership) -> Member:
    """Who sealed it, if they may seal that series."""
    if (header.tag, header.first, header.last) != (named.tag, named.first, named.last):
        raise SegmentRefused("it lies under another name than it was sealed for", "name_mismatch")
    if header.vault != membership.founding.id:
        raise SegmentRefused("it belongs to another vault", "wrong_signer")
    signer = membership.signer(header.signer)
    if signer is None:
        raise SegmentRefused("it is signed by a device that nobody has admitted", "wrong_signer")
    if signer.standing == "revoked" and named.hash not in signer.kept_segments:
        raise SegmentRefused(f"it is signed by “{signer.keys.name}”, which has been revoked", "wrong_signer")
    if not membership.may_seal(signer, header.dev):
        raise SegmentRefused(f"“{signer.keys.name}” speaks for a device of somebody else's", "wrong_signer")
    if signer.project is not None:
        _must_be_shared(header, signer)
    return signer


def _must_be_shared(header: Header, signer: Member) -> None:
    name = signer.keys.name
    if header.session == CONTROL:
        raise SegmentRefused(f"“{name}” is a teammate's, and says nothing about other devices' entries", "wrong_signer")
    if header.project != signer.project:
        raise SegmentRefused(f"“{name}” was approved for another project", "wrong_signer")


def _lines(content: bytes, header: Header, signer: Member) -> Iterator[Line]:
    if header.last - header.first + 1 != content.count(b"\n") - 1:
        raise SegmentRefused("entries are missing from it", "malformed")
    if b"\n\n" in content:
        raise SegmentRefused("an entry in it cannot be understood", "malformed")
    try:
        texts = content.decode("utf-8").split("\n")[1:-1]
    except UnicodeDecodeError as error:
        raise SegmentRefused("its text is no UTF-8", "malformed") from error
    before: tuple[str, str] | None = None
    ids: set[str] = set()
    for seq, text in enumerate(texts, start=header.first):
        line = _line(text)
        step = step_of(line)
        if (step.dev, step.session, step.seq) != (header.dev, header.session, seq) or (step.prev is None) != (seq == 0):
            raise SegmentRefused(f"entry {seq} is of another place", "malformed")
        if before is not None and (step.prev != before[0] or step.hlc <= before[1]):
            raise SegmentRefused(f"entry {seq} does not follow the one before it", "malformed")
        if step.id in ids:
            raise SegmentRefused(f"entry {seq} has the id of another", "malformed")
        if isinstance(line, Entry) and signer.project is not None and line.place.project != signer.project:
            raise SegmentRefused(f"entry {seq} is of another project", "wrong_signer")
        before = (step.id, step.hlc)
        ids.add(step.id)
        yield line


def _line(text: str) -> Line:
    try:
        line, canonical = read_line(text), canonical_json(json.loads(text))
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise SegmentRefused("an entry in it cannot be understood", "malformed") from error
    if canonical != text:
        raise SegmentRefused("an entry in it is not in canonical form", "malformed")
    return line
