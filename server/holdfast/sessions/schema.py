"""The tables of sessions.db: what was recorded. Entries are added and never changed.

`entry.body` is the canonical JSON; the other columns repeat what queries ask for.
`series` remembers the end of each series, so that a tail that was cut off shows.
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
)
