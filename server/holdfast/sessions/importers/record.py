"""The one place where what importers give becomes part of the log: redacted, capped, without repetition, batch by batch.

A batch is added in one transaction, together with how far its file was read: a process that is killed loses nothing that
was acknowledged, and repeats nothing. What becomes an entry depends on the items alone and not on where batches end, so
that a file read in pieces while it grows gives the entries that it gives when read whole. Each file of a session adds to a
series of its own (`entries/strand.py`), so that the order in which files are read makes no difference either.
"""

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from holdfast.redaction.cut_text import cut
from holdfast.sessions.entries.entry import Draft
from holdfast.sessions.entries.strand import series_of, session_of
from holdfast.sessions.importers.drafts import Drafter, native_id, older_id, session_id
from holdfast.sessions.importers.importer import (
    Item,
    Message,
    ReadTo,
    SessionFacts,
    Told,
    UnknownRecord,
    Unreadable,
)
from holdfast.sessions.importers.item_size import size_of
from holdfast.sessions.importers.known_batch import KnownBatch, is_passed_over, known_batch, session_of_tool
from holdfast.sessions.importers.second_source import SecondSources
from holdfast.sessions.importers.seen import Seen, State, identity_of, keep_seen, mark_of
from holdfast.sessions.importers.session_state import Position, SessionState
from holdfast.sessions.log.store import SessionLog
from holdfast.sessions.log.tombstones import is_session_forgotten

_MOST_CHARACTERS: Final = 500_000
_MOST_PROBLEMS: Final = 20
_MOST_WAITING: Final = 1000
_LONGEST_TITLE: Final = 1000
_LONGEST_RECORD_NAME: Final = 100
_MOST_RECORD_NAMES: Final = 100
_UNFINISHED: Final = State(0, 0)
"""The state of no file: one that was not read to its end is read on, even where it does not change."""


@dataclass(slots=True)
class Outcome:
    """What came of reading: ids of the sessions met, of those that something new was added to, and what was not read.

    `failed` counts the sessions, or files, of which nothing could be read; `unknown` the records without a rule, by name.
    """

    met: set[str] = field(default_factory=set)
    imported: set[str] = field(default_factory=set)
    failed: int = 0
    problems: list[str] = field(default_factory=list)
    is_held_back: bool = False
    """Whether a model was to look through it, and gave no answer that counts."""
    unknown: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Ready:
    """An item of the series, redacted; a fact where `id` is None, and a message that is there already without a draft."""

    series: str
    native: str
    draft: Draft | None
    id: str | None = None
    parent: str | None = None
    older_id: str | None = None


class ItemRecorder:
    """Adds the items of one file to the log as entries of the device `dev`.

    `find_project` says whose project a folder is; `breathe` is called before each item; a batch has `batch_items` at most.
    """

    def __init__(
        self,
        log: SessionLog,
        dev: str,
        drafter: Drafter,
        path: Path,
        find_project: Callable[[str], str | None],
        breathe: Callable[[], None],
        batch_items: int,
    ) -> None:
        self.outcome = Outcome()
        self._log = log
        self._dev = dev
        self._drafter = drafter
        self._path = path
        self._find_project = find_project
        self._breathe = breathe
        self._batch_items = batch_items
        self._projects: dict[str, str | None] = {}
        self._waiting: dict[str, list[SessionFacts]] = {}
        self._states: dict[str, SessionState] = {}
        self._positions: dict[str, Position] = {}
        self._ids: dict[str, str] = {}
        self._second = SecondSources()
        self._unreadable: set[str] = set()
        self._damaged = 0
        self._file = (0, 0)

    def record(self, items: Iterable[Item], seen: Seen) -> None:
        """Add what is new in `items`, which begin at `seen.offset` in a file whose state is `seen.state`.

        Raises StorageError or DiskFull; an OSError of the file passes. What was added before stays.
        """
        batch: list[Item] = []
        characters = 0
        if seen.offset:
            self.outcome.met |= seen.sessions
            if seen.last is not None:
                self._positions[seen.last[0]] = Position(seen.last[1])
        reached = replace(seen, state=_UNFINISHED)
        self._file = identity_of(self._path)
        try:
            for item in items:
                batch.append(item)
                characters += size_of(item)
                if len(batch) >= self._batch_items or characters >= _MOST_CHARACTERS:
                    reached = self._add(batch, reached)
                    batch, characters = [], 0
        except OSError:
            self._add(batch, reached)
            raise
        self._add(batch, reached, seen.state)
        self.outcome.failed += self._failures()

    def _add(self, batch: list[Item], reached: Seen, state: State = _UNFINISHED) -> Seen:
        """Add a batch; `state` is given with the last one. How far the file has been read with it."""
        known = self._log.read(lambda connection: self._look_up(connection, batch))
        ready, offset = self._make_ready(batch, known, reached.offset)
        if offset != reached.offset and identity_of(self._path) != self._file:
            offset = 0  # Another file is there now, of which nothing was read.
        mark = mark_of(self._path, offset) if offset != reached.offset else reached.mark
        reached = replace(reached, offset=offset, state=state, mark=mark)
        try:
            return self._log.change(lambda connection: self._write(connection, ready, reached))
        except BaseException:
            self._states.clear()
            raise

    def _look_up(self, connection: sqlite3.Connection, batch: list[Item]) -> KnownBatch:
        if len(self._ids) >= _MOST_WAITING:
            self._ids.clear()
        for item in batch:
            if isinstance(item, Told) and item.session not in self._ids:
                self._ids[item.session] = session_of_tool(connection, self._drafter.tool, item.session, self._dev)
            if isinstance(item, SessionFacts):
                self._second.begin(connection, item, self._series(item))
        return known_batch(connection, [item for item in batch if isinstance(item, Told)], self._series, self._dev)

    def _make_ready(self, batch: list[Item], known: KnownBatch, offset: int) -> tuple[list[_Ready], int]:
        """The drafts of what is new, and up to where the file need not be read again."""
        ready: list[_Ready] = []
        begun: set[str] = set(known.begun)
        for item in batch:
            self._breathe()
            match item:
                case ReadTo():
                    # What is known of a session that has not begun yet is read again the next time.
                    offset = item.offset if not self._waiting else offset
                case Unreadable():
                    self._count_unreadable(item)
                case SessionFacts() if not item.session or self._series(item) in known.forgotten:
                    pass
                case SessionFacts():
                    self._wait(item)
                    if self._series(item) in begun:
                        ready += self._told(self._series(item))
                case Message() | UnknownRecord():
                    if isinstance(item, UnknownRecord):
                        self._count_unknown(item.record[:_LONGEST_RECORD_NAME])
                    said = self._said(item, known)
                    if said is not None and said.draft is not None:
                        begun.add(said.series)
                        ready += self._told(said.series)
                    ready += [said] if said is not None else []
        return ready, offset

    def _said(self, item: Message | UnknownRecord, known: KnownBatch) -> _Ready | None:
        series = self._series(item)
        if not item.session or series in known.forgotten:
            return None
        message = native_id(item)
        is_told = self._second.has(item)
        if is_told or (series, message) in known.messages:
            return _Ready(series, item.session, None, message)
        draft = self._drafter.message(item) if isinstance(item, Message) else self._drafter.unknown(item)
        parent = item.parent if isinstance(item, Message) else None
        return _Ready(series, item.session, draft, message, parent, older_id(item)) if draft is not None else None

    def _wait(self, facts: SessionFacts) -> None:
        """Keep `facts` until something is said in their series, which may be never: so many series, and so much of each."""
        series = self._series(facts)
        if len(self._waiting) >= _MOST_WAITING and series not in self._waiting:
            del self._waiting[next(iter(self._waiting))]
        title = cut(facts.title, _LONGEST_TITLE) if facts.title is not None else None
        waiting = self._waiting.setdefault(series, [])
        waiting.append(replace(facts, title=title))
        del waiting[:-_MOST_WAITING]

    def _told(self, series: str) -> list[_Ready]:
        """What waits to be told of a series, as one draft."""
        told = self._waiting.pop(series, [])
        if series not in self._projects or self._projects[series] is None:
            folder = next((facts.folder for facts in told if facts.folder), None)
            self._projects[series] = self._find_project(folder) if folder else None
        return [_Ready(series, told[0].session, self._drafter.facts(told))] if told else []

    def _write(self, connection: sqlite3.Connection, ready: list[_Ready], reached: Seen) -> Seen:
        states: dict[str, SessionState] = {}
        last = reached.last
        for item in ready:
            session = session_of(item.series)
            if item.series not in states:
                if is_session_forgotten(connection, session, self._dev):
                    continue
                states[item.series] = self._state(connection, item.series)
            if item.id is not None:
                last = (item.series, item.id)
            if self._add_to(states[item.series], item, connection):
                self.outcome.imported.add(session)
            self.outcome.met.add(session)
        self._states = states
        reached = replace(reached, last=last)
        if reached.state is not _UNFINISHED:
            reached = replace(reached, sessions=reached.sessions | self.outcome.met)
        keep_seen(connection, self._drafter.tool, str(self._path), reached)
        return reached

    def _add_to(self, state: SessionState, item: _Ready, connection: sqlite3.Connection) -> bool:
        """Whether anything new was added."""
        if item.id is None:
            return item.draft is not None and state.tell(item.draft)
        ids = [known for known in (item.id, item.older_id) if known is not None]
        if item.draft is None or any(is_passed_over(connection, item.series, known, self._dev) for known in ids):
            state.pass_over(item.id)
            return False
        state.start(self._drafter.start(item.native, item.draft.at_ms))
        state.say(item.draft, item.id, item.parent)
        return True

    def _state(self, connection: sqlite3.Connection, series: str) -> SessionState:
        kept = self._states.get(series)
        if kept is not None and kept.is_current(connection):
            return kept
        position = self._positions.setdefault(series, Position()) if self._drafter.is_appended else None
        return SessionState(connection, self._dev, series, self._projects.get(series), position)

    def _failures(self) -> int:
        """Sessions that could not be read. A damaged line is none, where the file's session was read all the same."""
        damaged = self._damaged if not (self._drafter.is_appended and self.outcome.met) else 0
        return len(self._unreadable - self.outcome.met) + (min(damaged, 1) if self._drafter.is_appended else damaged)

    def _count_unknown(self, name: str) -> None:
        counts = self.outcome.unknown
        name = name if name in counts or len(counts) < _MOST_RECORD_NAMES else "others"
        counts[name] = counts.get(name, 0) + 1

    def _count_unreadable(self, item: Unreadable) -> None:
        if item.session:
            self._unreadable.add(self._id(item.session))
        else:
            self._damaged += 1
        if len(self.outcome.problems) < _MOST_PROBLEMS and item.why not in self.outcome.problems:
            self.outcome.problems.append(item.why)

    def _id(self, native: str) -> str:
        return self._ids.get(native) or session_id(self._drafter.tool, native)

    def _series(self, item: Told) -> str:
        return series_of(self._id(item.session), item.strand)
