"""The tables of sessions.db: what was recorded. Entries are added and never changed.

`entry.body` is the canonical JSON; the other columns repeat what queries ask for. A forgotten entry keeps its row, with an
empty `body`, so that the chain of its series holds.
`series` remembers the end of each series, so that a tail that was cut off shows.
`tombstone`: what was forgotten and must not come back. `device`: whose a device is; one that is not named is the person's own.
`native_seen`: how far a file of another tool was read.

Derived from entries, and made again by `holdfast sessions rebuild`: `session` (one row for each, as lists show it),
`entry_words` (full text; contentless: a row is taken out by its words), `native_message` (which messages of other tools are
there), `memory_item` (decisions, corrections and unfinished work), `pin`.
"""

from typing import Final

from holdfast.sqlite.migrations import Migration

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
            """
            CREATE TABLE session (
                session TEXT PRIMARY KEY NOT NULL,
                tool TEXT NOT NULL,
                title TEXT NOT NULL,
                device TEXT NOT NULL,
                project TEXT,
                branch TEXT,
                folder TEXT,
                started_ms INTEGER NOT NULL,
                last_ms INTEGER NOT NULL,
                entries INTEGER NOT NULL
            ) WITHOUT ROWID
            """,
            "CREATE INDEX session_by_project ON session (project, last_ms)",
            "CREATE VIRTUAL TABLE entry_words USING fts5 (words, content='', tokenize='unicode61')",
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
                PRIMARY KEY (tool, path)
            ) WITHOUT ROWID
            """,
            """
            CREATE TABLE tombstone (
                target TEXT PRIMARY KEY NOT NULL,
                kind TEXT NOT NULL CHECK (kind IN ('session', 'entry')),
                tool TEXT,
                native_id TEXT,
                at_ms INTEGER NOT NULL,
                by_device TEXT NOT NULL
            ) WITHOUT ROWID
            """,
            "CREATE INDEX tombstone_of_native ON tombstone (tool, native_id)",
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
                id INTEGER PRIMARY KEY,
                entry INTEGER NOT NULL,
                session TEXT NOT NULL,
                dev TEXT NOT NULL,
                project TEXT,
                branch TEXT,
                kind TEXT NOT NULL,
                at_ms INTEGER NOT NULL,
                key TEXT NOT NULL,
                text TEXT NOT NULL,
                paths TEXT NOT NULL
            )
            """,
            "CREATE INDEX memory_item_by_project ON memory_item (project, at_ms)",
            "CREATE INDEX memory_item_by_entry ON memory_item (entry)",
            "CREATE TABLE pin (target TEXT PRIMARY KEY NOT NULL, at_ms INTEGER NOT NULL) WITHOUT ROWID",
        ),
    ),
)
