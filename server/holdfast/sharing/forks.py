"""Two versions of one series: which only a copied device can write.

Neither is believed. What both agree on stays; from where they part, received entries are taken out of the log again, so that
all machines hold the same, whichever version reached them first. Their segments stay where they are, parked. What this
machine itself recorded is never taken out, and no longer sent.
"""

import sqlite3

from holdfast.sessions.log.derived import recount
from holdfast.sessions.log.forgetting import take_back
from holdfast.sharing.open_segment import OpenedSegment
from holdfast.sharing.segment import step_of


def parting(connection: sqlite3.Connection, opened: OpenedSegment) -> int | None:
    """The first entry of which the log holds another version than `opened` has or follows; None where they agree."""
    stored = dict(
        connection.execute(
            "SELECT seq, id FROM entry WHERE dev = ? AND session = ? AND seq BETWEEN ? AND ?",
            (opened.dev, opened.session, opened.first - 1, opened.last),
        ).fetchall()
    )
    if stored.get(opened.first - 1, opened.prev) != opened.prev:
        return opened.first - 1
    steps = (step_of(line) for line in opened.lines)
    return next((step.seq for step in steps if stored.get(step.seq, step.id) != step.id), None)


def is_forked(connection: sqlite3.Connection, dev: str, session: str) -> bool:
    """Whether two versions of that series came."""
    row = connection.execute("SELECT 1 FROM forked WHERE dev = ? AND session = ?", (dev, session)).fetchone()
    return row is not None


def forked_sessions(connection: sqlite3.Connection, dev: str) -> frozenset[str]:
    """The sessions of which two versions by `dev` came."""
    return frozenset(session for (session,) in connection.execute("SELECT session FROM forked WHERE dev = ?", (dev,)))


def mark_forked(connection: sqlite3.Connection, dev: str, session: str, seq: int, *, own: bool, now_ms: int) -> None:
    """Remember that versions of the series part at `seq`; unless it is this machine's own, cut the log back to there."""
    connection.execute(
        "INSERT OR IGNORE INTO forked (dev, session, seq, since_ms) VALUES (?, ?, ?, ?)", (dev, session, seq, now_ms)
    )
    connection.execute("UPDATE forked SET seq = min(seq, ?) WHERE dev = ? AND session = ?", (seq, dev, session))
    if not own:
        _cut(connection, dev, session, seq)


def _cut(connection: sqlite3.Connection, dev: str, session: str, seq: int) -> None:
    rows = connection.execute(
        "SELECT rowid, body FROM entry WHERE dev = ? AND session = ? AND seq >= ?", (dev, session, seq)
    ).fetchall()
    for row, body in rows:
        if body:
            take_back(connection, row, body)
    connection.execute("DELETE FROM entry WHERE dev = ? AND session = ? AND seq >= ?", (dev, session, seq))
    tip = connection.execute(
        "SELECT seq, id FROM entry WHERE dev = ? AND session = ? ORDER BY seq DESC LIMIT 1", (dev, session)
    ).fetchone()
    connection.execute("DELETE FROM series WHERE dev = ? AND session = ?", (dev, session))
    if tip is not None:
        connection.execute(
            "INSERT INTO series (dev, session, max_contig, tip_id, state) VALUES (?, ?, ?, ?, 'open')",
            (dev, session, *tip),
        )
    # Its segments are known no longer: they are looked at again, and parked with the reason.
    connection.execute(
        "DELETE FROM segment WHERE own = 0 AND dev = ? AND session = ? AND last >= ?", (dev, session, seq)
    )
    recount(connection, session)
