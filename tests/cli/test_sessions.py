import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from holdfast.cli.sessions import app
from holdfast.errors import HoldfastError, StorageError, UsageError
from holdfast.sessions.editor import activity
from holdfast.sessions.entries.series import Series
from holdfast.sessions.log.store import SessionLog
from sessions_fixture import SESSION, entries_of, tamper

STARTED_MS = 1_795_219_200_500  # 2026-11-21T00:00:00.500Z
OTHER = SESSION.replace("0123456789ab", "ba9876543210")
DEVICE = "ab" * 16
PROJECT = "cd" * 32


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOLDFAST_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("COLUMNS", "160")
    return tmp_path


@pytest.fixture
def recorded(data: Path) -> Path:
    """A session with a branch, a file and a suggestion, and an earlier one of bare entries."""
    series = Series(dev=DEVICE, session=SESSION, project=PROJECT)
    suggestion = activity.SuggestionOutcome("src/a.py", "python", "model", "qwen", "typed_through", 12, 12, 400.0, None)
    drafts = [
        activity.session_started(STARTED_MS, "nvim"),
        activity.branch_seen(STARTED_MS + 1, "main"),
        activity.file_worked_on(STARTED_MS + 2, "src/\x1b[31mred\x1b[0m.py", "python", 3),
        activity.suggestion_shown(STARTED_MS + 3, suggestion),
    ]
    log = SessionLog(data / "sessions.db")
    log.add([series.extend(draft) for draft in drafts])
    log.add(entries_of(2, session=OTHER))
    log.close()
    return data / "sessions.db"


def output(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def error(*arguments: str) -> HoldfastError:
    result = CliRunner().invoke(app, list(arguments))
    assert isinstance(result.exception, HoldfastError)
    return result.exception


@pytest.mark.usefixtures("recorded")
def test_the_list_as_json_has_the_latest_first() -> None:
    listed = json.loads(output("list", "--json"))

    assert listed == [
        {
            "id": SESSION,
            "tool": "holdfast",
            "title": "holdfast: branch main, 1 file, 1 suggestion, 1 accepted",
            "started": "2026-11-21T00:00:00.500+00:00",
            "entries": 4,
            "device": DEVICE,
            "project": PROJECT,
        },
        {
            "id": OTHER,
            "tool": "holdfast",
            "title": "holdfast: nothing happened",
            "started": "2026-11-18T11:06:40.000+00:00",
            "entries": 2,
            "device": "00112233445566778899aabbccddeeff",
            "project": None,
        },
    ]


@pytest.mark.usefixtures("recorded")
def test_the_list_for_a_person_shows_time_id_and_what_happened() -> None:
    lines = [line.rstrip() for line in output("list").splitlines()]

    assert lines[0].split() == ["started", "id", "tool", "what", "entries"]
    told = f"2026-11-21 00:00 {SESSION[:13]} holdfast holdfast: branch main, 1 file, 1 suggestion, 1 accepted"
    assert lines[1].split() == [*told.split(), "4"]


def test_of_many_sessions_a_person_is_shown_the_latest_and_told_of_the_others(data: Path) -> None:
    log = SessionLog(data / "sessions.db")
    log.add([entry for number in range(60) for entry in entries_of(1, session=f"0000000{number:05}")])
    log.close()

    assert len(output("list").splitlines()) == 1 + 50 + 1
    assert output("list").splitlines()[-1] == "10 more: --limit 60 shows all"
    assert len(output("list", "--limit", "60").splitlines()) == 1 + 60
    assert len(json.loads(output("list", "--json"))) == 60


def test_with_nothing_recorded_the_list_is_empty_and_nothing_is_made(data: Path) -> None:
    assert json.loads(output("list", "--json")) == []
    assert output("list") == (
        "Nothing is recorded yet. Sessions appear once an editor has used Holdfast, or with `holdfast sessions import`.\n"
    )
    assert list(data.iterdir()) == []


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize("session_id", [SESSION, SESSION.upper(), SESSION[:-11]])
def test_a_session_is_shown_by_its_id_or_how_it_begins(session_id: str) -> None:
    shown = json.loads(output("show", session_id, "--json"))

    assert (shown["id"], shown["title"]) == (SESSION, "holdfast: branch main, 1 file, 1 suggestion, 1 accepted")
    assert [entry["kind"] for entry in shown["entries"]] == ["session.start", "session.meta", "session.meta", "tool"]
    assert shown["entries"][1]["when"] == "2026-11-21T00:00:00.501+00:00"
    assert shown["entries"][1]["parts"] == [{"type": "ref", "to": "branch", "name": "main"}]
    assert shown["entries"][1]["prev"] == shown["entries"][0]["id"]


@pytest.mark.usefixtures("recorded")
def test_a_session_shown_to_a_person_has_a_line_for_each_entry_and_nothing_a_terminal_obeys() -> None:
    shown = output("show", SESSION)

    assert "- branch main" in shown
    assert "`inline_completion src/a.py (engine model, language python, model qwen)`\n\ntyped_through" in shown
    assert "- file src/\u241b[31mred\u241b[0m.py (edits 3, language python)" in shown
    assert "\x1b" not in shown


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize("session_id", ["nothing", "", "%", SESSION + "0"])
def test_an_unknown_session_is_an_error_with_its_remedy(session_id: str) -> None:
    found = error("show", session_id)

    assert (str(found), found.exit_code) == (
        f"There is no session “{session_id}”. `holdfast sessions list` shows those there are.",
        1,
    )


def test_with_nothing_recorded_any_session_is_unknown() -> None:
    assert error("show", "0").message == "There is no session “0”."


@pytest.mark.usefixtures("recorded")
def test_a_beginning_of_several_ids_is_refused_with_their_names() -> None:
    found = error("show", SESSION[:8])

    assert isinstance(found, UsageError)
    assert found.message == f"2 sessions begin with “{SESSION[:8]}” ({SESSION}, {OTHER} …)."


def test_entries_that_cannot_be_read_are_passed_over_and_verify_names_them(recorded: Path) -> None:
    tamper(recorded, "UPDATE entry SET body = '{}' WHERE kind = 'tool'")

    assert [entry["kind"] for entry in json.loads(output("show", SESSION, "--json"))["entries"]] == [
        "session.start",
        "session.meta",
        "session.meta",
    ]
    result = CliRunner().invoke(app, ["verify", "--json"])
    assert json.loads(result.stdout) == {
        "ok": False,
        "problems": [f"Session {SESSION}, entry 3: its text is no entry."],
    }
    assert isinstance(result.exception, StorageError)


@pytest.mark.usefixtures("recorded")
def test_a_log_that_is_whole_is_verified() -> None:
    assert json.loads(output("verify", "--json")) == {"ok": True, "problems": []}


def test_a_log_of_a_newer_holdfast_is_refused_with_the_remedy(recorded: Path) -> None:
    tamper(recorded, "INSERT INTO migration VALUES ('2099-01-01 holograms', 'then')")

    assert error("list").remedy == "Update this Holdfast; the database was left as it is."


def test_a_database_that_was_made_and_never_filled_is_an_empty_list(data: Path) -> None:
    (data / "sessions.db").touch()

    assert json.loads(output("list", "--json")) == []


def test_a_file_that_is_no_database_is_an_error(data: Path) -> None:
    (data / "sessions.db").write_bytes(b"nonsense" * 1000)

    assert isinstance(error("list"), StorageError)


@pytest.mark.usefixtures("recorded")
def test_beyond_its_last_entry_a_session_has_none_and_says_so() -> None:
    assert output("show", SESSION, "--from", "5").splitlines()[-1] == "It has no entry 5: it has 4."


def test_the_commands_are_listed_in_the_order_in_which_a_person_needs_them() -> None:
    assert [command.name or command.callback.__name__ for command in app.registered_commands if command.callback] == [
        "list",
        "search",
        "show",
        "import",
        "note",
        "carry-on",
        "export",
        "pin",
        "unpin",
        "forget",
        "keep",
        "size",
        "verify",
        "rebuild",
    ]


@pytest.mark.usefixtures("recorded")
def test_the_list_needs_neither_the_sidecar_nor_the_model_server_to_be_loaded() -> None:
    program = "import sys, holdfast.cli.sessions; print([name for name in ('pygls', 'httpx', 'numpy') if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert loaded.stdout == "[]\n"
