"""What would leave this machine with the next sync, entry by entry looked through as sealing does it. Nothing is written."""

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from holdfast.redaction.redactor import Redactor
from holdfast.sessions.entries.entry import read_entry
from holdfast.sessions.entries.kinds import CONTROL
from holdfast.sharing.clearing import clear
from holdfast.sharing.own_series import rows_of, unsealed_tails
from holdfast.sharing.plan import Range, Tail


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
class Preview:
    """`sessions` by size, largest first; `control`: entries about other entries (pins, what was forgotten), with no text."""

    sessions: tuple[SessionPreview, ...]
    control: int


def preview(connection: sqlite3.Connection, dev: str, redactor: Redactor, never: frozenset[str]) -> Preview:
    """What `dev` has not sealed; of projects in `never`, that it stays."""
    tails = unsealed_tails(connection, dev)
    found = [_session(connection, dev, tail, redactor, never) for tail in tails if tail.session != CONTROL]
    control = sum(len(tail.sizes) for tail in tails if tail.session == CONTROL)
    return Preview(tuple(sorted(found, key=lambda one: (-one.bytes, one.session))), control)


def _session(
    connection: sqlite3.Connection, dev: str, tail: Tail, redactor: Redactor, never: frozenset[str]
) -> SessionPreview:
    part = Range(tail.session, tail.project, tail.first, tail.first + len(tail.sizes) - 1)
    bodies = [row.body for row in rows_of(connection, dev, part) if row.body]
    cleared = clear([read_entry(body) for body in bodies], redactor)
    redacted: Counter[str] = Counter()
    for body in bodies:
        redacted.update(_counts(body))
    known = connection.execute("SELECT tool, title FROM session WHERE session = ?", (tail.session,)).fetchone()
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
        is_kept_back=tail.project in never,
    )


def _counts(body: str) -> dict[str, int]:
    redact = json.loads(body).get("redact")
    counts = redact.get("counts") if isinstance(redact, dict) else None
    known = counts.items() if isinstance(counts, dict) else ()
    return {str(rule): count for rule, count in known if isinstance(count, int)}
