"""Cursor's database: never changed, and nothing of it left behind, whatever stands in it."""

import json
import sqlite3
import tempfile
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from holdfast.sessions.importers.cursor import Cursor
from holdfast.sessions.importers.importer import (
    Message,
    Reference,
    SessionFacts,
    Text,
    ToolCall,
    ToolResult,
    UnknownRecord,
    Unreadable,
)
from holdfast.sessions.importers.surroundings import Surroundings
from importing import later

_MS = 1_767_225_600_000
_ABOUT = {
    "name": "Berth prices",
    "createdAt": _MS,
    "workspaceIdentifier": {"id": "0a", "uri": {"fsPath": "/home/ada/harbour"}},
    "fullConversationHeadersOnly": [{"bubbleId": name} for name in ("b1", "b2", "lost", "b3")],
}
_B1 = {
    "type": 1,
    "text": "Round prices up",
    "createdAt": "2026-01-01T00:00:00Z",
    "context": {"fileSelections": [{"uri": {"fsPath": "/home/ada/harbour/pricing.py"}}]},
}
_B2 = {
    "type": 2,
    "text": "I look.",
    "modelInfo": {"modelName": "default"},
    "toolFormerData": {"name": "read_file", "toolCallId": "c1", "params": "{}", "status": "error", "result": "no file"},
}
_B3 = {"type": 7, "text": "?"}


def _database(folder: Path, values: Mapping[str, object]) -> Path:
    path = folder / ".config" / "Cursor" / "User" / "globalStorage" / "state.vscdb"
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE cursorDiskKV (key TEXT UNIQUE ON CONFLICT REPLACE, value BLOB)")
        connection.executemany("INSERT INTO cursorDiskKV VALUES (?, ?)", values.items())
    return path


def _json(values: Mapping[str, object]) -> dict[str, object]:
    return {key: json.dumps(value) for key, value in values.items()}


def test_a_conversation_is_read_in_its_order(tmp_path: Path) -> None:
    values = {"composerData:s": _ABOUT, "bubbleId:s:b2": _B2, "bubbleId:s:b1": _B1, "bubbleId:s:b3": _B3}
    path = _database(tmp_path, _json(values))

    found = list(Cursor(Surroundings(tmp_path)).find())

    assert [one.path for one in found] == [path]
    assert list(Cursor(Surroundings(tmp_path)).read(path, 0)) == [
        SessionFacts("s", "Berth prices", folder="/home/ada/harbour", started_ms=_MS),
        Message("s", "b1", "user", (Text("Round prices up"), Reference("file", "/home/ada/harbour/pricing.py")), _MS),
        Message("s", "b2", "assistant", (Text("I look."), ToolCall("c1", "read_file", "{}"))),
        Message("s", "b2:results", "tool", (ToolResult("c1", "no file", is_error=True),)),
        UnknownRecord("s", "b3", "message of type 7", json.dumps(_B3)),
    ]


def test_a_message_that_is_still_coming_waits(tmp_path: Path) -> None:
    about = {"status": "generating", "conversation": [{"type": 1, "text": "one"}, {"type": 2, "text": "tw"}]}
    path = _database(tmp_path, _json({"composerData:s": about}))

    said = [item.parts for item in Cursor(Surroundings(tmp_path)).read(path, 0) if isinstance(item, Message)]

    assert said == [(Text("one"),)]


@pytest.mark.parametrize("value", [None, 7, b"\xff\x00", "{torn", "[]", '{"fullConversationHeadersOnly": [7, {}]}'])
def test_a_strange_value_is_passed_over(value: object, tmp_path: Path) -> None:
    path = _database(tmp_path, {"composerData:bad": value, **_json({"composerData:s": {"conversation": [_B1]}})})

    said = [item.session for item in Cursor(Surroundings(tmp_path)).read(path, 0) if isinstance(item, Message)]

    assert said == ["s"]


def test_what_is_in_the_log_of_a_running_editor_counts_and_nothing_is_changed(tmp_path: Path) -> None:
    path = _database(tmp_path, {})
    with closing(sqlite3.connect(path)) as editor:
        editor.execute("PRAGMA journal_mode = WAL")
        with editor:
            editor.executemany("INSERT INTO cursorDiskKV VALUES (?, ?)", _json({"composerData:s": _ABOUT}).items())
        editor.execute("BEGIN IMMEDIATE")
        before = {file.name: file.read_bytes() for file in path.parent.iterdir()}

        items = list(Cursor(Surroundings(tmp_path)).read(path, 0))

        assert [item.title for item in items if isinstance(item, SessionFacts)] == ["Berth prices"]
        assert {file.name: file.read_bytes() for file in path.parent.iterdir()} == before


@pytest.mark.parametrize("cut", [17, 100, 4_096, 6_000])
def test_a_damaged_database_is_told(cut: int, tmp_path: Path) -> None:
    path = _database(tmp_path, _json({f"composerData:{number}": _ABOUT for number in range(50)}))
    content = path.read_bytes()
    path.write_bytes(content[:cut])

    *_, last = Cursor(Surroundings(tmp_path)).read(path, 0)

    assert last == Unreadable("the database is damaged, or was changed while it was read")


def test_the_database_of_another_editor_is_not_cursors(tmp_path: Path) -> None:
    path = tmp_path / "state.vscdb"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE ItemTable (key TEXT, value BLOB)")

    assert not Cursor(Surroundings(tmp_path)).recognises(path)


def _copies(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_no_copy_of_it_has_a_name_while_it_is_read(mode: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _database(tmp_path / "home", {})
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    with closing(sqlite3.connect(path)) as editor:
        editor.execute(f"PRAGMA journal_mode = {mode}")
        with editor:
            editor.executemany("INSERT INTO cursorDiskKV VALUES (?, ?)", _json({"composerData:s": _ABOUT}).items())
        reading = Cursor(Surroundings(tmp_path / "home")).read(path, 0)
        first = next(reading)
        left = _copies(temporary)  # What a process leaves that is killed here.
        rest = list(reading)

    assert rest == []
    assert isinstance(first, SessionFacts)
    assert (left, list(temporary.iterdir())) == ([], [])


def test_a_copy_that_was_left_by_a_killed_process_is_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _database(tmp_path / "home", {})
    for name in ("holdfast-cursor-old", "holdfast-cursor-new", "other"):
        (tmp_path / "temporary" / name).mkdir(parents=True)
        (tmp_path / "temporary" / name / "state.vscdb").write_text("who is logged in")
    later(tmp_path / "temporary" / "holdfast-cursor-old", -3600)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    with closing(sqlite3.connect(path)) as editor:
        editor.execute("PRAGMA journal_mode = WAL")
        with editor:
            editor.execute("INSERT INTO cursorDiskKV VALUES ('a', 'b')")
        list(Cursor(Surroundings(tmp_path / "home")).read(path, 0))

    assert sorted(left.name for left in (tmp_path / "temporary").iterdir()) == ["holdfast-cursor-new", "other"]


def test_one_that_changes_while_it_is_read_is_tried_again(tmp_path: Path) -> None:
    path = _database(tmp_path, _json({"composerData:s": _ABOUT}))
    reading = Cursor(Surroundings(tmp_path)).read(path, 0)
    next(reading)
    later(path, 5)

    assert list(reading)[-1] == Unreadable("the database is damaged, or was changed while it was read")


def test_what_a_running_editor_has_half_written_does_not_count(tmp_path: Path) -> None:
    path = _database(tmp_path, {"composerData:s": json.dumps(_ABOUT), **{f"b{n}": "x" * 3000 for n in range(100)}})
    before = path.read_bytes()
    with closing(sqlite3.connect(path)) as editor:
        editor.execute("PRAGMA cache_size = 1")
        editor.execute("UPDATE cursorDiskKV SET value = '{\"name\": \"half\"}' WHERE key = 'composerData:s'")
        editor.execute("UPDATE cursorDiskKV SET value = replace(value, 'x', 'y') WHERE key > 'a' AND key < 'c'")
        assert path.read_bytes() != before

        items = list(Cursor(Surroundings(tmp_path)).read(path, 0))

    assert [item.title for item in items if isinstance(item, SessionFacts)] == ["Berth prices"]
