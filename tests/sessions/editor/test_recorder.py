import json
import logging
import sqlite3
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from holdfast.sessions.editor.activity import SuggestionOutcome
from holdfast.sessions.editor.recorder import SessionRecorder
from holdfast.sessions.log.history import open_history
from holdfast.sessions.log.listed import Session
from holdfast.sessions.log.store import SessionLog
from holdfast.sqlite.connection import open_for_writing
from sessions_fixture import problems_in, rows

CODE = "def swordfish(launch_code):\n    return launch_code + 'hunter2'\n"
LOGGER = "holdfast.sessions.editor.recorder"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "sessions.db"


def outcome(path: str = "src/a.py", *, text_hash: str | None = None, length: int = 12) -> SuggestionOutcome:
    return SuggestionOutcome(
        path=path,
        language="python",
        engine="model",
        model="qwen2.5-coder:1.5b",
        outcome="accepted",
        length=length,
        accepted_length=length,
        shown_ms=431.6,
        text_hash=text_hash,
    )


def eventually(condition: Callable[[], bool]) -> None:
    """Return as soon as `condition` holds; a minute without is a failure."""
    for _ in range(6000):
        if condition():
            return
        time.sleep(0.01)
    pytest.fail("it did not happen")


def bodies(path: Path) -> list[dict[str, object]]:
    found = rows(path, "SELECT body FROM entry ORDER BY session, seq")
    return [json.loads(str(body)) for (body,) in found]


def parts(path: Path) -> list[object]:
    found: list[object] = []
    for body in bodies(path):
        assert isinstance(body["parts"], list)
        found += body["parts"]
    return found


def sessions(path: Path) -> list[Session]:
    with open_history(path) as history:
        return history.sessions() if history else []


def locked_soon(path: Path) -> sqlite3.Connection:
    """As `open_for_writing`, but gives up on a lock at once, so that the test need not wait for it."""
    connection = open_for_writing(path)
    connection.execute("PRAGMA busy_timeout = 1")
    return connection


def test_a_session_is_recorded_from_start_to_end(path: Path, tmp_path: Path) -> None:
    subprocess.run(["git", "init"], cwd=tmp_path, check=True, capture_output=True)
    recorder = SessionRecorder(SessionLog(path), tmp_path, client="Visual Studio Code 1.99")
    recorder.start()
    recorder.branch_seen("main")
    recorder.file_worked_on("src/a.py", "python", 1)
    recorder.suggestion(outcome())
    recorder.close()

    recorded = bodies(path)
    assert [body["kind"] for body in recorded] == [
        "session.start",
        "session.meta",
        "session.meta",
        "tool",
        "session.end",
    ]
    assert [body["seq"] for body in recorded] == [0, 1, 2, 3, 4]
    assert recorded[3]["parts"] == [
        {
            "type": "tool_call",
            "name": "inline_completion",
            "path": "src/a.py",
            "language": "python",
            "engine": "model",
            "model": "qwen2.5-coder:1.5b",
        },
        {
            "type": "tool_result",
            "outcome": "accepted",
            "length": 12,
            "accepted_length": 12,
            "shown_ms": 432,
            "text_hash": None,
        },
    ]
    assert rows(path, "SELECT state FROM series") == [("ended",)]
    assert [session.title for session in sessions(path)] == ["holdfast: branch main, 1 file, 1 suggestion, 1 accepted"]
    assert problems_in(path) == []


def test_work_beside_suggestions_is_recorded_and_redacted(path: Path) -> None:
    asked: list[tuple[str, tuple[int, ...]]] = []

    def definitions_at(file: str, lines: Sequence[int]) -> list[str]:
        asked.append((file, tuple(lines)))
        return ["Basket.total"]

    token = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    recorder = SessionRecorder(SessionLog(path), None, client="nvim", definitions_at=definitions_at)
    recorder.commit_seen("1" * 40, "the one that was there")
    recorder.commit_seen("2" * 40, f"Rotate {token}")
    recorder.task_ended("npm: test", -1)
    recorder.diagnostics_changed("src/a.py", 2, 1, ["undefined name 'x'", "b", "c", "d"])
    recorder.decided(f"Use {token} no more; amounts are integers.")
    recorder.file_worked_on("src/a.py", "python", 12)
    recorder.start()
    recorder.close()

    told = [part for part in parts(path) if isinstance(part, dict) and part.get("to") != "client"]
    mark = str(told[0]["subject"]).removeprefix("Rotate ")
    assert mark.startswith("[REDACTED:")
    assert told == [
        {"type": "ref", "to": "commit", "id": "2" * 40, "subject": f"Rotate {mark}"},
        {"type": "ref", "to": "task", "name": "npm: test", "exit_code": -1},
        {
            "type": "ref",
            "to": "diagnostics",
            "path": "src/a.py",
            "errors": 2,
            "warnings": 1,
            "messages": ["undefined name 'x'", "b", "c"],
        },
        {"type": "text", "text": f"Use {mark} no more; amounts are integers."},
        {
            "type": "ref",
            "to": "file",
            "path": "src/a.py",
            "language": "python",
            "edits": 1,
            "definitions": ["Basket.total"],
        },
    ]
    assert asked == [("src/a.py", (12,))]
    assert token.encode() not in path.read_bytes()
    assert problems_in(path) == []


def test_a_decision_can_be_waited_for(path: Path) -> None:
    recorder = SessionRecorder(SessionLog(path), None, client="nvim")
    recorder.decided("before the writing began")
    waited_in_vain = recorder.wait_until_written(0.01)
    recorder.start()
    recorder.decided("Amounts are integers.")
    written = recorder.wait_until_written(60.0)
    said = [part.get("text") for part in parts(path) if isinstance(part, dict) and part.get("type") == "text"]
    recorder.close()

    assert (waited_in_vain, written) == (False, True)
    assert said == ["before the writing began", "Amounts are integers."]


def test_the_text_of_a_suggestion_is_kept_only_when_it_was_accepted(path: Path) -> None:
    recorder = SessionRecorder(SessionLog(path), None, client="nvim")
    recorder.start()
    for fate in ("accepted", "ignored"):
        recorder.suggestion(replace(outcome(), outcome=fate, text="total += 1"))
    recorder.close()

    results = [part for part in parts(path) if isinstance(part, dict) and "outcome" in part]
    assert [(part["outcome"], part.get("text")) for part in results] == [("accepted", "total += 1"), ("ignored", None)]


def test_without_a_workspace_a_session_belongs_to_no_project(path: Path) -> None:
    recorder = SessionRecorder(SessionLog(path), None, client="nvim")
    recorder.start()
    recorder.file_worked_on("notes.txt", "plaintext", 1)
    recorder.close()

    assert {body["project"] for body in bodies(path)} == {None}


def test_what_is_recorded_is_written_while_the_session_goes_on(path: Path) -> None:
    recorder = SessionRecorder(SessionLog(path), None, client="nvim")
    recorder.start()
    recorder.suggestion(outcome())

    eventually(lambda: path.exists() and any(session.entries == 2 for session in sessions(path)))
    recorder.close()


def test_edits_of_one_file_are_told_at_once_and_then_together(path: Path) -> None:
    recorder = SessionRecorder(SessionLog(path), None, client="nvim")
    recorder.start()
    for _ in range(500):
        recorder.file_worked_on("src/a.py", "python", 1)
    recorder.close()

    told = [part for part in parts(path) if isinstance(part, dict) and part.get("to") == "file"]
    assert [part["edits"] for part in told] == [1, 499]


def test_a_branch_is_recorded_when_it_changes(path: Path) -> None:
    recorder = SessionRecorder(SessionLog(path), None, client="nvim")
    recorder.start()
    for branch in ("main", "main", "side", "side", "main"):
        recorder.branch_seen(branch)
    recorder.close()

    names = [part["name"] for part in parts(path) if isinstance(part, dict) and part.get("to") == "branch"]
    assert names == ["main", "side", "main"]


def test_no_code_and_no_place_of_the_person_reaches_the_disk(path: Path, tmp_path: Path) -> None:
    recorder = SessionRecorder(SessionLog(path), tmp_path, client="nvim")
    recorder.start()
    eventually(lambda: recorder.hash_text(CODE) is not None)
    known = recorder.hash_text(CODE)
    recorder.suggestion(outcome(text_hash=known))
    recorder.suggestion(outcome(text_hash=CODE))  # A caller that mistakes the text for its hash.
    recorder.suggestion(outcome("/home/ada-lovelace/private/engine.py"))
    recorder.suggestion(outcome(r"C:\Users\ada-lovelace\engine.py"))
    recorder.file_worked_on("../../ada-lovelace/engine.py", "python", 1)
    eventually(lambda: path.exists() and any(session.entries == 6 for session in sessions(path)))

    written = {found.name: found.read_bytes() for found in path.parent.rglob("*") if found.is_file()}
    assert {"sessions.db", "sessions.db-wal"} <= written.keys()
    forbidden = [b"swordfish", b"launch_code", b"hunter2", b"ada-lovelace", str(tmp_path).encode()]
    assert [(name, word) for name, data in written.items() for word in forbidden if word in data] == []
    assert [part["text_hash"] for part in parts(path) if isinstance(part, dict) and "text_hash" in part] == [
        known,
        None,
        None,
        None,
    ]
    recorder.close()


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        pytest.param("caf\udce9.py", "caf?.py", id="file name that is no text"),
        pytest.param("src\\a.py", "src/a.py", id="backslashes"),
        pytest.param("\x1b[31m\0.py", "\x1b[31m\0.py", id="control characters"),
        pytest.param("x" * 10_000, "x" * 4096, id="endless"),
        pytest.param("", "", id="empty"),
    ],
)
def test_a_strange_path_is_recorded_as_far_as_it_can_be(path: Path, given: str, stored: str) -> None:
    recorder = SessionRecorder(SessionLog(path), None, client="nvim")
    recorder.start()
    recorder.file_worked_on(given, "python", 1)
    recorder.close()

    assert [part["path"] for part in parts(path) if isinstance(part, dict) and "path" in part] == [stored]
    assert problems_in(path) == []


@pytest.mark.parametrize("shown_ms", [float("nan"), float("inf"), -1.0, 1e300])
def test_a_time_that_makes_no_sense_stops_nothing(path: Path, shown_ms: float) -> None:
    recorder = SessionRecorder(SessionLog(path), None, client="nvim")
    recorder.start()
    recorder.suggestion(SuggestionOutcome("a", "b", "c", None, "ignored", -1, 0, shown_ms, None))
    recorder.close()

    assert sessions(path)[0].entries == 3


def test_a_locked_database_makes_nobody_wait_is_said_once_and_loses_nothing(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, LOGGER)
    SessionLog(path).add([])
    other = open_for_writing(path)
    other.execute("BEGIN EXCLUSIVE")
    recorder = SessionRecorder(SessionLog(path, locked_soon), None, client="nvim")
    recorder.start()
    for number in range(300):
        recorder.suggestion(outcome(length=number))
    eventually(lambda: recorder_said(caplog) != [])
    other.execute("ROLLBACK")
    other.close()
    eventually(lambda: "The session log is written again." in recorder_said(caplog))
    recorder.close()

    lengths = [part["length"] for part in parts(path) if isinstance(part, dict) and "length" in part]
    assert lengths == list(range(300))
    assert len(recorder_said(caplog)) == 2
    assert problems_in(path) == []


def test_a_window_that_closes_while_another_writes_for_long_tries_once_more(path: Path) -> None:
    recorder = SessionRecorder(SessionLog(path, locked_soon), None, client="nvim")
    recorder.start()
    recorder.suggestion(outcome())
    eventually(lambda: bool(sessions(path)))
    other = open_for_writing(path)
    other.execute("BEGIN IMMEDIATE")

    class LetGo(logging.Handler):
        """The other process is done as soon as the recorder has failed."""

        def emit(self, record: logging.LogRecord) -> None:
            if "cannot be written" in record.getMessage():
                other.execute("ROLLBACK")

    logger, handler = logging.getLogger(LOGGER), LetGo()
    logger.addHandler(handler)
    recorder.close()
    logger.removeHandler(handler)
    other.close()

    assert rows(path, "SELECT state FROM series") == [("ended",)]


def recorder_said(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == LOGGER]


def test_a_full_disk_loses_nothing_once_there_is_space_again(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, LOGGER)
    full = True

    def connect(where: Path) -> sqlite3.Connection:
        connection = open_for_writing(where)
        if full:
            connection.execute("PRAGMA max_page_count = 10")
        return connection

    recorder = SessionRecorder(SessionLog(path, connect), None, client="nvim")
    recorder.start()
    for number in range(200):
        recorder.suggestion(outcome(length=number))
    eventually(lambda: recorder_said(caplog) != [])
    full = False
    eventually(lambda: "The session log is written again." in recorder_said(caplog))
    recorder.close()

    lengths = [part["length"] for part in parts(path) if isinstance(part, dict) and "length" in part]
    assert lengths == list(range(200))
    assert problems_in(path) == []


def test_what_does_not_fit_while_the_log_cannot_be_written_is_counted_in_the_log(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path.parent.write_text("in the way", encoding="utf-8")
    recorder = SessionRecorder(SessionLog(path), None, client="nvim", bound=10)
    recorder.start()
    eventually(lambda: recorder_said(caplog) != [])
    for number in range(25):
        recorder.suggestion(outcome(length=number))
    path.parent.unlink()
    eventually(lambda: path.exists() and any(session.entries > 5 for session in sessions(path)))
    recorder.close()

    found = [part for part in parts(path) if isinstance(part, dict)]
    kept = [part["length"] for part in found if "length" in part]
    dropped = [part["count"] for part in found if part.get("to") == "dropped"]
    assert kept == list(range(len(kept)))
    assert (len(kept) + sum(dropped), len(dropped)) == (25, 1)


def test_a_log_that_stays_out_of_reach_ends_with_a_word_about_what_is_lost(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path.parent.write_text("in the way", encoding="utf-8")
    recorder = SessionRecorder(SessionLog(path), None, client="nvim")
    recorder.start()
    recorder.suggestion(outcome())
    recorder.close()

    assert recorder_said(caplog)[-1] == "The session log could not be written; 2 entries are lost."


def test_a_database_deleted_meanwhile_is_begun_anew_with_what_came_since(path: Path) -> None:
    recorder = SessionRecorder(SessionLog(path), None, client="nvim")
    recorder.start()
    recorder.suggestion(outcome(length=1))
    eventually(lambda: path.exists() and any(session.entries == 2 for session in sessions(path)))
    for part in path.parent.glob("sessions.db*"):
        part.unlink()
    recorder.suggestion(outcome(length=2))
    eventually(lambda: path.exists() and any(session.entries == 2 for session in sessions(path)))
    recorder.close()

    assert [body["kind"] for body in bodies(path)] == ["session.start", "tool", "session.end"]
    assert [part["length"] for part in parts(path) if isinstance(part, dict) and "length" in part] == [2]
    assert problems_in(path) == []


def test_closing_what_was_never_started_and_closing_twice_are_nothing(path: Path) -> None:
    never = SessionRecorder(SessionLog(path), None, client="nvim")
    never.close()
    assert not path.exists()

    recorder = SessionRecorder(SessionLog(path), None, client="nvim")
    recorder.start()
    recorder.suggestion(outcome())
    recorder.close()
    recorder.close()
    assert [body["kind"] for body in bodies(path)] == ["session.start", "tool", "session.end"]


def test_an_editor_that_was_only_opened_and_closed_leaves_no_session(path: Path) -> None:
    recorder = SessionRecorder(SessionLog(path), None, client="nvim")
    recorder.start()
    recorder.branch_seen("main")
    recorder.diagnostics_changed("a.py", 1, 0, ["x is not defined"])
    assert recorder.wait_until_written(60)
    recorder.close()

    assert (bodies(path), sessions(path)) == ([], [])
