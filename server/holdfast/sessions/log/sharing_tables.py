"""What sharing remembers in sessions.db, so that it changes in one transaction with the entries that it is about.

`segment`: every sealed file that is known, by the name it travels under. `own` is 0 for those of other devices, 1 for what was
sealed here, 2 for what was and is to be taken away everywhere. `readers` are those an own one was encrypted to, `gone` counts
the entries of it that were forgotten by then, `rules_v` says by which rules it was redacted.
`parked`: what came and could not be taken in, and why; `tried` says with what it was tried last, so that it is tried again
when that changes. One that waits for what comes before it (`gap`) names its series and its first entry.
`forked`: series of which two versions came, which only a copied device can write; nothing more of them is taken in.
`heard`: when something new last came from a device, by this machine's clock.
"""

from typing import Final

from holdfast.sqlite.migrations import Migration

SHARING: Final = Migration(
    "2026-11-21 sharing",
    (
        """
        CREATE TABLE segment (
            name TEXT PRIMARY KEY NOT NULL,
            dev TEXT NOT NULL,
            session TEXT NOT NULL,
            first INTEGER NOT NULL,
            last INTEGER NOT NULL,
            own INTEGER NOT NULL,
            readers TEXT NOT NULL,
            gone INTEGER NOT NULL,
            rules_v INTEGER NOT NULL,
            bytes INTEGER NOT NULL,
            at_ms INTEGER NOT NULL
        ) WITHOUT ROWID
        """,
        "CREATE INDEX segment_of_series ON segment (dev, session, first)",
        """
        CREATE TABLE parked (
            name TEXT PRIMARY KEY NOT NULL,
            kind TEXT NOT NULL,
            why TEXT NOT NULL,
            dev TEXT,
            session TEXT,
            first INTEGER,
            tried TEXT NOT NULL,
            since_ms INTEGER NOT NULL
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE forked (
            dev TEXT NOT NULL,
            session TEXT NOT NULL,
            seq INTEGER NOT NULL,
            since_ms INTEGER NOT NULL,
            PRIMARY KEY (dev, session)
        ) WITHOUT ROWID
        """,
        "CREATE TABLE heard (dev TEXT PRIMARY KEY NOT NULL, at_ms INTEGER NOT NULL) WITHOUT ROWID",
    ),
)
