"""Reading the session log for one project: search, pages, memory. Blocking.

What belongs to other projects is not shown, nor what a teammate's device wrote before it was approved; not even as a title,
which a session has from any of its entries.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from pydantic import BaseModel

from holdfast.errors import HoldfastError, StorageError, UsageError
from holdfast.locations import Locations
from holdfast.mcp.session_pages import RECORD, SessionPage, said_by, when, write_entries
from holdfast.mcp.shown_text import MOST_CHARACTERS, ShownText
from holdfast.sessions.entries.entry import Entry, readable_entry
from holdfast.sessions.identity.project import find_project
from holdfast.sessions.log.history import open_history
from holdfast.sessions.log.search import search
from holdfast.sessions.log.strands import in_session
from holdfast.sessions.memory.rank import Remembered
from holdfast.sessions.memory.reader import MemoryReader
from holdfast.sqlite.connection import open_for_reading, translated_errors

_BEFORE: Final = 2
_NOT_SHOWN: Final = """
SELECT dev FROM device
WHERE standing <> 'own' AND NOT (standing = 'teammate' AND injected = 1 AND (project IS NULL OR project = :project))
UNION SELECT dev FROM segment WHERE own = 0 AND dev NOT IN (SELECT dev FROM device)
"""
"""Those of teammates that are not approved, and those that something came from and that no vault knows any more."""
_IS_SHOWN: Final = f"((project IS NULL OR project = :project) AND dev NOT IN ({_NOT_SHOWN}))"
_NAMED: Final = """
SELECT session, title FROM session WHERE project = ?1 AND substr(session, 1, length(?2)) = ?2 LIMIT 2
"""
_ENTRIES: Final = f"""
SELECT body FROM entry WHERE {{in_session}} AND body <> '' AND {_IS_SHOWN} ORDER BY hlc, dev, session, seq
"""  # noqa: S608 - a condition without values
_HAS_OTHERS: Final = f"""
SELECT EXISTS (SELECT 1 FROM entry WHERE {{in_session}} AND body <> '' AND NOT {_IS_SHOWN})
"""  # noqa: S608 - a condition without values


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
            hidden = [str(dev) for (dev,) in connection.execute(_NOT_SHOWN, {"project": project})]
            shown = search(connection, question, project=project, without_devices=hidden, limit=limit)
        return [
            FoundEntry(
                session=hit.session,
                entry=hit.entry,
                tool=self._shown.whole(hit.tool),
                kind=self._shown.whole(hit.kind),
                said_by=said_by(hit.role),
                when=when(hit.at_ms),
                text=self._shown.whole(hit.text, conversation=True),
            )
            for hit in shown
        ]

    def page(self, session_id: str, first: int, around: str) -> SessionPage:
        """A page of a session from the entry numbered `first`, or from just before the one whose id is `around`.

        Raises StorageError, and HoldfastError where this project has no such session or entry.
        """
        project = self._project()
        with self._log() as connection:
            # Looked up here, for the ids of other projects' sessions are nothing an agent should learn.
            named = connection.execute(_NAMED, (project, session_id.lower())).fetchall() if connection else []
            if connection is None or len(named) != 1:
                raise self._unknown(session_id)
            session, title = map(str, named[0])
            total, tool, place = 0, "", None
            for number, entry in enumerate(_entries(connection, project, session)):
                total, tool = number + 1, tool or entry.tool
                place = number if entry.id == around else place
            if not total:
                raise self._unknown(session_id)
            if around and place is None:
                raise UsageError(f"The session has no entry “{self._shown.whole(around)}”.", remedy="Leave it out.")
            first = max(0, place - _BEFORE) if place is not None else first
            written, following = write_entries(_entries(connection, project, session), first, self._shown)
            is_whole = not _asked(connection, _HAS_OTHERS, project, session).fetchone()[0]
        return SessionPage(
            record=RECORD,
            session=session,
            title=self._shown.whole(title, conversation=True) if is_whole else "",
            tool=self._shown.whole(tool),
            entries=written,
            total=total,
            next=following,
        )

    def memory(self, most: int) -> tuple[list[RememberedItem], int]:
        """What holds still, the newest first, at most `most` and what one answer has room for; and how many were left out.

        Raises StorageError.
        """
        with self._log() as connection:
            if connection is None:
                return [], 0
        remembered = self._remembered()
        items: list[RememberedItem] = []
        room = MOST_CHARACTERS
        for one in remembered[:most]:
            item = self._item(one)
            room -= len(item.text) + sum(map(len, item.paths))
            if room < 0:
                break
            items.append(item)
        return items, len(remembered) - len(items)

    def _remembered(self) -> list[Remembered]:
        reader = MemoryReader(self._path, self._root)
        try:
            reader.find_project()
            remembered = list(reader.memory())
            # What could not be read is not the same as nothing.
            if not reader.is_sure:
                raise StorageError(
                    "What is remembered cannot be read.", remedy="Try again, or `holdfast sessions verify`."
                )
        finally:
            reader.close()
        return remembered

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


def _entries(connection: sqlite3.Connection, project: str, session: str) -> Iterator[Entry]:
    """The entries of a session that may be shown, one by one; of a message that two devices imported, one copy."""
    seen: set[str] = set()
    for (body,) in _asked(connection, _ENTRIES, project, session):
        entry = readable_entry(body)
        if entry is None or entry.native_id in seen:
            continue
        if entry.native_id is not None:
            seen.add(entry.native_id)
        yield entry


def _asked(connection: sqlite3.Connection, query: str, project: str, session: str) -> sqlite3.Cursor:
    """`query` of all that `session` consists of."""
    whole = query.format(in_session=in_session(connection, session))
    return connection.execute(whole, {"project": project, "session": session})
