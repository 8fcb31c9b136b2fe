"""Cursor: every conversation of the editor stands in one database, `<User>/globalStorage/state.vscdb`.

`cursorDiskKV` holds `composerData:<conversation>`, with the order of its messages, and `bubbleId:<conversation>:<message>` for
each of them (`type` 1 the person, 2 the model; a call and its answer stand in `toolFormerData`). The database is read where it
is, without a lock. Only while the editor runs, with a log of changes beside it, a copy of both is read, because whoever reads
with that log writes too. In a table beside it the editor keeps who is logged in: that is never read, and the copy loses its
name before it is looked into, so that it is gone with this process. After skillsynchq/txcript, `docs/formats/cursor-desktop.md`.
"""

import json
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final

from holdfast.sessions.importers.content import text_of
from holdfast.sessions.importers.editor_folders import editor_folders, path_of
from holdfast.sessions.importers.fields import as_json, members, millis, record, text, unknown_text, writable
from holdfast.sessions.importers.importer import (
    Found,
    Item,
    Message,
    Part,
    Reference,
    Role,
    SessionFacts,
    Text,
    ToolCall,
    ToolResult,
    UnknownRecord,
    Unreadable,
)
from holdfast.sessions.importers.on_disk import is_file
from holdfast.sessions.importers.surroundings import Surroundings, surroundings

_DATABASE: Final = "state.vscdb"
_MAGIC: Final = b"SQLite format 3\0"
_TABLE: Final = b"cursorDiskKV"
_SCHEMA: Final = 64 * 1024
"""The tables of a database stand on its first pages."""
_COPY: Final = "holdfast-cursor-"
_COPYING_S: Final = 15 * 60
"""A copy that is older is nobody's any more: one is made in less, and has no name from then on."""
_CHANGED: Final = "the database is damaged, or was changed while it was read"
_LARGEST: Final = 4 * 1024 * 1024 * 1024
_LARGEST_VALUE: Final = 64 * 1024 * 1024
_CONVERSATION: Final = "composerData:"
_ROLES: Final[Mapping[object, Role]] = {1: "user", 2: "assistant"}
_DONE: Final = frozenset({"completed", "error", "cancelled"})


class Cursor:
    """An `Importer`."""

    tool = "cursor"
    title = "Cursor"
    parser_version = 1
    is_appended = False

    def __init__(self, where: Surroundings | None = None) -> None:
        self._where = where or surroundings()

    def find(self) -> Iterator[Found]:
        """The database of each editor that has conversations of this kind."""
        for editor in editor_folders(self._where):
            path = editor.user / "globalStorage" / _DATABASE
            if self.recognises(path):
                yield Found(path)

    def recognises(self, path: Path) -> bool:
        """A database with the table of conversations."""
        if path.suffix != ".vscdb" or not is_file(path):
            return False
        try:
            with path.open("rb") as file:
                beginning = file.read(_SCHEMA)
        except OSError:
            return False
        return beginning.startswith(_MAGIC) and _TABLE in beginning

    def read(self, path: Path, offset: int) -> Iterator[Item]:  # noqa: ARG002 -- a database has no end to go on from
        """Every conversation in the database."""
        before = path.stat()
        if before.st_size > _LARGEST:
            yield Unreadable(f"the database is larger than {_LARGEST // 1024**3} GiB")
            return
        try:
            with _opened(path) as connection:
                connection.text_factory = bytes
                yield from _conversations(connection)
        except sqlite3.Error:
            yield Unreadable(_CHANGED)
            return
        after = path.stat()
        if (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size):
            yield Unreadable(_CHANGED)


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The database at `path`: itself, never locked or changed, or a copy where changes stand in a log beside it."""
    logs = [path.with_name(f"{path.name}{kind}") for kind in ("-wal", "-journal")]
    logs = [log for log in logs if is_file(log) and log.stat().st_size]
    if not logs:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            yield connection
        return
    _sweep()
    with tempfile.TemporaryDirectory(prefix=_COPY, ignore_cleanup_errors=True) as folder:
        copy = Path(folder, path.name)
        shutil.copyfile(path, copy)
        for log in logs:
            shutil.copyfile(log, copy.with_name(log.name))
        with closing(sqlite3.connect(copy)) as connection:
            connection.execute("SELECT 1 FROM sqlite_master").fetchone()  # Opens the log too.
            if os.name == "posix":
                for file in sorted(Path(folder).iterdir()):
                    file.unlink()
            yield connection


def _sweep() -> None:
    """Delete copies that a process left which was killed while it made them."""
    for left in Path(tempfile.gettempdir()).glob(f"{_COPY}*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _COPYING_S:
                shutil.rmtree(left, ignore_errors=True)


def _conversations(connection: sqlite3.Connection) -> Iterator[Item]:
    keys = connection.execute(
        "SELECT key FROM cursorDiskKV WHERE key >= ? AND key < ? ORDER BY key", (_CONVERSATION, "composerData;")
    ).fetchall()
    for (key,) in keys:
        session = _decoded(key).removeprefix(_CONVERSATION)
        about = record(_value(connection, _decoded(key)))
        if session and about:
            yield from _conversation(connection, session, about)


def _conversation(connection: sqlite3.Connection, session: str, about: Mapping[str, object]) -> Iterator[Item]:
    folder = record(record(about.get("workspaceIdentifier")).get("uri"))
    yield SessionFacts(
        session,
        title=text(about, "name"),
        folder=text(folder, "fsPath") or path_of(text(folder, "external") or ""),
        started_ms=millis(about.get("createdAt")),
    )
    # The newer kind names its messages, the older one holds them.
    headers = [record(header) for header in members(about.get("fullConversationHeadersOnly"))]
    held = [record(bubble) for bubble in members(about.get("conversation"))]
    is_coming = text(about, "status") == "generating"
    count = len(headers or held)
    for number in range(count - 1 if is_coming else count):
        if headers:
            identity = text(headers[number], "bubbleId") or ""
            bubble = record(_value(connection, f"bubbleId:{session}:{identity}"))
        else:
            bubble = held[number]
            identity = text(bubble, "bubbleId") or f"{number}"
        yield from _messages(session, identity or f"{number}", bubble)


def _messages(session: str, identity: str, bubble: Mapping[str, object]) -> Iterator[Item]:
    if not bubble:
        return
    kind = bubble.get("type")
    role = _ROLES.get(kind) if type(kind) is int else None
    if role is None:
        yield UnknownRecord(session, identity, f"message of type {as_json(kind)[:40]}", unknown_text(bubble))
        return
    at_ms = millis(bubble.get("createdAt"))
    said = text(bubble, "text")
    parts: list[Part] = [Text(said)] if said else []
    parts += _named(record(bubble.get("context"))) if role == "user" else []
    tool = record(bubble.get("toolFormerData"))
    if tool:
        parts.append(_call(tool))
    if parts:
        model = text(record(bubble.get("modelInfo")), "modelName")
        yield Message(session, identity, role, tuple(parts), at_ms, model=model if model != "default" else None)
    if tool and text(tool, "status") in _DONE:
        is_error = text(tool, "status") == "error"
        answer = ToolResult(text(tool, "toolCallId") or "", text_of(tool.get("result")), is_error=is_error)
        yield Message(session, f"{identity}:results", "tool", (answer,), at_ms)


def _call(tool: Mapping[str, object]) -> ToolCall:
    asked = tool.get("params") or tool.get("rawArgs") or {}
    shown = writable(asked) if isinstance(asked, str) else as_json(asked)
    return ToolCall(text(tool, "toolCallId") or "", text(tool, "name") or "tool", shown)


def _named(context: Mapping[str, object]) -> Iterator[Reference]:
    """The files and folders that the person put into the question."""
    for kind in ("fileSelections", "folderSelections", "selections"):
        for chosen in map(record, members(context.get(kind))):
            uri = record(chosen.get("uri"))
            path = text(uri, "fsPath", "path") or path_of(text(chosen, "relativePath") or "")
            if path is not None:
                yield Reference("file", path)


def _value(connection: sqlite3.Connection, key: str) -> object:
    """The JSON under `key`; None where there is none, or where it is too large to be a message."""
    row = connection.execute(
        "SELECT value FROM cursorDiskKV WHERE key = ? AND length(value) <= ?", (key, _LARGEST_VALUE)
    ).fetchone()
    try:
        return json.loads(_decoded(row[0])) if row is not None else None
    except (ValueError, RecursionError):
        return None


def _decoded(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else ""
