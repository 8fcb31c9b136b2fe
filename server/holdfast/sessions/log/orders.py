"""What a person asks of the log: to forget, to pin, to keep for so long, to write down a decision.

Each is an entry of this device's control series, so that the other devices learn of it; what it does is done in the same
transaction (`control.py`).
"""

import sqlite3
from collections.abc import Sequence
from typing import Final

from holdfast.errors import HoldfastError, UsageError
from holdfast.redaction.cut_text import cut
from holdfast.redaction.redactor import Redactor
from holdfast.sessions.entries.canonical_json import JsonObject
from holdfast.sessions.entries.clock import wall_clock_ms
from holdfast.sessions.entries.entry import Draft, Entry
from holdfast.sessions.entries.kinds import CONTROL, DECISION, SESSION_END, SESSION_META, SESSION_START
from holdfast.sessions.entries.redact_draft import redact_draft
from holdfast.sessions.entries.uuid7 import uuid7
from holdfast.sessions.log import control
from holdfast.sessions.log.expire import expire
from holdfast.sessions.log.store import SessionLog, append_drafts
from holdfast.sessions.log.title import first_words

_LONGEST_DECISION: Final = 10_000
_MOST_NAMED: Final = 500
"""Entries that one tombstone names."""


class Orders:
    """Orders of the person at the device `dev`, carried out in `log`. Each raises DiskFull or StorageError."""

    def __init__(self, log: SessionLog, dev: str) -> None:
        self._log = log
        self._dev = dev

    def forget_session(self, session: str) -> None:
        """Forget `session` on all devices: once this returns, its text is in no table, and soon in no file, of this one."""
        self._say([control.session_tombstone(wall_clock_ms(), session)])

    def forget_entries(self, entries: Sequence[Entry]) -> None:
        """Forget these entries on all devices, and the messages they were imported from."""
        pieces = (entries[first : first + _MOST_NAMED] for first in range(0, len(entries), _MOST_NAMED))
        self._say([control.entries_tombstone(wall_clock_ms(), piece) for piece in pieces])

    def pin(self, target: str, *, holds: bool) -> None:
        """Let `target`, the id of a session or an entry, stay whatever its age; or no longer."""
        self._say([control.pin(wall_clock_ms(), target, holds=holds)])

    def keep(self, days: int | None, project: str | None) -> int:
        """Keep what was said and done for `days` on this device, None for ever; how many entries have lost their text.

        That is for `project`, or for all that have no word of their own. Decisions, summaries and what is pinned stay.
        """

        def work(connection: sqlite3.Connection) -> int:
            append_drafts(connection, self._dev, CONTROL, None, [control.retention(wall_clock_ms(), days, project)])
            return expire(connection, self._dev, wall_clock_ms())

        return self._log.change(work)

    def expire(self) -> int:
        """Do what was said of keeping; how many entries have lost their text. For once a day or so."""
        return self._log.change(lambda connection: expire(connection, self._dev, wall_clock_ms()))

    def note(self, text: str, project: str | None, redactor: Redactor) -> str:
        """Write down a decision as a session of its own; the session's id. Raises UsageError where there is no text."""
        text = cut(text, _LONGEST_DECISION).encode("utf-8", "replace").decode("utf-8")
        title = first_words(text)
        if not title:
            raise UsageError("There is nothing to write down.", remedy="Give a sentence.")
        now = wall_clock_ms()
        session = str(uuid7(now))
        named: JsonObject = {"type": "ref", "to": "title", "name": title}
        drafts = [
            Draft(now, SESSION_START, ({"type": "ref", "to": "client", "name": "holdfast sessions note"},)),
            Draft(now, SESSION_META, (named,)),
            Draft(now, DECISION, ({"type": "text", "text": text},), role="user"),
            Draft(now, SESSION_END, ()),
        ]
        self._log.append(self._dev, session, project, [redact_draft(draft, redactor) for draft in drafts])
        return session

    def _say(self, drafts: Sequence[Draft]) -> None:
        self._log.append(self._dev, CONTROL, None, drafts)


def no_such_entry(entry_id: str) -> HoldfastError:
    """The error for an id that no entry has."""
    return HoldfastError(
        f"There is no entry “{entry_id}”.", remedy="`holdfast sessions show ID --json` names those of a session."
    )
