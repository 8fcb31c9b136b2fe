"""What this device recorded becomes segments: sealed, kept on this disk, noted in the log; in this order.

A process that is killed in between leaves a file that no note names: the next one takes it away and seals again. Nothing is
sent that is not noted.
"""

import logging
import sqlite3
from dataclasses import dataclass, replace
from typing import Final

from holdfast.redaction.redactor import RULES_VERSION, Redactor
from holdfast.sessions.entries.entry import read_entry
from holdfast.sessions.log.store import SessionLog
from holdfast.sharing.access import Access
from holdfast.sharing.clearing import clear
from holdfast.sharing.errors import NotAllowed, SegmentTooLarge
from holdfast.sharing.forks import forked_sessions
from holdfast.sharing.open_segment import open_segment
from holdfast.sharing.own_files import OwnFiles
from holdfast.sharing.own_series import Row, kept_back, own_segments, rows_of, unsealed_tails
from holdfast.sharing.plan import OwnSegment, Range, ranges_to_seal, segments_to_seal_again
from holdfast.sharing.progress import Progress, quietly
from holdfast.sharing.seal import seal_segment
from holdfast.sharing.segment import Forgotten, Line, SegmentRefused
from holdfast.sharing.withhold import withhold

_LOG: Final = logging.getLogger(__name__)
_MOST_ROUNDS: Final = 3


@dataclass(frozen=True, slots=True)
class Sealed:
    """How many entries were sealed for the first time, and why some could not be."""

    entries: int
    problems: tuple[str, ...]


class SealOwn:
    """Seals for the members of `access`, from `log` into `own`: the series of this device, or of `dev`, which it passes on.

    `never`: projects that are not shared.
    """

    def __init__(
        self,
        log: SessionLog,
        own: OwnFiles,
        access: Access,
        redactor: Redactor,
        never: frozenset[str],
        dev: str | None = None,
    ) -> None:
        self._log = log
        self._own = own
        self._access = access
        self._redactor = redactor
        self._never = never
        self._dev = dev if dev is not None else access.keys.dev
        self._kept_back: frozenset[str] = frozenset()

    def seal(self, now_ms: int, *, everything: bool, progress: Progress = quietly) -> Sealed:
        """Seal what is due (`ranges_to_seal`), and again what has to be. Raises StorageError or DiskFull."""
        self._kept_back = self._log.read(lambda connection: kept_back(connection, self._dev, self._never))
        self._drop_unnamed()
        problems: list[str] = []
        self._seal_again(now_ms, problems, progress)
        entries = 0
        for _ in range(_MOST_ROUNDS):
            # What is withheld is recorded anew, and to be sealed too.
            before = entries
            entries += self._seal_tails(now_ms, problems, progress, everything=everything)
            if entries == before:
                break
        return Sealed(entries, tuple(dict.fromkeys(problems)))

    def _seal_tails(self, now_ms: int, problems: list[str], progress: Progress, *, everything: bool) -> int:
        tails = self._log.read(lambda connection: unsealed_tails(connection, self._dev))
        entries = 0
        stuck = set(self._log.read(lambda connection: forked_sessions(connection, self._dev)))
        due = ranges_to_seal(tails, now_ms=now_ms, everything=everything)
        for at, part in enumerate(due):
            progress("sealing", at, len(due))
            readers = self._readers(part)
            if not readers or part.session in stuck:
                continue
            try:
                self._seal_range(part, readers, None, now_ms)
            except SegmentTooLarge as error:
                # What comes behind it could not be taken in by others before it.
                stuck.add(part.session)
                problems.append(str(error))
            except NotAllowed:
                # Entries of several projects, of which this device may share one: none of that session leaves.
                stuck.add(part.session)
            else:
                entries += part.last - part.first + 1
        return entries

    def _seal_again(self, now_ms: int, problems: list[str], progress: Progress) -> None:
        segments = self._log.read(lambda connection: own_segments(connection, self._dev))
        wanted = {one.name: self._readers(one.range) for one in segments}
        kept = self._own.names()
        again = {one.name: one for one in segments_to_seal_again(segments, wanted, RULES_VERSION)}
        again.update({one.name: one for one in segments if one.name not in kept})
        for at, segment in enumerate(again.values()):
            progress("sealing again", at, len(again))
            if not wanted[segment.name]:
                continue
            try:
                self._seal_range(segment.range, wanted[segment.name], segment, now_ms)
            except (SegmentTooLarge, NotAllowed) as error:
                problems.append(str(error))  # What was sealed before stays.

    def _seal_range(self, part: Range, readers: frozenset[str], older: OwnSegment | None, now_ms: int) -> None:
        rows = self._log.read(lambda connection: rows_of(connection, self._dev, part))
        if len(rows) != part.last - part.first + 1:
            return  # It was forgotten just now.
        cleared = clear(self._lines(part, rows, older), self._redactor)
        if cleared.withheld and self._dev == self._access.keys.dev:
            self._log.change(lambda connection: withhold(connection, self._dev, cleared.withheld, now_ms))
        elif older is not None and self._is_still_right(older, readers):
            self._note_rules(older)
            return
        access = self._access
        sealed = seal_segment(
            cleared, keys=access.keys, membership=access.membership, vault=access.vault, project=part.project
        )
        self._own.change({sealed.name: sealed.data})
        gone = sum(isinstance(line, Forgotten) for line in cleared.lines)
        # Whom it was meant for is noted: of entries that are all forgotten nobody can tell which project they were of.
        segment = OwnSegment(sealed.name, part, readers, RULES_VERSION, gone, gone)
        size = len(sealed.data)
        self._log.change(lambda connection: _note(connection, self._dev, segment, size, older, now_ms))
        if older is not None:
            self._own.change({}, [older.name])

    def _is_still_right(self, older: OwnSegment, readers: frozenset[str]) -> bool:
        """Whether newer rules were all that spoke for sealing it again, and found nothing."""
        by_new_rules = replace(older, rules_v=RULES_VERSION)
        again = segments_to_seal_again([by_new_rules], {older.name: readers}, RULES_VERSION)
        return not again and self._own.read(older.name) is not None

    def _lines(self, part: Range, rows: list[Row], older: OwnSegment | None) -> list[Line]:
        """The entries of `part`; of those that the log keeps no longer, what an older segment says."""
        expired = any(not row.body and not row.is_forgotten for row in rows)
        before = self._lines_in(older) if older is not None and expired else {}
        lines: list[Line] = []
        for row in rows:
            gone = Forgotten(row.id, self._dev, part.session, row.seq, row.prev, row.hlc)
            if row.body:
                lines.append(read_entry(row.body))
            else:
                lines.append(gone if row.is_forgotten else before.get(row.seq, gone))
        return lines

    def _lines_in(self, older: OwnSegment) -> dict[int, Line]:
        data = self._own.read(older.name)
        if data is None:
            return {}
        try:
            opened = open_segment(
                older.name, data, identity=self._access.keys.identity, membership=self._access.membership
            )
        except SegmentRefused as error:
            _LOG.warning("A segment of this device cannot be opened again: %s", error)
            return {}
        return dict(enumerate(opened.lines, start=opened.first))

    def _readers(self, part: Range) -> frozenset[str]:
        """Whom `part` may be sealed for; nobody, where it may not leave."""
        if part.session in self._kept_back:
            return frozenset()
        try:
            return frozenset(self._access.membership.readers(part.session, part.project))
        except NotAllowed:
            return frozenset()

    def _note_rules(self, segment: OwnSegment) -> None:
        self._log.change(
            lambda connection: connection.execute(
                "UPDATE segment SET rules_v = ? WHERE name = ?", (RULES_VERSION, segment.name)
            )
        )

    def _drop_unnamed(self) -> None:
        """Files that were sealed by a process that was killed before it noted them."""
        rows = self._log.read(
            lambda connection: connection.execute("SELECT name FROM segment WHERE own = 1").fetchall()
        )
        self._own.change({}, sorted(self._own.names() - {name for (name,) in rows}))


def _note(
    connection: sqlite3.Connection, dev: str, segment: OwnSegment, size: int, older: OwnSegment | None, now_ms: int
) -> None:
    part = segment.range
    readers = " ".join(sorted(segment.readers))
    connection.execute(
        """
        INSERT OR REPLACE INTO segment (name, dev, session, first, last, own, readers, gone, rules_v, bytes, at_ms)
        VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?)
        """,
        (segment.name, dev, part.session, part.first, part.last, readers, segment.gone, segment.rules_v, size, now_ms),
    )
    if older is not None:
        connection.execute("UPDATE segment SET own = 2 WHERE name = ?", (older.name,))
