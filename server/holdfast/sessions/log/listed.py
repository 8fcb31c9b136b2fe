"""A session as lists and documents show it."""

import sqlite3
from dataclasses import dataclass

from holdfast.sessions.log.session_row import SessionRow


@dataclass(frozen=True, slots=True)
class Session:
    """Times in ms since 1970, `device` and `project` the ids of its first entry, `bytes` those of its entries."""

    id: str
    tool: str
    title: str
    started_ms: int
    entries: int
    device: str
    project: str | None
    last_ms: int
    branch: str | None
    folder: str | None
    bytes: int
    is_pinned: bool


def listed(row: SessionRow, pinned: frozenset[str]) -> Session:
    """The session of `row`, given the ids of what is pinned."""
    return Session(
        id=row.session,
        tool=row.tool,
        title=row.title,
        started_ms=row.started_ms,
        entries=row.entries,
        device=row.device,
        project=row.project,
        last_ms=row.last_ms,
        branch=row.branch,
        folder=row.folder,
        bytes=row.bytes,
        is_pinned=row.session in pinned,
    )


def pinned_ids(connection: sqlite3.Connection) -> frozenset[str]:
    """The ids of the sessions and entries that are pinned."""
    return frozenset(str(target) for (target,) in connection.execute("SELECT target FROM pin"))
