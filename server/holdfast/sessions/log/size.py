"""How large the log is: bytes of entries by project and tool, and of the database's files."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Share:
    """What the sessions of one tool in one project hold; `folder` is where one of them ran, as the log has it."""

    project: str | None
    folder: str | None
    tool: str
    sessions: int
    entries: int
    bytes: int


def shares(connection: sqlite3.Connection) -> list[Share]:
    """Who holds how much, the largest first."""
    rows = connection.execute(
        """
        SELECT project, max(folder), tool, count(*), sum(entries), sum(bytes) FROM session
        GROUP BY project, tool ORDER BY sum(bytes) DESC, tool, project
        """
    )
    return [Share(*row) for row in rows]


def database_bytes(path: Path) -> int:
    """The database at `path` with its write-ahead log, as the file system counts them."""
    total = 0
    for file in (path, path.with_name(f"{path.name}-wal")):
        try:
            total += file.stat().st_size
        except OSError:
            continue
    return total
