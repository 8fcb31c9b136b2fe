"""Reads from the session log what became of suggestions, each entry once, and keeps the counts."""

import logging
import sqlite3
from contextlib import closing
from typing import Final

from holdfast.errors import StorageError
from holdfast.index.retrieval.sign_weights import Factors
from holdfast.learning.factors import factors_of
from holdfast.learning.kept_tally import KeptTally, keep, read_kept, write_kept
from holdfast.learning.observation import observation_of
from holdfast.learning.reset import counted_from_ms
from holdfast.learning.tally import Tally
from holdfast.locations import Locations
from holdfast.sessions.entries.clock import wall_clock_ms
from holdfast.sessions.entries.kinds import TOOL
from holdfast.sqlite.connection import open_for_reading, translated_errors

_LOG: Final = logging.getLogger(__name__)
_FILE: Final = "learning.json"
_PORTION: Final = 500
_DAY_MS: Final = 24 * 3600 * 1000


class Learner:
    """For one thread at a time; every call blocks."""

    def __init__(self, locations: Locations) -> None:
        self._locations = locations
        self._kept: KeptTally | None = None

    def factors(self) -> Factors:
        """What retrieval's weights are multiplied by as of now; nothing while the log or the counts cannot be read."""
        try:
            return factors_of(self.tally())
        except StorageError as error:
            _LOG.info("Retrieval is not adjusted: %s", error)
            return {}

    def tally(self) -> Tally:
        """The counts as of now. Raises StorageError when the log, or since when it counts, cannot be read."""
        now = wall_clock_ms()
        counted_from = counted_from_ms(self._locations.data)
        kept = self._kept or read_kept(self._locations.cache / _FILE)
        # Counts of a time that is yet to come are of a clock that went wrong: beside them nothing of today would count.
        if kept.from_ms != counted_from or kept.as_of_ms > now + _DAY_MS:
            kept = KeptTally(from_ms=counted_from)
        path = self._locations.sessions_db
        with translated_errors(path):
            if not path.exists():
                return Tally(now)
            with closing(open_for_reading(path)) as connection:
                if not _continues(connection, kept):
                    kept = KeptTally(from_ms=counted_from)
                tally, kept = _count(connection, kept, now)
        if kept != self._kept:
            self._keep(kept)
        tally.decay(now)
        return tally

    def _keep(self, kept: KeptTally) -> None:
        self._kept = kept
        try:
            write_kept(self._locations.cache / _FILE, kept)
        except (OSError, StorageError) as error:
            _LOG.info("What was counted is not kept: %s", error)


def _continues(connection: sqlite3.Connection, kept: KeptTally) -> bool:
    """Whether the log is the one that was counted: a row that held another entry then is of another log."""
    if _has_tables(connection) and kept.row:
        row = connection.execute("SELECT id FROM entry WHERE rowid = ?", (kept.row,)).fetchone()
        return row is not None and row[0] == kept.entry
    return kept.row == 0


def _has_tables(connection: sqlite3.Connection) -> bool:
    row = connection.execute("SELECT count(*) FROM sqlite_master WHERE name IN ('entry', 'device')").fetchone()
    return bool(row[0] == 2)  # noqa: PLR2004 - the two that were named


def _count(connection: sqlite3.Connection, kept: KeptTally, now: int) -> tuple[Tally, KeptTally]:
    """The counts with all that was added since, and what to keep. What teammates took says nothing of this person."""
    tally = kept.tally()
    row, entry = kept.row, kept.entry
    while _has_tables(connection):
        found = connection.execute(
            "SELECT rowid, id, body FROM entry WHERE rowid > ? AND kind = ?"
            " AND dev NOT IN (SELECT dev FROM device WHERE standing <> 'own') ORDER BY rowid LIMIT ?",
            (row, TOOL, _PORTION),
        ).fetchall()
        if not found:
            break
        observations = [observation_of(body) for _, _, body in found]
        tally.add(
            observation
            for observation in observations
            # One from the future is of a clock that went wrong, and would outweigh all others.
            if observation is not None and kept.from_ms < observation.at_ms <= now + _DAY_MS
        )
        row, entry = found[-1][:2]
    return tally, keep(tally, row=row, entry=entry, from_ms=kept.from_ms)
