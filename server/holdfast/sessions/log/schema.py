"""The tables of sessions.db: what was recorded. Entries are added and never changed.

`entry.body` is the canonical JSON; the other columns repeat what queries ask for. A forgotten entry keeps its row, with an
empty `body` and the kind `forgotten`, so that the chain of its series holds; one that grew older than this machine keeps
entries has the kind `expired`. Of a forgotten session no row is left.
`series` remembers the end of each series, so that a tail that was cut off shows. The column `session` of `entry`, `series` and
`native_message` names a series: a session, or a strand of one (`strands.py`); that of all other tables is the session.
`tombstone`: what was forgotten and must not come back; `only_dev` is "", or the one device whose series it speaks of.
`device`: whose a device is; one that is not named is the person's own. `native_seen`: how far a file of another tool was read,
and which message was the `last` (series and native id).
`state`: `derived`, the form of what is derived, and `row`, the last row of `entry` it was made from; `scrub`, what is still to
be wiped from the file after forgetting.

Derived from entries, and made again by `holdfast sessions rebuild`: `session` (one row for each, as lists show it), `touched`
(the files of a session), `entry_words` (full text; contentless, by rows of `entry`: one is taken out by its words),
`native_message` (which messages of other tools are there), `memory_item` (decisions, corrections and unfinished work; no
number is given twice, so that who looks at the last one sees each change), `pin_word` (the last word on each pin; `pin` shows
those that hold), `keep` (how many days a device keeps what was said).
"""

from typing import Final

from holdfast.sessions.log.sharing_tables import SHARING
from holdfast.sqlite.migrations import Migration

_LEFT_BEHIND: Final = """
NOT EXISTS (
    SELECT 1 FROM entry WHERE entry.rowid = memory_item.entry AND entry.dev = memory_item.dev AND entry.body <> ''
)
"""

WORDS_TABLE: Final = """
CREATE VIRTUAL TABLE entry_words USING fts5 (words, content='', detail=none, prefix='3', tokenize='ascii')
"""
"""Full text by rows of `entry`, of words that are cut and folded before (`words.py`): hence the plain tokenizer."""

MIGRATIONS: Final = (
    Migration(
        "2026-11-20 entries in series",
        (
            """
            CREATE TABLE entry (
                dev TEXT NOT NULL,
                session TEXT NOT NULL,
                seq INTEGER NOT NULL,
                id TEXT NOT NULL UNIQUE,
                hlc TEXT NOT NULL,
                kind TEXT NOT NULL,
                project TEXT,
                body TEXT NOT NULL,
                PRIMARY KEY (dev, session, seq)
            )
            """,
            "CREATE INDEX entry_in_session ON entry (session, hlc, dev, seq)",
            """
            CREATE TABLE series (
                dev TEXT NOT NULL,
                session TEXT NOT NULL,
                max_contig INTEGER NOT NULL,
                tip_id TEXT NOT NULL,
                state TEXT NOT NULL CHECK (state IN ('open', 'ended')),
                PRIMARY KEY (dev, session)
            ) WITHOUT ROWID
            """,
        ),
    ),
    Migration(
        "2026-11-21 conversations, search and memory",
        (
            # Ids are hashes and so unique by themselves, but of a forgotten entry a device hands on the id alone: one that
            # claims another's must not keep that other entry out.
            """
            CREATE TABLE entry_by_place (
                dev TEXT NOT NULL,
                session TEXT NOT NULL,
                seq INTEGER NOT NULL,
                id TEXT NOT NULL,
                hlc TEXT NOT NULL,
                kind TEXT NOT NULL,
                project TEXT,
                body TEXT NOT NULL,
                PRIMARY KEY (dev, session, seq)
            )
            """,
            """
            INSERT INTO entry_by_place (rowid, dev, session, seq, id, hlc, kind, project, body)
            SELECT rowid, dev, session, seq, id, hlc, kind, project, body FROM entry ORDER BY rowid
            """,
            "DROP TABLE entry",
            "ALTER TABLE entry_by_place RENAME TO entry",
            "CREATE INDEX entry_in_session ON entry (session, hlc, dev, seq)",
            "CREATE INDEX entry_by_id ON entry (id)",
            """
            CREATE TABLE session (
                session TEXT PRIMARY KEY NOT NULL,
                tool TEXT NOT NULL,
                title TEXT NOT NULL,
                title_rank INTEGER NOT NULL,
                device TEXT NOT NULL,
                project TEXT,
                branch TEXT,
                folder TEXT,
                started_ms INTEGER NOT NULL,
                last_ms INTEGER NOT NULL,
                entries INTEGER NOT NULL,
                bytes INTEGER NOT NULL,
                suggestions INTEGER NOT NULL,
                accepted INTEGER NOT NULL,
                decisions INTEGER NOT NULL
            ) WITHOUT ROWID
            """,
            "CREATE INDEX session_by_project ON session (project, last_ms)",
            "CREATE INDEX session_by_start ON session (started_ms)",
            """
            CREATE TABLE touched (
                session TEXT NOT NULL,
                path TEXT NOT NULL,
                at_ms INTEGER NOT NULL,
                PRIMARY KEY (session, path)
            ) WITHOUT ROWID
            """,
            WORDS_TABLE,
            """
            CREATE TABLE native_message (
                session TEXT NOT NULL,
                native_id TEXT NOT NULL,
                dev TEXT NOT NULL,
                seq INTEGER NOT NULL,
                PRIMARY KEY (session, native_id)
            ) WITHOUT ROWID
            """,
            """
            CREATE TABLE native_seen (
                tool TEXT NOT NULL,
                path TEXT NOT NULL,
                offset INTEGER NOT NULL,
                mtime_ns INTEGER NOT NULL,
                size INTEGER NOT NULL,
                head BLOB NOT NULL,
                parser_v INTEGER NOT NULL,
                sessions BLOB NOT NULL,
                PRIMARY KEY (tool, path)
            ) WITHOUT ROWID
            """,
            """
            CREATE TABLE tombstone (
                target TEXT NOT NULL,
                only_dev TEXT NOT NULL,
                kind TEXT NOT NULL CHECK (kind IN ('session', 'entry')),
                session TEXT NOT NULL,
                tool TEXT,
                native_id TEXT,
                at_ms INTEGER NOT NULL,
                by_device TEXT NOT NULL,
                PRIMARY KEY (target, only_dev)
            ) WITHOUT ROWID
            """,
            "CREATE INDEX tombstone_of_native ON tombstone (session, native_id)",
            """
            CREATE TABLE device (
                dev TEXT PRIMARY KEY NOT NULL,
                name TEXT NOT NULL,
                standing TEXT NOT NULL CHECK (standing IN ('own', 'teammate', 'revoked')),
                project TEXT,
                injected INTEGER NOT NULL DEFAULT 0
            ) WITHOUT ROWID
            """,
            """
            CREATE TABLE memory_item (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                entry INTEGER NOT NULL,
                session TEXT NOT NULL,
                dev TEXT NOT NULL,
                project TEXT,
                branch TEXT,
                kind TEXT NOT NULL,
                at_ms INTEGER NOT NULL,
                key TEXT NOT NULL,
                text TEXT NOT NULL,
                paths TEXT NOT NULL,
                author TEXT NOT NULL CHECK (author IN ('person', 'model')),
                tool TEXT NOT NULL
            )
            """,
            "CREATE INDEX memory_item_by_project ON memory_item (project, kind, at_ms)",
            "CREATE INDEX memory_item_by_entry ON memory_item (entry)",
            """
            CREATE TABLE pin_word (
                target TEXT PRIMARY KEY NOT NULL,
                hlc TEXT NOT NULL,
                at_ms INTEGER NOT NULL,
                holds INTEGER NOT NULL
            ) WITHOUT ROWID
            """,
            "CREATE VIEW pin AS SELECT target, at_ms FROM pin_word WHERE holds",
            """
            CREATE TABLE keep (
                dev TEXT NOT NULL,
                project TEXT NOT NULL,
                days INTEGER NOT NULL,
                PRIMARY KEY (dev, project)
            ) WITHOUT ROWID
            """,
            "CREATE TABLE state (name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) WITHOUT ROWID",
        ),
    ),
    SHARING,
    Migration(
        "2026-11-21 strands of sessions",
        (
            "CREATE INDEX series_of_session ON series (session)",
            "ALTER TABLE native_seen ADD COLUMN last TEXT NOT NULL DEFAULT ''",
        ),
    ),
    Migration(
        "2026-11-21 undivided sessions",
        (
            # Where a helper's message is in a session's own series, too, what is derived tells of it twice.
            """
            DELETE FROM state WHERE name = 'derived' AND EXISTS (
                SELECT 1 FROM native_message AS helper JOIN native_message AS own
                ON own.session = substr(helper.session, 1, instr(helper.session, '/') - 1)
                AND own.native_id = helper.native_id WHERE helper.session LIKE '_%/h%'
            )
            """,
            # What a fork's tasks gave to memory stayed there when they were forgotten: it is taken out, and wiped.
            f"""
            INSERT OR IGNORE INTO state (name, value)
            SELECT 'scrub', 'file' WHERE EXISTS (SELECT 1 FROM memory_item WHERE {_LEFT_BEHIND})
            """,  # noqa: S608 - a condition without values
            f"DELETE FROM memory_item WHERE {_LEFT_BEHIND}",  # noqa: S608 - a condition without values
        ),
    ),
)
