"""What others sealed is read, opened and taken in; what cannot be is parked with the reason, and holds up nothing else."""

import logging
import sqlite3
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from holdfast.sessions.log.store import SessionLog
from holdfast.sharing.access import Access
from holdfast.sharing.age import AgeIdentity
from holdfast.sharing.members import Membership
from holdfast.sharing.open_segment import OpenedSegment, open_segment
from holdfast.sharing.own_files import OwnFiles
from holdfast.sharing.places import Places
from holdfast.sharing.plan import names_to_fetch, tried_with
from holdfast.sharing.progress import Progress, quietly
from holdfast.sharing.segment import SegmentRefused
from holdfast.sharing.take_in import TOO_EARLY, NotTakenIn, take_in
from holdfast.sharing.transport import TransportError

_LOG: Final = logging.getLogger(__name__)
_NOT_THERE: Final = "not_there"
_NOT_FOR_US: Final = "not_for_us"


@dataclass(frozen=True, slots=True)
class ParkedFile:
    """A file in a shared place that does not count, `why`, and the same in one word (`kind`); since when (0: not known), by this machine's clock."""

    name: str
    kind: str
    why: str
    since_ms: int


class Receive:
    """Takes in what lies in `places`, as the device of `access` sees it. `context` changes when a second try may end better."""

    def __init__(self, log: SessionLog, own: OwnFiles, places: Places, access: Access, context: str) -> None:
        self._log = log
        self._own = own
        self._places = places
        self._access = access
        self._context = context

    def receive(self, now_ms: int, identity: AgeIdentity, progress: Progress = quietly) -> Counter[str]:
        """By device, how many entries are new; read with `identity`. Raises StorageError or DiskFull."""
        stamps = self._places.segments()
        received: Counter[str] = Counter()
        self._drop_parked_that_went(stamps)
        names = self._new(stamps)
        while names:
            for at, name in enumerate(names):
                progress("receiving", at, len(names))
                received.update(self._one(name, stamps[name], identity, now_ms))
            names = self._ready(stamps)
        return received

    def _new(self, stamps: Mapping[str, str]) -> list[str]:
        def read(connection: sqlite3.Connection) -> tuple[frozenset[str], dict[str, str]]:
            known = frozenset(name for (name,) in connection.execute("SELECT name FROM segment"))
            parked = dict(connection.execute("SELECT name, tried FROM parked").fetchall())
            return known, parked

        known, parked = self._log.read(read)
        return _once(names_to_fetch(stamps, known, parked, self._context), self._ready(stamps))

    def _ready(self, stamps: Mapping[str, str]) -> list[str]:
        """Those that waited for what has come by now."""
        rows = self._log.read(
            lambda connection: connection.execute(
                """
                SELECT parked.name FROM parked LEFT JOIN series
                    ON series.dev = parked.dev AND series.session = parked.session
                WHERE parked.kind = ? AND parked.first <= coalesce(series.max_contig, -1) + 1
                ORDER BY parked.dev, parked.session, parked.first
                """,
                (TOO_EARLY,),
            ).fetchall()
        )
        return [name for (name,) in rows if name in stamps]

    def _one(self, name: str, stamp: str, identity: AgeIdentity, now_ms: int) -> dict[str, int]:
        try:
            versions = self._places.read(name)
        except TransportError as error:
            # Asked for again with every sync: a disk's permission to read it changes no stamp.
            self._park(name, "", _NOT_THERE, error.message, None, now_ms)
            return {}
        refused: SegmentRefused | None = None
        for data in versions:
            try:
                opened = open_segment(name, data, identity=identity, membership=self._access.membership)
            except SegmentRefused as error:
                refused = error
            else:
                return self._opened(name, stamp, data, opened, now_ms)
        if refused is not None:
            self._park(name, stamp, refused.kind, refused.why, None, now_ms)
        return {}

    def _opened(self, name: str, stamp: str, data: bytes, opened: OpenedSegment, now_ms: int) -> dict[str, int]:
        own = opened.sealed_by.keys.fingerprint == self._access.keys.fingerprint
        if own:
            # Sealed here before the log was restored, or by a process whose disk lost the note of it.
            self._own.change({name: data})
        added = take_in(self._log, name, len(data), opened, this=self._access.keys.dev, own=own, now_ms=now_ms)
        if isinstance(added, NotTakenIn):
            self._park(name, stamp, added.kind, added.why, opened, now_ms)
            return {}
        return {opened.dev: added}

    def _park(self, name: str, stamp: str, kind: str, why: str, opened: OpenedSegment | None, now_ms: int) -> None:
        _LOG.info("%s is parked: %s", name, why)
        place = (opened.dev, opened.session, opened.first) if opened is not None else (None, None, None)
        values = (name, kind, why, *place, tried_with(stamp, self._context), now_ms)
        self._log.change(
            lambda connection: connection.execute(
                """
                INSERT INTO parked (name, kind, why, dev, session, first, tried, since_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET kind = excluded.kind, why = excluded.why, dev = excluded.dev,
                    session = excluded.session, first = excluded.first, tried = excluded.tried
                """,
                values,
            )
        )

    def _drop_parked_that_went(self, stamps: Mapping[str, str]) -> None:
        """A file that is in no place any more is not parked either, unless a place is away that may have it."""
        if self._places.away:
            return

        def drop(connection: sqlite3.Connection) -> None:
            parked = [name for (name,) in connection.execute("SELECT name FROM parked")]
            gone = [(name,) for name in parked if name not in stamps]
            connection.executemany("DELETE FROM parked WHERE name = ?", gone)

        self._log.change(drop)


def _once(*lists: list[str]) -> list[str]:
    return list(dict.fromkeys(name for names in lists for name in names))


def parked_files(connection: sqlite3.Connection, membership: Membership) -> list[ParkedFile]:
    """All that is parked: segments in the order of names, then what says who belongs and does not count.

    What a revoked device once said is no news, nor that in another's vault most is for its owner alone.
    """
    rows = connection.execute("SELECT name, kind, why, since_ms FROM parked ORDER BY name")
    expected = _NOT_FOR_US if membership.limited_to is not None else None
    segments = [ParkedFile(name, kind, why, since_ms) for name, kind, why, since_ms in rows if kind != expected]
    revoked = [member.keys.dev for member in membership.members if member.standing == "revoked"]
    documents = [
        ParkedFile(one.name, "membership", one.why, 0)
        for one in membership.parked
        if not any(dev in one.name for dev in revoked)
    ]
    return [*segments, *documents]
