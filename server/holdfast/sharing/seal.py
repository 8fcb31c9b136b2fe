"""Sealing: entries that may leave become a segment."""

from dataclasses import dataclass
from itertools import pairwise

from holdfast.sessions.entries.canonical_json import canonical_json
from holdfast.sessions.entries.entry import Entry
from holdfast.sharing.age import encrypt
from holdfast.sharing.clearing import Cleared
from holdfast.sharing.device_keys import DeviceKeys
from holdfast.sharing.errors import NotAllowed, SegmentTooLarge
from holdfast.sharing.json_tokens import has_more_tokens
from holdfast.sharing.members import Membership
from holdfast.sharing.segment import (
    LARGEST_SEGMENT,
    MOST_TOKENS,
    SEGMENT_VERSION,
    Header,
    SegmentName,
    Step,
    content_hash,
    most_plain,
    signed_message,
    step_of,
    write_line,
)
from holdfast.sharing.vault import Vault
from holdfast.sharing.zstd import compress


@dataclass(frozen=True, slots=True)
class SealedSegment:
    """The file `name` with `data`, which `readers` (recipients of age) can read."""

    name: str
    data: bytes
    readers: frozenset[str]


def seal_segment(
    cleared: Cleared, *, keys: DeviceKeys, membership: Membership, vault: Vault, project: str | None = None
) -> SealedSegment:
    """The entries of `cleared`, at least one and without a gap, for all who may read their project.

    `project` is that of the series: it counts where all that is sealed was forgotten and no entry says it.
    They are of this device's series, or of another own device's, lost or revoked, whose word this one passes on. Sealing
    again gives other bytes and another name. Raises NotAllowed when they may not leave, SegmentTooLarge, and ValueError for
    what is no part of one series.
    """
    steps = [step_of(line) for line in cleared.lines]
    _must_follow(steps)
    first, last = steps[0], steps[-1]
    # What is of several projects, or of none that is known, goes to the person's own devices alone.
    projects = {line.place.project for line in cleared.lines if isinstance(line, Entry)} or {project}
    project = projects.pop() if len(projects) == 1 else None
    _may_seal(first.dev, keys, membership)
    readers = membership.readers(first.session, project)
    tag = vault.series_tag(first.dev, first.session)
    header = Header(
        v=SEGMENT_VERSION,
        vault=membership.founding.id,
        tag=tag,
        dev=first.dev,
        session=first.session,
        project=project,
        first=first.seq,
        last=last.seq,
        rules_v=cleared.rules_version,
        signer=keys.signing.public,
    )
    lines = [canonical_json(header.model_dump()), *(write_line(line) for line in cleared.lines)]
    content = "".join(f"{line}\n" for line in lines).encode()
    signature = keys.signing.sign(signed_message(content))
    plain = content + canonical_json({"sig": signature}).encode() + b"\n"
    data = encrypt(_packed(plain, first), readers)
    if len(data) > LARGEST_SEGMENT:
        raise _too_large(first)
    name = SegmentName(tag, first.seq, last.seq, content_hash(data))
    return SealedSegment(str(name), data, frozenset(readers))


def _packed(plain: bytes, first: Step) -> bytes:
    packed = compress(plain)
    if len(plain) > most_plain(len(packed)) or has_more_tokens(plain, MOST_TOKENS):
        raise _too_large(first)
    return packed


def _too_large(first: Step) -> SegmentTooLarge:
    return SegmentTooLarge(
        f"Entry {first.seq} of session {first.session} and those after it are too large to be shared.",
        remedy="`holdfast sessions forget` removes what should not stay; everything else is shared.",
    )


def _must_follow(steps: list[Step]) -> None:
    if not steps:
        raise ValueError("a segment has at least one entry")
    for before, after in pairwise(steps):
        same = (before.dev, before.session) == (after.dev, after.session)
        if not same or after.seq != before.seq + 1 or after.prev != before.id or after.hlc <= before.hlc:
            raise ValueError(f"entry {after.seq} of {after.session} does not follow {before.seq} of {before.session}")


def _may_seal(dev: str, keys: DeviceKeys, membership: Membership) -> None:
    me = membership.signer(keys.signing.public)
    if me is None or me.standing != "own" or not membership.may_seal(me, dev):
        raise NotAllowed("Only what this device recorded, or another one of its owner's, can be shared by it.")
