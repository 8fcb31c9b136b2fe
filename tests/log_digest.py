"""Everything that a session log knows, without the order in which it came to know it."""

import hashlib
import json
from pathlib import Path
from typing import Final

from holdfast.sessions.log.history import open_history
from sessions_fixture import rows

_TABLES: Final = {
    "entry": "SELECT id, dev, session, seq, hlc, kind, project, body FROM entry",
    "series": "SELECT * FROM series",
    "session": "SELECT * FROM session",
    "touched": "SELECT * FROM touched",
    "native_message": "SELECT * FROM native_message",
    "tombstone": "SELECT target, only_dev, kind, session, tool, native_id FROM tombstone",
    "memory_item": "SELECT entry.id, m.session, m.dev, m.project, m.branch, m.kind, at_ms, key, text, paths, author, tool"
    " FROM memory_item AS m JOIN entry ON entry.rowid = m.entry",
    "entry_words": "SELECT entry.id FROM entry_words_docsize AS w JOIN entry ON entry.rowid = w.id",
}


def known(data: Path, questions: tuple[str, ...] = ()) -> dict[str, list[str]]:
    """What the log in `data` holds, by table, with what it shows of each session and finds for `questions`; sorted."""
    path = data / "sessions.db"
    found = {name: sorted(map(repr, rows(path, query))) for name, query in _TABLES.items()}
    with open_history(path) as history:
        assert history is not None
        found["listed"] = [repr(session) for session in history.sessions()]
        found["shown"] = [entry.id for session in history.sessions() for entry in history.each_entry(session.id)]
        found["searched"] = [
            repr((hit.session, hit.entry)) for question in questions for hit in history.search(question, limit=200)
        ]
    return found


def digest(data: Path, questions: tuple[str, ...] = ()) -> str:
    """The digest of `known`: the same for two logs that know the same."""
    return hashlib.sha256(json.dumps(known(data, questions)).encode()).hexdigest()
