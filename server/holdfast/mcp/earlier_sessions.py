"""Reading the session log for one project: search, pages, memory. Blocking.

What belongs to other projects is not shown, nor what a teammate's device wrote before it was approved.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from pydantic import BaseModel

from holdfast.errors import HoldfastError, UsageError
from holdfast.locations import Locations
from holdfast.mcp.session_pages import RECORD, SessionPage, when, write_entries
from holdfast.mcp.shown_text import MOST_CHARACTERS, ShownText
from holdfast.sessions.entries.entry import Entry
from holdfast.sessions.identity.project import find_project
from holdfast.sessions.log.history import open_history
from holdfast.sessions.log.listed import Session
from holdfast.sessions.log.search import search
from holdfast.sessions.memory.rank import Remembered
from holdfast.sessions.memory.reader import MemoryReader
from holdfast.sqlite.connection import open_for_reading, translated_errors

_BEFORE: Final = 2
_NOT_SHOWN: Final = """
SELECT dev FROM device
WHERE standing <> 'own' AND NOT (standing = 'teammate' AND injected = 1 AND (project IS NULL OR project = ?))
"""

_NAMED: Final = """
SELECT session FROM session WHERE project = ?1 AND substr(session, 1, length(?2)) = ?2 LIMIT 2
"""


class FoundEntry(BaseModel):
    """An entry of a session that answers; `entry` is its id, by which read_session shows what stands around it."""

    session: str
    entry: str
    tool: str
    kind: str
    said_by: str
    when: str
    text: str


class RememberedItem(BaseModel):
    """A sentence that holds still: a decision, a correction, an open end, or a model's summary (`author` says whose)."""

    kind: str
    author: str
    when: str
    tool: str
    text: str
    paths: list[str]
    session: str
    entry: str


class EarlierSessions:
    """The sessions of the project at `root`; which project that is, is looked up at the first question."""

    def __init__(self, root: Path, locations: Locations, shown: ShownText) -> None:
        self._root = root
        self._data = locations.data
        self._path = locations.sessions_db
        self._shown = shown
        self._known_project: str | None = None

    def search(self, question: str, limit: int) -> list[FoundEntry]:
        """What answers `question`, the best first. Raises StorageError."""
        with self._log() as connection:
            if connection is None:
                return []
            project = self._project()
            hidden = _hidden_devices(connection, project)
            hits = search(connection, question, project=project, limit=limit)
            shown = [hit for hit in hits if _device_of(connection, hit.entry) not in hidden]
        return [
            FoundEntry(
                session=hit.session,
                entry=hit.entry,
                tool=self._shown.whole(hit.tool),
                kind=hit.kind,
                said_by=hit.role or "",
                when=when(hit.at_ms),
                text=self._shown.whole(hit.text, conversation=True),
            )
            for hit in shown
        ]

    def page(self, session_id: str, first: int, around: str) -> SessionPage:
        """A page of a session from the entry numbered `first`, or from just before the one whose id is `around`.

        Raises StorageError, and HoldfastError where this project has no such session or entry.
        """
        session, entries = self._session(session_id)
        if around:
            places = [number for number, entry in enumerate(entries) if entry.id == around]
            if not places:
                raise UsageError(f"The session has no entry “{self._shown.whole(around)}”.", remedy="Leave it out.")
            first = max(0, places[0] - _BEFORE)
        written, following = write_entries(entries, first, self._shown)
        return SessionPage(
            record=RECORD,
            session=session.id,
            title=self._shown.whole(session.title, conversation=True),
            tool=self._shown.whole(session.tool),
            entries=written,
            total=len(entries),
            next=following,
        )

    def memory(self) -> list[RememberedItem]:
        """What holds still, the newest first, as much as one answer has room for."""
        reader = MemoryReader(self._path, self._root)
        try:
            reader.find_project()
            remembered = list(reader.memory())
        finally:
            reader.close()
        items: list[RememberedItem] = []
        room = MOST_CHARACTERS
        for one in remembered:
            item = self._item(one)
            room -= len(item.text) + sum(map(len, item.paths))
            if room < 0:
                break
            items.append(item)
        return items

    def _item(self, one: Remembered) -> RememberedItem:
        item = one.item
        return RememberedItem(
            kind=item.kind,
            author=item.author,
            when=when(item.at_ms),
            tool=self._shown.whole(item.tool),
            text=self._shown.whole(item.text, conversation=True),
            paths=[self._shown.whole(path) for path in item.paths],
            session=one.session,
            entry=one.entry,
        )

    def _session(self, session_id: str) -> tuple[Session, list[Entry]]:
        project = self._project()
        with self._log() as connection:
            if connection is None:
                raise self._unknown(session_id)
            # Looked up here, for the ids of other projects' sessions are nothing an agent should learn.
            found = connection.execute(_NAMED, (project, session_id.lower())).fetchall()
            hidden = _hidden_devices(connection, project)
        if len(found) != 1:
            raise self._unknown(session_id)
        with open_history(self._path) as history:
            if history is None:
                raise self._unknown(session_id)
            session, entries = history.session(str(found[0][0]))
        shown = [entry for entry in entries if entry.place.dev not in hidden]
        if not shown:
            raise self._unknown(session_id)
        return session, shown

    def _unknown(self, session_id: str) -> HoldfastError:
        return HoldfastError(
            f"This project has no session “{self._shown.whole(session_id)}”.",
            remedy="search_sessions finds those it has.",
        )

    def _project(self) -> str:
        if self._known_project is None:
            self._known_project = find_project(self._root, self._data)
        return self._known_project

    @contextmanager
    def _log(self) -> Iterator[sqlite3.Connection | None]:
        """The log, brought up to date if an older Holdfast wrote it; None when nothing was ever recorded."""
        with open_history(self._path) as history:
            is_there = history is not None
        if not is_there:
            yield None
            return
        with translated_errors(self._path), closing(open_for_reading(self._path)) as connection:
            yield connection


def _hidden_devices(connection: sqlite3.Connection, project: str) -> frozenset[str]:
    """The devices whose entries an agent must not see."""
    return frozenset(str(dev) for (dev,) in connection.execute(_NOT_SHOWN, (project,)))


def _device_of(connection: sqlite3.Connection, entry: str) -> str:
    row = connection.execute("SELECT dev FROM entry WHERE id = ?", (entry,)).fetchone()
    return str(row[0]) if row is not None else ""
