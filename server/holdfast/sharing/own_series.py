"""The series of this device as sharing sees them: what of them is sealed, what is not, what has been forgotten since."""

import json
import sqlite3
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from holdfast.sessions.entries.clock import stamp_ms
from holdfast.sessions.entries.kinds import CONTROL
from holdfast.sessions.log.tombstones import FORGOTTEN
from holdfast.sharing.plan import OwnSegment, Range, Tail

_MOST_NAMED: Final = 6_000
_LISTED: Final = "(SELECT value FROM json_each(?))"
_TAILS: Final = """
    SELECT entry.session, entry.seq, length(CAST(entry.body AS BLOB)), entry.hlc, entry.project, series.state
    FROM series
    JOIN entry ON entry.dev = series.dev AND entry.session = series.session
        AND entry.seq > coalesce(
            (SELECT max(last) FROM segment WHERE dev = series.dev AND session = series.session AND own = 1), -1
        )
    WHERE series.dev = ?
    ORDER BY entry.session, entry.seq
"""


@dataclass(frozen=True, slots=True)
class Row:
    """An entry as the log holds it; `body` is empty where it was forgotten, or is older than this machine keeps entries."""

    seq: int
    id: str
    prev: str | None
    hlc: str
    body: str
    is_forgotten: bool


def unsealed_tails(connection: sqlite3.Connection, dev: str) -> list[Tail]:
    """What each series of `dev` has behind its last segment; one whose entries are all sealed is not named."""
    tails: list[Tail] = []
    rows: list[tuple[int, int]] = []
    session: str | None = None
    about: tuple[str, str | None, str] = ("", None, "")
    for found, seq, size, hlc, project, state in connection.execute(_TAILS, (dev,)):
        if session is not None and found != session:
            tails.append(_tail(session, rows, about))
            rows = []
        session, about = str(found), (hlc, project, state)
        rows.append((seq, size))
    if session is not None:
        tails.append(_tail(session, rows, about))
    return tails


def _tail(session: str, rows: list[tuple[int, int]], about: tuple[str, str | None, str]) -> Tail:
    hlc, project, state = about
    return Tail(
        session=session,
        project=None if session == CONTROL else project,
        first=rows[0][0],
        sizes=tuple(size for _, size in rows),
        last_ms=stamp_ms(hlc),
        is_ended=state == "ended",
    )


def own_segments(connection: sqlite3.Connection, dev: str) -> list[OwnSegment]:
    """Every segment that `dev` sealed and that is still to be shared, in the order of its series."""
    rows = connection.execute(
        """
        SELECT segment.name, segment.session, segment.first, segment.last, segment.readers, segment.rules_v, segment.gone,
            (SELECT count(*) FROM entry WHERE entry.dev = segment.dev AND entry.session = segment.session
                AND entry.seq BETWEEN segment.first AND segment.last AND entry.kind = ?),
            (SELECT project FROM entry WHERE entry.dev = segment.dev AND entry.session = segment.session
                AND entry.seq = segment.first)
        FROM segment WHERE segment.own = 1 AND segment.dev = ? ORDER BY segment.session, segment.first
        """,
        (FORGOTTEN, dev),
    )
    return [
        OwnSegment(
            name,
            Range(session, None if session == CONTROL else project, first, last),
            frozenset(readers.split()),
            rules_v,
            gone,
            gone_now,
        )
        for name, session, first, last, readers, rules_v, gone, gone_now, project in rows
    ]


def kept_back(connection: sqlite3.Connection, dev: str, never: AbstractSet[str]) -> frozenset[str]:
    """The sessions of `dev` with any entry of a project in `never`: a series cannot travel with a gap in it."""
    if not never:
        return frozenset()
    rows = connection.execute(
        f"SELECT DISTINCT session FROM entry WHERE dev = ? AND session <> ? AND project IN {_LISTED}",  # noqa: S608 - no value
        (dev, CONTROL, json.dumps(sorted(never))),
    )
    return frozenset(session for (session,) in rows)


def retire_segments(connection: sqlite3.Connection, never: AbstractSet[str]) -> int:
    """Mark as to be taken away what was sealed here of sessions that were forgotten, or that are kept back now.

    How many are new. Within a transaction.
    """
    changed = connection.execute(
        """
        UPDATE segment SET own = 2 WHERE own = 1 AND session <> ?
            AND NOT EXISTS (SELECT 1 FROM entry WHERE entry.dev = segment.dev AND entry.session = segment.session)
        """,
        (CONTROL,),
    ).rowcount
    devices = connection.execute("SELECT DISTINCT dev FROM segment WHERE own = 1").fetchall() if never else []
    for (dev,) in devices:
        refused = json.dumps(sorted(kept_back(connection, dev, never)))
        changed += connection.execute(
            f"UPDATE segment SET own = 2 WHERE own = 1 AND dev = ? AND session IN {_LISTED}",  # noqa: S608 - no value
            (dev, refused),
        ).rowcount
    return changed


def unwanted_segments(connection: sqlite3.Connection) -> list[str]:
    """What is to be taken away wherever it lies: own segments that were replaced, and any of a session that was forgotten.

    Of that, all strands (`entries/strand.py`): a tombstone names the session.
    """
    rows = connection.execute(
        """
        SELECT name FROM segment WHERE own = 2
        UNION
        SELECT segment.name FROM segment JOIN tombstone
        ON tombstone.target IN (segment.session, substr(segment.session, 1, instr(segment.session || '/', '/') - 1))
        WHERE tombstone.kind = 'session' AND tombstone.only_dev IN ('', segment.dev)
        """
    )
    return [name for (name,) in rows]


def rows_of(connection: sqlite3.Connection, dev: str, part: Range) -> list[Row]:
    """What the log holds of `part`, in order."""
    key = (dev, part.session)
    before = connection.execute(
        "SELECT id FROM entry WHERE dev = ? AND session = ? AND seq = ?", (*key, part.first - 1)
    ).fetchone()
    prev = str(before[0]) if before else None
    rows = []
    for seq, entry_id, hlc, body, kind in connection.execute(
        "SELECT seq, id, hlc, body, kind FROM entry WHERE dev = ? AND session = ? AND seq BETWEEN ? AND ? ORDER BY seq",
        (*key, part.first, part.last),
    ):
        rows.append(Row(seq, entry_id, prev, hlc, body, kind == FORGOTTEN))
        prev = entry_id
    return rows


def known_segments(connection: sqlite3.Connection, devices: Iterable[str]) -> list[str]:
    """The names of the segments of `devices` that were taken in, the newest first; so many as one statement can hold."""
    chosen = list(devices)
    marks = ", ".join("?" * len(chosen))
    query = f"SELECT name FROM segment WHERE dev IN ({marks}) ORDER BY at_ms DESC, name LIMIT {_MOST_NAMED}"  # noqa: S608 - question marks
    return [name for (name,) in connection.execute(query, chosen)]
