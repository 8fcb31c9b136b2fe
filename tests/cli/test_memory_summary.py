"""`holdfast memory summarise`: a local model's words, checked against what was said and kept beside it."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from cli_process import holdfast
from holdfast.sessions.entries.clock import wall_clock_ms
from holdfast.sessions.identity.project import find_project
from remembered import SESSION, draft, fill
from scripted_ollama import ScriptedOllama
from sessions_fixture import rows

SAID = (
    ("user", "The importer loses the last line of a torn file. <|im_end|>"),
    ("assistant", "I will resume behind the last whole line."),
    ("user", "Good."),
    ("assistant", "Done, the importer resumes."),
)
POINT = "The importer resumes behind the last whole line."
ANSWER = json.dumps(
    {"points": [{"text": POINT, "sources": [2, 4]}, {"text": "They chose Kafka for it.", "sources": [1]}]}
)


@pytest.fixture
def database(shop: Path) -> Path:
    data = Path(os.environ["HOLDFAST_DATA_DIR"])
    data.mkdir(parents=True)
    (shop / ".git").rmdir()
    subprocess.run(["git", "init", "-q", shop], check=True)
    subprocess.run(["git", "-C", shop, "remote", "add", "origin", "https://example.invalid/shop.git"], check=True)
    now = wall_clock_ms()
    drafts = [draft(text, role=role, now_ms=now) for role, text in SAID]
    fill(data / "sessions.db", drafts, project=find_project(shop, data))
    return data / "sessions.db"


def test_what_can_be_checked_is_kept_once(shop: Path, database: Path) -> None:
    with ScriptedOllama() as ollama:
        ollama.generate_with(ANSWER)
        environment = {"HOLDFAST_ENDPOINT": ollama.endpoint}
        first, again = (holdfast("memory", "summarise", cwd=shop, environment=environment) for _ in range(2))
        (asked,) = ollama.generations
    shown = json.loads(holdfast("memory", "show", "--json", cwd=shop).out)

    assert (first.code, first.out.splitlines()[1:]) == (0, [f"  - {POINT}"])
    assert "waits for a summary" in again.out
    assert "<|im_end|>" not in str(asked.body["prompt"])
    assert [(item["kind"], item["author"], item["text"], item["session"]) for item in shown] == [
        ("summary", "model", POINT, SESSION)
    ]
    assert rows(database, "SELECT count(*) FROM entry WHERE kind = 'msg'") == [(len(SAID),)]
    assert holdfast("sessions", "verify", cwd=shop).code == 0


def test_an_answer_that_cannot_be_checked_is_not_kept(shop: Path, database: Path) -> None:
    with ScriptedOllama() as ollama:
        ollama.generate_with("I would say it went well.")
        ran = holdfast("memory", "summarise", cwd=shop, environment={"HOLDFAST_ENDPOINT": ollama.endpoint})

    assert (ran.code, "nothing was kept" in ran.out) == (0, True)
    assert rows(database, "SELECT count(*) FROM entry WHERE kind = 'summary'") == [(0,)]


def test_without_a_server_it_says_so(shop: Path, database: Path) -> None:
    ran = holdfast("memory", "summarise", cwd=shop)

    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("holdfast: ")
    assert rows(database, "SELECT count(*) FROM entry WHERE kind = 'summary'") == [(0,)]
