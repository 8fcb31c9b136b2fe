"""Sessions that a tool keeps twice, under other ids: the second source counts where the first one ends, and repeats nothing.

Cline and Roo keep what they sent to a model, and what their panel showed; VS Code keeps a chat, and the transcript of its
agent. The second is read where the first is lost, which may be after the first was imported. A message has another id in
each of them, and often another text. So whole turns are told apart, by when the person spoke.
"""

import sqlite3
from dataclasses import dataclass, field
from typing import Final

from holdfast.sessions.entries.clock import stamp_ms
from holdfast.sessions.entries.kinds import SESSION_META, SESSION_START
from holdfast.sessions.importers.importer import Message, SessionFacts, Text, UnknownRecord

_SAME_MS: Final = 30_000
"""The sources say of the same words that they were said at times so far apart, at most."""


@dataclass(slots=True)
class _Second:
    """What the first source gave ends at `until_ms`; None where it gave nothing. `is_behind`: whether this turn is later."""

    until_ms: int | None
    is_behind: bool = False


@dataclass(slots=True)
class SecondSources:
    """The sessions of one file for which it is the second source, by their native ids."""

    _sessions: dict[str, _Second] = field(default_factory=dict)

    def begin(self, connection: sqlite3.Connection, facts: SessionFacts, session: str) -> None:
        """Note that `facts.second_source` begins the ids of all that follows of `session`, and what the log has of it."""
        if facts.second_source and facts.session not in self._sessions:
            self._sessions[facts.session] = _Second(_last_of_others(connection, session, facts.second_source))

    def has(self, item: Message | UnknownRecord) -> bool:
        """Whether the first source gave `item` already. To be asked in the order of the items."""
        second = self._sessions.get(item.session)
        if second is None or second.until_ms is None:
            return False
        if isinstance(item, Message) and item.role == "user" and any(isinstance(part, Text) for part in item.parts):
            second.is_behind = item.at_ms is not None and item.at_ms > second.until_ms + _SAME_MS
        return not second.is_behind


def _last_of_others(connection: sqlite3.Connection, session: str, prefix: str) -> int | None:
    """When the last of `session` was said whose id does not begin with `prefix`, be it forgotten since."""
    row = connection.execute(
        "SELECT max(hlc) FROM entry WHERE session = ? AND kind NOT IN (?, ?) AND (dev, seq) NOT IN"
        " (SELECT dev, seq FROM native_message WHERE session = ? AND substr(native_id, 1, ?) = ?)",
        (session, SESSION_START, SESSION_META, session, len(prefix), prefix),
    ).fetchone()
    return stamp_ms(row[0]) if row[0] is not None else None
