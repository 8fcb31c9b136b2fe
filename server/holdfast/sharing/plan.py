"""What a sync has to do, told from what is there; nothing here reads or writes.

Three questions: which entries are to be sealed now, which segments have to be sealed again, and which files have to go where.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from holdfast.sessions.entries.kinds import CONTROL
from holdfast.sharing.transport import SERIES

SEALED_AT_BYTES: Final = 256 * 1024
"""So many bytes of entries are sealed at once, whatever else; more only when one entry is larger."""

IDLE_MS: Final = 15 * 60 * 1000
"""A series that has rested for so long is sealed; so is one whose clock was that far ahead."""

_SEGMENT: Final = re.compile(
    rf"{re.escape(SERIES)}(?P<tag>[0-9a-f]+)/(?P<first>\d{{1,15}})-(?P<last>\d{{1,15}})\.(?P<hash>[0-9a-f]+)\.seg"
)


@dataclass(frozen=True, slots=True)
class Tail:
    """The entries of one own series that are not sealed: the first of them, the bytes of each, when the last was made."""

    session: str
    project: str | None
    first: int
    sizes: tuple[int, ...]
    last_ms: int
    is_ended: bool


@dataclass(frozen=True, slots=True)
class Range:
    """Entries `first` to `last` of an own series."""

    session: str
    project: str | None
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class OwnSegment:
    """A segment that this device sealed: for which `readers`, by which rules, how many of its entries were gone then and are now."""

    name: str
    range: Range
    readers: frozenset[str]
    rules_v: int
    gone: int
    gone_now: int


@dataclass(frozen=True, slots=True)
class Moves:
    """What one place lacks, and what is to be taken away from it."""

    send: tuple[str, ...]
    remove: tuple[str, ...]


def ranges_to_seal(tails: Iterable[Tail], *, now_ms: int, everything: bool) -> list[Range]:
    """What to seal: all with `everything`, else what ended, what rests, what is large, and what the control series says."""
    return [part for tail in tails for part in _ranges(tail, now_ms=now_ms, everything=everything)]


def _ranges(tail: Tail, *, now_ms: int, everything: bool) -> list[Range]:
    whole = everything or tail.is_ended or tail.session == CONTROL or abs(now_ms - tail.last_ms) >= IDLE_MS
    ranges = []
    start, size = 0, 0
    for at, bytes_ in enumerate(tail.sizes):
        if at > start and size + bytes_ > SEALED_AT_BYTES:
            ranges.append(Range(tail.session, tail.project, tail.first + start, tail.first + at - 1))
            start, size = at, 0
        size += bytes_
    if tail.sizes and (whole or size >= SEALED_AT_BYTES):
        ranges.append(Range(tail.session, tail.project, tail.first + start, tail.first + len(tail.sizes) - 1))
    return ranges


def segments_to_seal_again(
    segments: Iterable[OwnSegment], wanted: Mapping[str, frozenset[str]], rules_version: int
) -> list[OwnSegment]:
    """Those that a new reader cannot read, those with entries that were forgotten since, and those of older rules.

    `wanted` says by name who may read it now; nobody: it may not leave any more. One who may no longer has what was there:
    sealing it again takes nothing back.
    """
    return [
        segment
        for segment in segments
        if wanted[segment.name]
        and (
            segment.gone_now > segment.gone
            or segment.rules_v < rules_version
            or not wanted[segment.name] <= segment.readers
        )
    ]


def moves(own: Mapping[str, int], there: Mapping[str, int], unwanted: AbstractSet[str]) -> Moves:
    """What to send to and remove from a place that has the files `there`; both with their sizes: one cut off is sent again."""
    whole = {name for name, size in own.items() if there.get(name) == size}
    return Moves(tuple(sorted(own.keys() - whole - unwanted)), tuple(sorted(unwanted & there.keys())))


def names_to_fetch(
    stamps: Mapping[str, str], known: AbstractSet[str], parked: Mapping[str, str], context: str
) -> list[str]:
    """The segments to read, in an order in which those of one series follow each other.

    `parked` are those that could not be taken in, with what they were tried with: `tried_with(stamp, context)`.
    """
    new = [
        name
        for name, stamp in stamps.items()
        if name.startswith(SERIES) and name not in known and parked.get(name) != tried_with(stamp, context)
    ]
    return sorted(new, key=_order)


def tried_with(stamp: str, context: str) -> str:
    """What a file was tried with: its own bytes, and who belonged and which version of Holdfast it was at that time."""
    return f"{stamp} {context}"


def tag_of(name: str) -> str | None:
    """Which series the name of a segment stands for; None when it is no such name."""
    found = _SEGMENT.fullmatch(name)
    return found["tag"] if found else None


def _order(name: str) -> tuple[str, int, int, str]:
    found = _SEGMENT.fullmatch(name)
    return (found["tag"], int(found["first"]), int(found["last"]), name) if found else ("", 0, 0, name)


def batches(names: Sequence[str], sizes: Mapping[str, int], most: int) -> list[list[str]]:
    """`names` in groups of at most `most` bytes, or one file."""
    groups: list[list[str]] = []
    room = 0
    for name in names:
        size = sizes.get(name, 0)
        if not groups or size > room:
            groups.append([])
            room = most
        groups[-1].append(name)
        room -= size
    return groups
