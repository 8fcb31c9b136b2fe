"""Memory out of a session log on disk: whose counts, when it is read again, and what never gets in the way."""

import logging
import sqlite3
import subprocess
import threading
import time
from pathlib import Path

import pytest

from holdfast.sessions.editor.activity import SuggestionOutcome, suggestion_shown
from holdfast.sessions.entries.kinds import CONTROL
from holdfast.sessions.identity.project import find_project
from holdfast.sessions.log.control import pin
from holdfast.sessions.memory.reader import MemoryReader
from holdfast.sqlite.connection import open_for_reading
from remembered import DEVICE, NOW_MS, SESSION, draft, fill
from sessions_fixture import tamper

MATE = "ff" * 16
RULE = "Never use eval on user input."
OTHER_RULE = "Use integers instead of floats for prices."


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    subprocess.run(["git", "init", "-q", folder], check=True)
    subprocess.run(["git", "-C", folder, "remote", "add", "origin", "https://example.invalid/shop.git"], check=True)
    return folder


@pytest.fixture
def database(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return tmp_path / "data" / "sessions.db"


@pytest.fixture
def project_id(project: Path, database: Path) -> str:
    return find_project(project, database.parent)


def reader_of(database: Path, project: Path) -> MemoryReader:
    reader = MemoryReader(database, project)
    reader.find_project()
    return reader


def texts(reader: MemoryReader) -> list[str]:
    return [one.item.text for one in reader.memory()]


def test_what_was_said_in_this_project_and_no_other(database: Path, project: Path, project_id: str) -> None:
    entries = fill(database, [draft(RULE)], project=project_id)
    fill(database, [draft(OTHER_RULE)], session="other", project="cd" * 32)
    fill(database, [draft(OTHER_RULE)], session="none", project=None)
    reader = reader_of(database, project)

    (one,) = reader.memory()

    assert (one.item.text, one.entry, one.session, one.pinned) == (RULE, entries[0].id, SESSION, False)
    reader.close()


def test_it_is_read_again_only_where_it_changed(database: Path, project: Path, project_id: str) -> None:
    fill(database, [draft(RULE)], project=project_id)
    reader = reader_of(database, project)
    first, stamp = reader.memory(), reader.stamp()
    fill(database, [draft("thanks")], project=project_id)
    unchanged = reader.memory()
    fill(database, [draft("From now on use tabs in makefiles.")], project=project_id)

    assert first is unchanged
    assert stamp != reader.stamp()
    assert texts(reader) == ["From now on use tabs in makefiles.", RULE]
    reader.close()


def test_a_pinned_session_counts_more_and_is_noticed(database: Path, project: Path, project_id: str) -> None:
    fill(database, [draft(RULE)], project=project_id)
    reader = reader_of(database, project)
    before = reader.stamp()
    fill(database, [pin(NOW_MS, SESSION, holds=True)], session=CONTROL, project=None)

    assert reader.stamp() != before
    assert [one.pinned for one in reader.memory()] == [True]
    reader.close()


@pytest.mark.parametrize(
    ("standing", "injected", "scope", "expected"),
    [
        ("own", 0, None, True),
        ("teammate", 0, None, False),
        ("teammate", 1, None, True),
        ("teammate", 1, "this", True),
        ("teammate", 1, "another", False),
        ("revoked", 1, None, False),
    ],
    ids=["own", "not approved", "approved", "for this project", "for another", "revoked"],
)
def test_whose_device_counts(
    database: Path,
    project: Path,
    project_id: str,
    *,
    standing: str,
    injected: int,
    scope: str | None,
    expected: bool,
) -> None:
    fill(database, [draft(RULE)], dev=MATE, project=project_id)
    told = {None: "NULL", "this": f"'{project_id}'", "another": "'cd'"}[scope]
    tamper(
        database,
        "INSERT INTO device (dev, name, standing, project, injected)"  # noqa: S608 - a test's own words
        f" VALUES ('{MATE}', 'mate', '{standing}', {told}, {injected})",
    )
    reader = reader_of(database, project)

    assert texts(reader) == ([RULE] if expected else [])
    assert len(reader.last_sessions()) == int(expected)
    reader.close()


def test_an_approved_teammate_changes_the_stamp(database: Path, project: Path, project_id: str) -> None:
    fill(database, [draft(RULE)], dev=MATE, project=project_id)
    insert = "INSERT INTO device (dev, name, standing, injected) VALUES (?, 'mate', 'teammate', 0)"
    tamper(database, insert, MATE)
    reader = reader_of(database, project)
    before = (reader.stamp(), texts(reader))
    tamper(database, "UPDATE device SET injected = 1 WHERE dev = ?", MATE)

    assert before[1] == []
    assert reader.stamp() != before[0]
    assert texts(reader) == [RULE]
    reader.close()


def test_what_a_device_said_is_gone_once_it_is_revoked(database: Path, project: Path, project_id: str) -> None:
    fill(database, [draft(RULE)], dev=MATE, project=project_id)
    tamper(database, "INSERT INTO device (dev, name, standing) VALUES (?, 'old laptop', 'own')", MATE)
    reader = reader_of(database, project)
    before = (reader.stamp(), texts(reader))
    tamper(database, "UPDATE device SET standing = 'revoked'")

    assert before[1] == [RULE]
    assert (reader.stamp() != before[0], texts(reader)) == (True, [])
    reader.close()


def test_what_came_from_a_device_that_no_vault_knows_any_more_does_not_count(
    database: Path, project: Path, project_id: str
) -> None:
    fill(database, [draft(OTHER_RULE)], session="5d" * 16, project=project_id)
    fill(database, [draft(RULE)], dev=MATE, project=project_id)
    came = "INSERT INTO segment VALUES (?1, ?2, 's', 0, 0, 0, '', 0, 1, 1, 1)"
    tamper(database, came, "a.seg", MATE)
    reader = reader_of(database, project)

    assert texts(reader) == [OTHER_RULE]
    assert len(reader.last_sessions()) == 1
    reader.close()


def test_one_is_forgotten_and_another_gets_its_number(database: Path, project: Path, project_id: str) -> None:
    fill(database, [draft(RULE)], project=project_id)
    reader = reader_of(database, project)
    before = (reader.stamp(), texts(reader))
    tamper(database, "UPDATE memory_item SET text = ?, at_ms = at_ms + 1", OTHER_RULE)

    assert before[1] == [RULE]
    assert (reader.stamp() != before[0], texts(reader)) == (True, [OTHER_RULE])
    reader.close()


def test_what_happens_in_another_project_changes_nothing(database: Path, project: Path, project_id: str) -> None:
    fill(database, [draft(RULE)], project=project_id)
    reader = reader_of(database, project)
    stamp, memory = reader.stamp(), reader.memory()
    other = "5d" * 16
    fill(database, [draft(OTHER_RULE)], session=other, project="cd" * 32)
    fill(database, [pin(NOW_MS, other, holds=True)], session=CONTROL, project=None)
    tamper(database, "INSERT INTO device (dev, name, standing) VALUES (?, 'new laptop', 'own')", MATE)

    assert reader.stamp() == stamp
    assert reader.memory() is memory
    reader.close()


def test_nothing_is_remembered_while_nothing_was_recorded_and_then_it_is(
    database: Path, project: Path, project_id: str, caplog: pytest.LogCaptureFixture
) -> None:
    reader = reader_of(database, project)
    before = (reader.stamp(), texts(reader), reader.last_sessions())
    fill(database, [draft(RULE)], project=project_id)

    assert before == ((), [], ())
    assert texts(reader) == [RULE]
    assert caplog.messages == []
    reader.close()


def test_a_database_that_was_replaced_is_read_anew(database: Path, project: Path, project_id: str) -> None:
    fill(database, [draft(RULE)], project=project_id)
    reader = reader_of(database, project)
    before = texts(reader)
    for file in database.parent.glob("sessions.db*"):
        file.unlink()
    gone = texts(reader)
    fill(database, [draft(OTHER_RULE)], project=project_id)

    assert (before, gone, texts(reader)) == ([RULE], [], [OTHER_RULE])
    reader.close()


@pytest.mark.parametrize("damage", ["newer", "no database", "no table"])
def test_a_database_that_cannot_be_read_is_no_memory_and_one_line_in_the_log(
    database: Path, project: Path, project_id: str, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    fill(database, [draft(RULE)], project=project_id)
    if damage == "newer":
        tamper(database, "INSERT INTO migration (name, applied_at) VALUES ('2099-01-01 flying cars', 'now')")
    elif damage == "no table":
        tamper(database, "DROP TABLE memory_item")
    else:
        database.write_bytes(b"not a database at all" * 1000)
    reader = reader_of(database, project)
    with caplog.at_level(logging.WARNING):
        found = [
            (reader.stamp(), texts(reader), reader.last_sessions() if damage != "no table" else ()) for _ in range(3)
        ]

    assert found == [((), [], ())] * 3
    assert len(caplog.messages) == 1
    assert "session memory" in caplog.messages[0]
    reader.close()


def test_a_writer_in_the_middle_of_its_work_is_not_waited_for(database: Path, project: Path, project_id: str) -> None:
    fill(database, [draft(RULE)], project=project_id)
    writer = sqlite3.connect(database, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("DELETE FROM memory_item")
    reader = reader_of(database, project)

    assert texts(reader) == [RULE]
    writer.execute("COMMIT")
    assert texts(reader) == []
    writer.close()
    reader.close()


def test_whoever_closes_it_does_not_wait_for_a_disk(
    database: Path, project: Path, project_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(database, [draft(RULE)], project=project_id)
    reader = reader_of(database, project)
    begun, answers = threading.Event(), threading.Event()

    def slow(path: Path) -> sqlite3.Connection:
        begun.set()
        answers.wait()
        return open_for_reading(path)

    monkeypatch.setattr("holdfast.sessions.memory.reader.open_for_reading", slow)
    reading = threading.Thread(target=reader.stamp)
    reading.start()
    begun.wait()
    reader.close()
    still_reads = reading.is_alive()
    answers.set()
    reading.join()

    assert still_reads
    reader.close()


def test_a_forgotten_entry_is_remembered_no_more(database: Path, project: Path, project_id: str) -> None:
    fill(database, [draft(RULE)], project=project_id)
    reader = reader_of(database, project)
    before = (reader.stamp(), texts(reader))
    tamper(database, "DELETE FROM memory_item")

    assert before[1] == [RULE]
    assert (reader.stamp(), texts(reader)) == ((), [])
    reader.close()


def test_the_project_is_found_out_beside_and_nobody_waits(database: Path, project: Path, project_id: str) -> None:
    fill(database, [draft(RULE)], project=project_id)
    reader = MemoryReader(database, project)
    reader.stamp()
    deadline = time.monotonic() + 20
    while not texts(reader) and time.monotonic() < deadline:
        time.sleep(0.01)

    assert texts(reader) == [RULE]
    reader.close()


def test_a_flood_of_open_tasks_does_not_push_a_decision_out(database: Path, project: Path, project_id: str) -> None:
    said = [draft(RULE, days_ago=9)]
    said += [draft(f"- [ ] task {number} of many", role="assistant", days_ago=1) for number in range(400)]
    fill(database, said, project=project_id, dev=DEVICE)
    reader = reader_of(database, project)

    assert RULE in texts(reader)
    reader.close()


def test_the_last_sessions(database: Path, project: Path, project_id: str) -> None:
    for number in range(7):
        fill(database, [draft(f"Look at page {number}", days_ago=number)], session=f"s{number}", project=project_id)
    reader = reader_of(database, project)

    assert [session.title for session in reader.last_sessions()] == [f"Look at page {number}" for number in range(5)]
    reader.close()


def test_the_page_is_another_one_where_a_session_came_but_not_for_each_suggestion(
    database: Path, project: Path, project_id: str
) -> None:
    outcome = SuggestionOutcome("a.py", "python", "model", None, "ignored", 1, 0, 1.0, None)
    fill(database, [suggestion_shown(NOW_MS, outcome)], project=project_id)
    stamps = []
    reader = reader_of(database, project)

    def look() -> None:
        stamps.append((reader.stamp(), reader.page_stamp()))

    look()
    fill(database, [suggestion_shown(NOW_MS + 1, outcome)], project=project_id)
    look()
    fill(database, [draft("What is a slot?")], session="other", project=project_id)
    look()
    look()
    reader.close()

    first, suggested, came, again = (page for _, page in stamps)
    assert [memory for memory, _ in stamps] == [(), (), (), ()]
    assert (suggested == first, came == first, again == came) == (True, False, True)
