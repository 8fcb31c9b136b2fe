"""`holdfast sessions import`, as a person and as a program runs it."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from cli_process import Ran, holdfast
from scripted_answer import Answer, HangUp
from scripted_ollama import ScriptedOllama
from sessions_fixture import rows
from sessions_golden import FIXTURES

HOME = FIXTURES / "claude-code" / "normal" / "home"
SECRET = b"mV7qT2xLr9Zp"


def run(tmp_path: Path, *arguments: str, home: Path = HOME) -> Ran:
    environment = {"HOME": str(home), "HOLDFAST_DATA_DIR": str(tmp_path / "data"), "CLAUDE_CONFIG_DIR": ""}
    return holdfast("sessions", "import", *arguments, cwd=tmp_path, environment=environment)


def test_where_nobody_can_be_asked_nothing_is_read(tmp_path: Path) -> None:
    ran = run(tmp_path, "--json")

    assert (ran.code, ran.out) == (2, "")
    assert "Claude Code: 1 session (and 1 of helpers)" in ran.err
    assert "Read the 1 session (and 1 of helpers) of Claude Code into the session log?" in ran.err
    assert "--yes" in ran.err
    assert not (tmp_path / "data").exists()


def test_what_is_there_is_imported_once(tmp_path: Path) -> None:
    first = run(tmp_path, "--yes", "--json")
    again = run(tmp_path, "--json")  # Asked once: now it is known.

    assert json.loads(first.out) == {"claude-code": {"found": 1, "imported": 1, "unchanged": 0, "failed": 0}}
    assert json.loads(again.out) == {"claude-code": {"found": 1, "imported": 0, "unchanged": 1, "failed": 0}}
    data = tmp_path / "data"
    assert (data / "consents.json").stat().st_mode & 0o777 == 0o600
    assert all(SECRET not in path.read_bytes() for path in data.iterdir() if path.is_file())


def test_a_file_that_is_named_is_read_without_a_question(tmp_path: Path) -> None:
    ran = run(tmp_path, str(FIXTURES / "chatgpt" / "drifted" / "conversations.json"), "--json", home=tmp_path)

    assert (ran.code, json.loads(ran.out)) == (
        0,
        {"chatgpt": {"found": 3, "imported": 2, "unchanged": 0, "failed": 1}},
    )
    assert "conversations.json: a conversation has no messages where they should be" in ran.err
    assert "1 message/hologram, 1 message/of oracle" in ran.err
    assert not (tmp_path / "data" / "consents.json").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["--from", "emacs"], 2, "No importer is called “emacs”"),
        (["nowhere.json"], 3, "There is no nowhere.json"),
        (["/dev/null"], 2, "does not look like sessions of a known tool"),
    ],
    ids=["tool", "path", "file"],
)
def test_what_cannot_be_understood_is_told(tmp_path: Path, arguments: list[str], code: int, told: str) -> None:
    ran = run(tmp_path, *arguments)

    assert (ran.code, ran.out) == (code, "")
    assert told in ran.err


def test_where_there_is_nothing_it_says_so(tmp_path: Path) -> None:
    ran = run(tmp_path, "--json", home=tmp_path)

    assert (ran.code, json.loads(ran.out)) == (0, {})
    assert "No sessions were found on this machine" in ran.err


@pytest.mark.parametrize(("answer", "imported"), [("y", True), ("n", False)])
def test_at_a_terminal_a_person_is_asked_once_for_each_tool(tmp_path: Path, answer: str, imported: bool) -> None:  # noqa: FBT001 - a parameter of the test
    keyboard, terminal = pty.openpty()
    environment = {
        **os.environ,
        "HOME": str(HOME),
        "CLAUDE_CONFIG_DIR": "",
        "HOLDFAST_DATA_DIR": str(tmp_path / "data"),
    }
    os.write(keyboard, f"{answer}\n".encode())
    ran = subprocess.run(
        [sys.executable, "-m", "holdfast", "sessions", "import", "--json"],
        stdin=terminal,
        stderr=terminal,
        stdout=subprocess.PIPE,
        env=environment,
        cwd=tmp_path,
        timeout=60,
        check=True,
    )
    os.close(terminal)
    os.close(keyboard)

    assert bool(json.loads(ran.stdout)) is imported
    assert (tmp_path / "data" / "consents.json").exists() is imported


def test_a_model_on_this_machine_looks_through_what_was_said_first(tmp_path: Path) -> None:
    said = {"role": "user", "content": "Ask Anna Schmidt about it."}
    file = tmp_path / "anna.jsonl"
    file.write_text(json.dumps({"type": "user", "uuid": "u1", "sessionId": "s", "cwd": "/x", "message": said}) + "\n")
    with ScriptedOllama() as ollama:
        ollama.generate_with(json.dumps({"found": [{"kind": "person", "text": "Anna Schmidt"}]}))
        ran = holdfast(
            *("sessions", "import", str(file), "--model", "--json"),
            cwd=tmp_path,
            environment={"HOLDFAST_DATA_DIR": str(tmp_path / "data"), "HOLDFAST_ENDPOINT": ollama.endpoint},
        )
        asked = len(ollama.generations)
    ((text,),) = rows(
        tmp_path / "data" / "sessions.db", "SELECT json_extract(body, '$.parts[0].text') FROM entry WHERE kind = 'msg'"
    )

    assert (ran.code, json.loads(ran.out)["claude-code"]["imported"], asked) == (0, 1, 1)
    assert str(text).startswith("Ask [REDACTED:person-name:")


def test_where_no_such_model_answers_nothing_is_imported(tmp_path: Path) -> None:
    ran = run(tmp_path, "--yes", "--model", "--json")

    assert (ran.code, ran.out) == (1, "")
    assert not (tmp_path / "data" / "sessions.db").exists()


def test_a_model_that_goes_away_stops_the_import_and_the_next_one_goes_on(tmp_path: Path) -> None:
    data = {"HOME": str(HOME), "HOLDFAST_DATA_DIR": str(tmp_path / "data"), "CLAUDE_CONFIG_DIR": ""}
    arguments = ("sessions", "import", "--yes", "--model", "--json")
    with ScriptedOllama() as ollama:
        ollama.generate_with('{"found": []}', Answer((HangUp(),)))
        stopped = holdfast(*arguments, cwd=tmp_path, environment={**data, "HOLDFAST_ENDPOINT": ollama.endpoint})
        ollama.generate_with('{"found": []}')
        whole = holdfast(*arguments, cwd=tmp_path, environment={**data, "HOLDFAST_ENDPOINT": ollama.endpoint})
    (tmp_path / "other").mkdir()
    without = run(tmp_path / "other", "--yes", "--json")

    assert (stopped.code, "The import has stopped" in stopped.err) == (1, True)
    assert (whole.code, without.code) == (0, 0)
    assert said_in(tmp_path / "data") == said_in(tmp_path / "other" / "data")


def said_in(data: Path) -> list[tuple[str | int | None, ...]]:
    """What was said, without what depends on the key of the pseudonyms."""
    found = rows(data / "sessions.db", "SELECT json_extract(body, '$.src.native_id'), kind FROM entry ORDER BY 1, 2")
    return list(found)
