"""`holdfast sessions` beyond list and show: search, forget, pin, keep, size, rebuild, export, note, carry-on."""

import json
import stat
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli_process import Ran, holdfast, holdfast_at_once
from holdfast.cli.sessions import app
from holdfast.errors import HoldfastError, UsageError
from holdfast.sessions.identity.project import find_project
from holdfast.sessions.log.store import SessionLog
from sessions_fixture import SESSION, START_MS, problems_in, rows, said, sealed, told

OTHER = SESSION.replace("0123456789ab", "ba9876543210")
DAY_MS = 86_400_000
OLD_MS = START_MS - 100 * DAY_MS


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOLDFAST_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("TZ", "UTC")
    return tmp_path / "data"


@pytest.fixture
def project(tmp_path: Path, data: Path) -> Path:
    """A repository; which project it is does not change as long as it is there."""
    root = tmp_path / "shop"
    root.mkdir()
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    find_project(root, data)
    return root


@pytest.fixture
def recorded(data: Path, project: Path) -> Path:
    log = SessionLog(data / "sessions.db")
    talk = [
        told(to="title", name="Retries of the gateway", at_ms=OLD_MS),
        said("How often do we retry?", native_id="m1", at_ms=OLD_MS),
        said("Set `retryCount` to five, \x1b[31mred\x1b[0m.", role="assistant", native_id="m2", at_ms=OLD_MS),
        said("Call me at bob@acme-corp.com.", native_id="m3", at_ms=OLD_MS),
    ]
    log.add(sealed(talk, project=find_project(project, data)))
    log.add(sealed([said("Something else entirely.", native_id="m1")], session=OTHER))
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


def entries() -> list[str]:
    shown = json.loads(output("show", SESSION, "--json"))["entries"]
    return [part["text"] for entry in shown for part in entry["parts"] if "text" in part]


@pytest.mark.usefixtures("recorded")
def test_a_search_as_json_gives_the_fields_that_are_promised(project: Path) -> None:
    (hit,) = json.loads(output("search", "retrycount", "--json", "--project", str(project)))

    assert sorted(hit) == ["entry", "role", "score", "session", "text", "tool", "when"]
    assert (hit["session"], hit["role"], hit["tool"]) == (SESSION, "assistant", "claude-code")
    assert hit["text"].startswith("Set `retryCount` to five")


@pytest.mark.usefixtures("recorded")
def test_a_search_for_a_person_names_the_session_and_obeys_no_terminal_codes() -> None:
    page = output("search", "what", "is", "the", "retry", "count")

    assert page.startswith("Retries of the gateway\n")
    assert "Set `retryCount` to five, ␛[31mred␛[0m." in page
    assert f"holdfast sessions show {SESSION[:13]}" in page


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize("question", ["zeppelin", "***", '"'])
def test_a_search_without_an_answer_says_so(question: str) -> None:
    assert json.loads(output("search", question, "--json")) == []
    assert output("search", question) == "Nothing was found.\n"


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ((), [OTHER, SESSION]),
        (("--limit", "1"), [OTHER]),
        (("--tool", "codex"), []),
        (("--since", "2026-11-17"), [OTHER]),
        (("--since", "36500d"), [OTHER, SESSION]),
    ],
)
def test_the_list_is_narrowed(options: tuple[str, ...], expected: list[str]) -> None:
    assert [session["id"] for session in json.loads(output("list", "--json", *options))] == expected


@pytest.mark.usefixtures("recorded")
def test_the_list_of_a_project(project: Path) -> None:
    assert [session["id"] for session in json.loads(output("list", "--json", "--project", str(project)))] == [SESSION]


@pytest.mark.usefixtures("recorded")
def test_a_date_that_is_none_is_refused() -> None:
    assert error("list", "--since", "yesterday").exit_code == 2


def test_a_long_session_is_shown_page_by_page(data: Path) -> None:
    log = SessionLog(data / "sessions.db")
    log.add(sealed([said(f"line {number:05}") for number in range(1_000)]))
    log.close()

    first, last = output("show", SESSION), output("show", SESSION, "--from", "901")

    assert ("line 00199" in first, "line 00200" in first) == (True, False)
    assert f"800 more entries: holdfast sessions show {SESSION} --from 201" in first
    assert ("line 00900" in last, "line 00999" in last, "more entries" in last) == (True, True, False)
    assert len(json.loads(output("show", SESSION, "--json", "--limit", "3"))["entries"]) == 3


@pytest.mark.usefixtures("recorded")
def test_forgetting_asks_and_without_a_terminal_refuses_with_the_question() -> None:
    refused = error("forget", SESSION)

    assert isinstance(refused, UsageError)
    assert "“Forget “Retries of the gateway” of " in refused.message
    assert refused.remedy == "Nothing was forgotten; --yes forgets."
    assert len(json.loads(output("list", "--json"))) == 2


def test_a_session_is_forgotten(recorded: Path) -> None:
    assert json.loads(output("forget", SESSION[:-3], "--yes", "--json")) == {"forgotten": 4}
    assert [session["id"] for session in json.loads(output("list", "--json"))] == [OTHER]
    assert b"retrycount" not in recorded.read_bytes().lower()
    assert problems_in(recorded) == []


def test_an_entry_is_forgotten(recorded: Path) -> None:
    ((entry,),) = rows(recorded, "SELECT id FROM entry WHERE seq = 2")

    assert json.loads(output("forget", "--entry", str(entry), "--yes", "--json")) == {"forgotten": 1}
    assert entries() == ["How often do we retry?", "Call me at bob@acme-corp.com."]
    assert error("forget", "--entry", str(entry), "--yes").message == f"There is no entry “{entry}”."


def test_what_holds_a_text_is_shown_and_forgotten(recorded: Path) -> None:
    result = CliRunner().invoke(app, ["forget", "--matching", "bob@acme-corp.com", "--yes"])

    assert "Call me at bob@acme-corp.com." in result.stderr
    assert result.stdout.startswith("Forgotten: 1 entry.")
    assert entries() == ["How often do we retry?", entries()[1]]
    assert b"acme-corp" not in recorded.read_bytes()
    assert output("forget", "--matching", "bob@acme-corp.com", "--yes") == "Nothing was forgotten.\n"


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize("arguments", [(), (SESSION, "--matching", "x"), ("--matching", " ")])
def test_what_is_to_be_forgotten_must_be_said(arguments: tuple[str, ...]) -> None:
    assert error("forget", *arguments, "--yes").exit_code == 2


def test_pins_keep_what_would_grow_too_old(recorded: Path) -> None:
    assert output("pin", SESSION[:-2]) == f"Pinned: {SESSION}\n"
    assert json.loads(output("keep", "--days", "30", "--yes", "--json")) == {"days": 30, "expired": 0}
    assert output("unpin", SESSION) == f"No longer pinned: {SESSION}\n"
    assert json.loads(output("keep", "--days", "30", "--yes", "--json")) == {"days": 30, "expired": 2}
    assert entries() == ["How often do we retry?"]
    assert output("keep", "--everything") == "Everything is kept from now on.\n"
    assert problems_in(recorded) == []


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize("arguments", [(), ("--days", "3", "--everything"), ("--days", "3")])
def test_keeping_needs_a_time_and_a_yes(arguments: tuple[str, ...]) -> None:
    assert error("keep", *arguments).exit_code == 2


def test_sizes_add_up(recorded: Path) -> None:
    told_size = json.loads(output("size", "--json"))

    assert sum(share["sessions"] for share in told_size["by"]) == 2
    assert rows(recorded, "SELECT sum(length(CAST(body AS BLOB))) FROM entry") == [
        (sum(share["bytes"] for share in told_size["by"]),)
    ]
    assert told_size["database"] >= recorded.stat().st_size
    assert "claude-code" in output("size")


@pytest.mark.usefixtures("recorded")
def test_what_is_derived_is_made_again() -> None:
    assert json.loads(output("rebuild", "--json")) == {"entries": 5, "unreadable": 0}
    assert output("rebuild") == "Lists, search and memory were made again from 5 entries.\n"
    assert len(json.loads(output("search", "retry", "--json"))) == 3


@pytest.mark.usefixtures("recorded")
def test_a_session_is_exported_as_it_is_kept_and_redacted_again() -> None:
    lines = [json.loads(line) for line in output("export", SESSION).splitlines()]

    assert [line["seq"] for line in lines] == [0, 1, 2, 3]
    assert lines[1]["parts"] == [{"text": "How often do we retry?", "type": "text"}]
    assert "bob@acme-corp.com" not in json.dumps(lines)


def test_an_export_goes_into_a_private_file_and_replaces_none_unasked(recorded: Path, tmp_path: Path) -> None:
    out = tmp_path / "log.md"
    output("export", "--all", "--markdown", "--out", str(out))
    text = out.read_text(encoding="utf-8")

    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert "# Retries of the gateway\n" in text
    assert "# Something else entirely.\n" in text
    assert "How often do we retry?" in text
    assert "bob@acme-corp.com" not in text
    assert error("export", SESSION, "--out", str(out)).exit_code == 2
    assert out.read_text(encoding="utf-8") == text
    output("export", SESSION, "--out", str(out), "--yes")
    assert out.read_text(encoding="utf-8").startswith('{"dev":')
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["log.md"]
    assert recorded.exists()


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize("arguments", [(), (SESSION, "--all")])
def test_what_is_to_be_exported_must_be_said(arguments: tuple[str, ...]) -> None:
    assert error("export", *arguments).exit_code == 2


@pytest.mark.usefixtures("recorded")
def test_an_export_to_where_nothing_can_be_written_is_an_error(tmp_path: Path) -> None:
    assert "Cannot write" in error("export", SESSION, "--out", str(tmp_path / "no" / "file")).message


def test_a_decision_is_noted_for_the_project_and_carried_on(project: Path) -> None:
    session = json.loads(output("note", "We keep money as integers.", "--project", str(project), "--json"))["session"]

    (listed,) = json.loads(output("list", "--json", "--project", str(project)))
    assert (listed["id"], listed["title"], listed["tool"]) == (session, "We keep money as integers.", "holdfast")
    assert "- We keep money as integers." in output("carry-on", "--project", str(project))


@pytest.mark.usefixtures("recorded")
def test_without_a_session_of_the_project_there_is_nothing_to_carry_on(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    assert error("carry-on", "--project", str(tmp_path / "empty")).exit_code == 1


@pytest.mark.parametrize("command", [("carry-on",), ("export", "--all"), ("rebuild",), ("pin", SESSION)])
def test_with_nothing_recorded_the_remedy_is_named(command: tuple[str, ...]) -> None:
    assert "holdfast sessions import" in error(*command).remedy


def test_two_processes_note_and_search_at_once(project: Path, data: Path) -> None:
    ran: tuple[Ran, ...] = holdfast_at_once(
        ("sessions", "note", "Kumquats are integers."), ("sessions", "note", "Kumquats are cents."), cwd=project
    )
    found = holdfast("sessions", "search", "kumquat", "--json", cwd=project)

    assert [one.code for one in (*ran, found)] == [0, 0, 0], (ran, found)
    assert sorted({hit["text"] for hit in json.loads(found.out)}) == ["Kumquats are cents.", "Kumquats are integers."]
    assert problems_in(data / "sessions.db") == []


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("search", "\udcff"), 0),
        (("list", "--tool", "\udcff"), 0),
        (("forget", "--matching", "\udcff", "--yes"), 0),
        (("note", "Tabs \udcff."), 0),
        (("show", "\udcff"), 1),
        (("forget", "--entry", "\udcff", "--yes"), 1),
        (("show", SESSION, "--from", "99999999999999999999"), 2),
        (("show", SESSION, "--limit", "99999999999999999999"), 2),
        (("list", "--limit", "99999999999999999999"), 2),
    ],
)
def test_bytes_that_are_no_text_and_numbers_beyond_all_bounds_break_nothing(
    recorded: Path, project: Path, arguments: tuple[str, ...], code: int
) -> None:
    ran = holdfast("sessions", *arguments, cwd=project)

    assert (ran.code, "something broke" in ran.err) == (code, False)
    assert problems_in(recorded) == []


def test_carrying_on_takes_out_what_an_older_redaction_left(data: Path, project: Path) -> None:
    log = SessionLog(data / "sessions.db")
    asked = said("Write to bob@acme-corp.com.", native_id="m1", at_ms=OLD_MS)
    log.add(sealed([asked], project=find_project(project, data)))
    log.close()

    text = output("carry-on", "--project", str(project))

    assert ("bob@acme-corp.com" in text, "[REDACTED:email:" in text) == (False, True)
