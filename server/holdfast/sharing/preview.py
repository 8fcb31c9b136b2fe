"""What would leave this machine with the next sync, entry by entry looked through as sealing does it. Nothing is written.

A place that is new gets what was sealed for others before: that is counted as it lies on this disk.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass

from holdfast.redaction.redactor import Redactor
from holdfast.sessions.entries.entry import read_entry
from holdfast.sessions.entries.kinds import CONTROL
from holdfast.sessions.entries.strand import session_of
from holdfast.sharing.clearing import clear
from holdfast.sharing.errors import NotAllowed
from holdfast.sharing.forks import forked_sessions
from holdfast.sharing.members import Membership
from holdfast.sharing.own_series import kept_back, rows_of, unsealed_tails
from holdfast.sharing.plan import Range, Tail
from holdfast.sharing.transport import SERIES, Transport, TransportError


@dataclass(frozen=True, slots=True)
class SessionPreview:
    """One session's part. `redacted`: what was taken out when it was recorded, by rule; `withheld`: what would be now."""

    session: str
    tool: str
    title: str
    project: str | None
    entries: int
    bytes: int
    redacted: Mapping[str, int]
    withheld: Mapping[str, int]
    is_kept_back: bool


@dataclass(frozen=True, slots=True)
class Lack:
    """What the place `label` has not of what is sealed already: so many entries, and bytes as they travel."""

    label: str
    entries: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Preview:
    """`sessions` by size, largest first; `control`: entries about other entries (pins, what was forgotten), with no text."""

    sessions: tuple[SessionPreview, ...]
    control: int
    lacks: tuple[Lack, ...] = ()


def preview(
    connection: sqlite3.Connection,
    dev: str,
    redactor: Redactor,
    never: frozenset[str],
    *,
    membership: Membership | None = None,
    places: Sequence[Transport] = (),
) -> Preview:
    """What `dev` has not sealed; of projects in `never`, and of what may not go to the vault of `membership`, that it stays.

    `places` as they were known last: nobody is asked.
    """
    tails = unsealed_tails(connection, dev)
    staying = kept_back(connection, dev, never) | forked_sessions(connection, dev) | _barred(tails, membership)
    found = [_session(connection, dev, tail, redactor, staying) for tail in tails if tail.session != CONTROL]
    control = sum(len(tail.sizes) for tail in tails if tail.session == CONTROL and CONTROL not in staying)
    ordered = sorted(found, key=lambda one: (-one.bytes, one.session))
    return Preview(tuple(ordered), control, tuple(_lacks(connection, places)))


def _barred(tails: Sequence[Tail], membership: Membership | None) -> frozenset[str]:
    if membership is None:
        return frozenset()
    barred = set()
    for tail in tails:
        try:
            membership.readers(tail.session, tail.project)
        except NotAllowed:
            barred.add(tail.session)
    return frozenset(barred)


def _lacks(connection: sqlite3.Connection, places: Sequence[Transport]) -> list[Lack]:
    query = "SELECT name, last - first + 1, bytes FROM segment WHERE own = 1"
    sealed = {name: (entries, size) for name, entries, size in connection.execute(query)}
    found = []
    for place in places:
        with suppress(TransportError):
            missing = sealed.keys() - place.stamps(SERIES).keys()
            if missing:
                entries, size = (sum(sealed[name][at] for name in missing) for at in (0, 1))
                found.append(Lack(place.label, entries, size))
    return found


def _session(
    connection: sqlite3.Connection, dev: str, tail: Tail, redactor: Redactor, staying: AbstractSet[str]
) -> SessionPreview:
    part = Range(tail.session, tail.project, tail.first, tail.first + len(tail.sizes) - 1)
    bodies = [row.body for row in rows_of(connection, dev, part) if row.body]
    cleared = clear([read_entry(body) for body in bodies], redactor)
    redacted: Counter[str] = Counter()
    for body in bodies:
        redacted.update(_counts(body))
    known = connection.execute(
        "SELECT tool, title FROM session WHERE session = ?", (session_of(tail.session),)
    ).fetchone()
    tool, title = known or ("", "")
    return SessionPreview(
        session=tail.session,
        tool=tool,
        title=title,
        project=tail.project,
        entries=len(tail.sizes),
        bytes=sum(tail.sizes),
        redacted=dict(redacted),
        withheld=dict(cleared.counts),
        is_kept_back=tail.session in staying,
    )


def _counts(body: str) -> dict[str, int]:
    redact = json.loads(body).get("redact")
    counts = redact.get("counts") if isinstance(redact, dict) else None
    known = counts.items() if isinstance(counts, dict) else ()
    return {str(rule): count for rule, count in known if isinstance(count, int)}
