"""Messages and what is remembered of them, made up: as entries, as items, and in a session log on disk."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from holdfast.sessions.entries.canonical_json import JsonObject
from holdfast.sessions.entries.entry import Draft, Entry
from holdfast.sessions.entries.series import Series
from holdfast.sessions.log.store import SessionLog
from holdfast.sessions.memory.item import Author, MemoryItem, MemoryKind, item_key
from holdfast.sessions.memory.mentions import paths_in
from holdfast.sessions.memory.rank import Remembered

DAY_MS: Final = 86_400_000
NOW_MS: Final = 1_795_000_000_000
"""2026-11-18."""
PROJECT: Final = "ab" * 32
DEVICE: Final = "00112233445566778899aabbccddeeff"
SESSION: Final = "01932f2e-9c00-7abc-8def-0123456789ab"
CORPUS: Final = Path(__file__).parent.parent / "fixtures" / "memory"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A message and what should be remembered of it: (kind, part of the text); the kind `any` is a ruling of either sort."""

    role: str
    text: str
    expected: tuple[tuple[str, str], ...]


def labelled(name: str) -> list[Labelled]:
    """The messages of fixtures/memory/NAME.jsonl."""
    rows = [json.loads(line) for line in (CORPUS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
    return [
        Labelled(row["role"], row["text"], tuple((one["kind"], one["has"]) for one in row["expect"])) for row in rows
    ]


def draft(
    text: str, *, role: str | None = "user", kind: str = "msg", days_ago: float = 0, now_ms: int = NOW_MS
) -> Draft:
    """Said `days_ago` before `now_ms`, to Claude Code."""
    at_ms = now_ms - int(days_ago * DAY_MS)
    src: JsonObject = {"tool": "claude-code", "native_id": None, "parser_v": 1}
    return Draft(at_ms, kind, ({"type": "text", "text": text},), role=role, src=src)


def entry_of(message: Draft, session: str = SESSION) -> Entry:
    return Series(dev=DEVICE, session=session, project=PROJECT).extend(message)


def entry(text: str, *, role: str | None = "user", kind: str = "msg", days_ago: float = 0) -> Entry:
    """The first entry of a session."""
    return entry_of(draft(text, role=role, kind=kind, days_ago=days_ago))


def remembered(  # noqa: PLR0913 - what tests vary, each with a default
    text: str,
    kind: MemoryKind = "decision",
    *,
    days_ago: float = 0,
    author: Author = "person",
    session: str = SESSION,
    branch: str | None = None,
    pinned: bool = False,
    tool: str = "claude-code",
    entry: str = "",
) -> Remembered:
    """An item; its entry is named by its text unless told."""
    at_ms = NOW_MS - int(days_ago * DAY_MS)
    item = MemoryItem(kind, at_ms, item_key(text), text, paths_in(text), author, tool)
    return Remembered(item, entry or f"b2:{item_key(text)}", session, branch, pinned)


def fill(
    path: Path,
    drafts: Sequence[Draft],
    *,
    dev: str = DEVICE,
    session: str = SESSION,
    project: str | None = PROJECT,
) -> list[Entry]:
    """Add `drafts` behind what the log at `path` has of that series."""
    log = SessionLog(path)
    try:
        return log.append(dev, session, project, drafts)
    finally:
        log.close()
