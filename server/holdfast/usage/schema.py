"""The one table of usage.db: sums by day, server and model. Nothing of what was asked or answered is in it."""

from typing import Final

from holdfast.sqlite.migrations import Migration

MIGRATIONS: Final = (
    Migration(
        "2026-11-21 sums by day",
        (
            """
            CREATE TABLE spent (
                day TEXT NOT NULL CHECK (day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
                server TEXT NOT NULL,
                model TEXT NOT NULL,
                purpose TEXT NOT NULL,
                is_fallback INTEGER NOT NULL,
                is_remote INTEGER NOT NULL,
                requests INTEGER NOT NULL,
                prompt_tokens INTEGER NOT NULL,
                generated_tokens INTEGER NOT NULL,
                estimated INTEGER NOT NULL,
                PRIMARY KEY (day, server, model, purpose, is_fallback, is_remote)
            ) WITHOUT ROWID
            """,
        ),
    ),
)
"""`day` is the calendar day at the place of the machine when the request ended, as ISO 8601 writes it."""
