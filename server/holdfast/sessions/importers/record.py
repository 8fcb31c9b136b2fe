"""The one place where what importers give becomes part of the log: redacted, capped, without repetition, batch by batch.

A batch is added in one transaction, together with how far its file was read: a process that is killed loses nothing that
was acknowledged, and repeats nothing. What becomes an entry depends on the items alone and not on where batches end, so
that a file read in pieces while it grows gives the entries that it gives when read whole.
"""

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from holdfast.sessions.entries.entry import Draft
from holdfast.sessions.importers.drafts import Drafter, native_id, session_id
from holdfast.sessions.importers.importer import (
    Item,
    Message,
    Part,
    ReadTo,
    Reference,
    SessionFacts,
    ToolCall,
    UnknownRecord,
    Unreadable,
)
from holdfast.sessions.importers.second_source import SecondSources
from holdfast.sessions.importers.seen import Seen, State, identity_of, keep_seen, mark_of
from holdfast.sessions.importers.session_state import SessionState, is_known, is_there
from holdfast.sessions.log.store import SessionLog
from holdfast.sessions.log.tombstones import is_message_forgotten, is_session_forgotten

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
class _Known:
    """What the log has of a batch already, or must not have."""

    sessions: frozenset[str]
    forgotten: frozenset[str]
    messages: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Ready:
    """An item of the session `native`, redacted; a fact where `id` is None."""

    native: str
    draft: Draft
    id: str | None = None
    parent: str | None = None


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
        reached = replace(seen, state=_UNFINISHED)
        self._file = identity_of(self._path)
        try:
            for item in items:
                batch.append(item)
                characters += _size(item)
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
        known = self._log.change(lambda connection: self._look_up(connection, batch))
        ready, offset = self._make_ready(batch, known, reached.offset)
        if offset != reached.offset and identity_of(self._path) != self._file:
            offset = 0  # Another file is there now, of which nothing was read.
        mark = mark_of(self._path, offset) if offset != reached.offset else reached.mark
        reached = replace(reached, offset=offset, state=state, mark=mark)
        try:
            self._log.change(lambda connection: self._write(connection, ready, reached))
        except BaseException:
            self._states.clear()
            raise
        return reached

    def _look_up(self, connection: sqlite3.Connection, batch: list[Item]) -> _Known:
        for item in batch:
            if isinstance(item, SessionFacts):
                self._second.begin(connection, item, self._id(item.session))
        return _known(connection, self._drafter.tool, batch, self._dev)

    def _make_ready(self, batch: list[Item], known: _Known, offset: int) -> tuple[list[_Ready], int]:
        """The drafts of what is new, and up to where the file need not be read again."""
        ready: list[_Ready] = []
        begun: set[str] = set(known.sessions)
        for item in batch:
            self._breathe()
            match item:
                case ReadTo():
                    # What is known of a session that has not begun yet is read again the next time.
                    offset = item.offset if not self._waiting else offset
                case Unreadable():
                    self._count_unreadable(item)
                case SessionFacts() if not item.session or self._id(item.session) in known.forgotten:
                    pass
                case SessionFacts():
                    self._wait(item)
                    if self._id(item.session) in begun:
                        ready += self._told(item.session)
                case Message() | UnknownRecord():
                    if isinstance(item, UnknownRecord):
                        self._count_unknown(item.record[:_LONGEST_RECORD_NAME])
                    said = self._said(item, known)
                    if said is not None:
                        begun.add(self._id(said.native))
                        ready += [*self._told(said.native), said]
        return ready, offset

    def _said(self, item: Message | UnknownRecord, known: _Known) -> _Ready | None:
        session = self._id(item.session)
        if not item.session or session in known.forgotten:
            return None
        message = native_id(item)
        is_told = self._second.has(item)
        if is_told or (session, message) in known.messages:
            self.outcome.met.add(session)
            return None
        draft = self._drafter.message(item) if isinstance(item, Message) else self._drafter.unknown(item)
        parent = item.parent if isinstance(item, Message) else None
        return _Ready(item.session, draft, message, parent) if draft is not None else None

    def _wait(self, facts: SessionFacts) -> None:
        """Keep `facts` until something is said in their session, which may be never: so many sessions, and so much of each."""
        if len(self._waiting) >= _MOST_WAITING and facts.session not in self._waiting:
            del self._waiting[next(iter(self._waiting))]
        title = facts.title[:_LONGEST_TITLE] if facts.title is not None else None
        waiting = self._waiting.setdefault(facts.session, [])
        waiting.append(replace(facts, title=title))
        del waiting[:-_MOST_WAITING]

    def _told(self, native: str) -> list[_Ready]:
        """What waits to be told of a session, as one draft."""
        told = self._waiting.pop(native, [])
        if native not in self._projects or self._projects[native] is None:
            folder = next((facts.folder for facts in told if facts.folder), None)
            self._projects[native] = self._find_project(folder) if folder else None
        return [_Ready(native, self._drafter.facts(told))] if told else []

    def _write(self, connection: sqlite3.Connection, ready: list[_Ready], reached: Seen) -> None:
        states: dict[str, SessionState] = {}
        for item in ready:
            session = self._id(item.native)
            if session not in states:
                if is_session_forgotten(connection, session, self._dev):
                    continue
                states[session] = self._state(connection, session, item.native)
            state = states[session]
            if item.id is None:
                if state.tell(item.draft):
                    self.outcome.imported.add(session)
            elif not is_there(connection, session, item.id):
                state.start(self._drafter.start(item.native, item.draft.at_ms))
                state.say(item.draft, item.parent)
                self.outcome.imported.add(session)
            self.outcome.met.add(session)
        self._states = states
        if reached.state is not _UNFINISHED:
            reached = replace(reached, sessions=reached.sessions | self.outcome.met)
        keep_seen(connection, self._drafter.tool, str(self._path), reached)

    def _state(self, connection: sqlite3.Connection, session: str, native: str) -> SessionState:
        kept = self._states.get(session)
        if kept is not None and kept.is_current(connection):
            return kept
        return SessionState(connection, self._dev, session, self._projects.get(native))

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
        return session_id(self._drafter.tool, native)


def _known(connection: sqlite3.Connection, tool: str, batch: Iterable[Item], dev: str) -> _Known:
    sessions: set[str] = set()
    forgotten: set[str] = set()
    messages: set[tuple[str, str]] = set()
    for native in {item.session for item in batch if isinstance(item, SessionFacts | Message | UnknownRecord)}:
        session = session_id(tool, native)
        if is_session_forgotten(connection, session, dev):
            forgotten.add(session)
        elif is_known(connection, session):
            sessions.add(session)
    for item in batch:
        if isinstance(item, Message | UnknownRecord):
            place = (session_id(tool, item.session), native_id(item))
            if is_there(connection, *place) or is_message_forgotten(connection, *place, dev):
                messages.add(place)
    return _Known(frozenset(sessions), frozenset(forgotten), frozenset(messages))


def _size(item: Item) -> int:
    """Its characters, about."""
    match item:
        case Message():
            return sum(_size_of(part) for part in item.parts)
        case UnknownRecord():
            return len(item.text)
        case _:
            return 0


def _size_of(part: Part) -> int:
    match part:
        case ToolCall():
            return len(part.input)
        case Reference():
            return len(part.value)
        case _:
            return len(part.text)
