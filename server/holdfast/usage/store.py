"""usage.db: what all windows of this person spent, by day."""

import sqlite3
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from holdfast.errors import StorageError
from holdfast.sqlite.connection import open_for_reading, open_for_writing, transaction, translated_errors
from holdfast.sqlite.migrations import migrate, pending_migrations
from holdfast.sqlite.reopened import ReopenedDatabase
from holdfast.usage.daily_sum import Account, DailySum
from holdfast.usage.schema import MIGRATIONS

_COLUMNS = "day, server, model, purpose, is_fallback, is_remote, requests, prompt_tokens, generated_tokens, estimated"
_ADD = f"""
    INSERT INTO spent ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET
        requests = requests + excluded.requests,
        prompt_tokens = prompt_tokens + excluded.prompt_tokens,
        generated_tokens = generated_tokens + excluded.generated_tokens,
        estimated = estimated + excluded.estimated
"""  # noqa: S608 - the columns above
_TOTAL = "SELECT total(prompt_tokens + generated_tokens) FROM spent WHERE day = ?"
_SINCE = (
    f"SELECT {_COLUMNS} FROM spent WHERE day >= ? ORDER BY day DESC, server, model, purpose, is_fallback, is_remote"  # noqa: S608 - the same
)


class UsageStore:
    """usage.db at `path`; opened, made and migrated at the first `add`, and again after a failure.

    For one thread. Any number of processes may add at once. `connect` opens a database that may be written.
    """

    def __init__(self, path: Path, connect: Callable[[Path], sqlite3.Connection] = open_for_writing) -> None:
        self.path = path
        self._database = ReopenedDatabase(path, lambda connection: migrate(connection, MIGRATIONS, path), connect)

    def add(self, sums: Sequence[DailySum]) -> None:
        """Add all of `sums` or nothing; once it returns, they survive the end of this process.

        Raises DiskFull or StorageError.
        """
        try:
            with translated_errors(self.path):
                connection = self._database.connection()
                with transaction(connection):
                    connection.executemany(_ADD, [_row(daily) for daily in sums])
        except StorageError:
            self.close()  # a commit that failed may have left its transaction open
            raise

    def tokens_of(self, day: date) -> int:
        """What all windows spent on `day`; 0 where nothing was ever written. Raises StorageError."""
        return next((int(total) for (total,) in self._read(_TOTAL, day)), 0)

    def since(self, day: date) -> tuple[DailySum, ...]:
        """The sums of `day` and later, the latest day first. Raises StorageError."""
        return tuple(map(_daily_sum, self._read(_SINCE, day)))

    def close(self) -> None:
        """Let go of the database; the next `add` opens it again."""
        self._database.close()

    def _read(self, query: str, day: date) -> list[tuple[str | int | float, ...]]:
        if not self.path.exists():
            return []
        with translated_errors(self.path):
            connection = open_for_reading(self.path)
            try:
                # Of migrations that are missing the table is one, and a newer Holdfast may count otherwise.
                if pending_migrations(connection, MIGRATIONS, self.path):
                    return []
                return connection.execute(query, (day.isoformat(),)).fetchall()
            finally:
                connection.close()


def _row(daily: DailySum) -> tuple[str | int, ...]:
    account = daily.account
    return (
        *(account.day.isoformat(), account.server, account.model, account.purpose),
        *(int(account.is_fallback), int(account.is_remote)),
        *(daily.requests, daily.prompt_tokens, daily.generated_tokens, daily.estimated),
    )


def _daily_sum(row: tuple[str | int | float, ...]) -> DailySum:
    day, server, model, purpose, is_fallback, is_remote, *counts = row
    account = Account(
        date.fromisoformat(str(day)),
        str(server),
        str(model),
        purpose,  # type: ignore[arg-type] # what this program wrote
        bool(is_fallback),
        bool(is_remote),
    )
    return DailySum(account, *(int(count) for count in counts))
