"""`holdfast memory`, and memory in `holdfast context`, as a person runs them."""

import json
import subprocess
from pathlib import Path

import pytest

from cli_process import holdfast
from holdfast.sessions.entries.clock import wall_clock_ms
from holdfast.sessions.identity.project import find_project
from holdfast.sessions.memory.lines import day_of
from holdfast.sessions.memory.memory_file import IMPORT
from remembered import DAY_MS, SESSION, draft, fill

RULE = "We decided to use httpx instead of requests."
TASK = "- [ ] write the importer"
NOW = wall_clock_ms()
DAY = day_of(NOW - 2 * DAY_MS)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A trusted project in which something was decided."""
    monkeypatch.setenv("HOLDFAST_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("HOLDFAST_CACHE_DIR", str(tmp_path / "cache"))
    (tmp_path / "data").mkdir()
    root = tmp_path / "shop"
    root.mkdir()
    subprocess.run(["git", "init", "-q", root], check=True)
    subprocess.run(["git", "-C", root, "remote", "add", "origin", "https://example.invalid/shop.git"], check=True)
    (root / "client.py").write_text("import httpx\n\n\ndef fetch(client):\n    return client.get('/')\n")
    said = [draft(RULE, days_ago=2, now_ms=NOW), draft(TASK, role="assistant", days_ago=1, now_ms=NOW)]
    fill(tmp_path / "data" / "sessions.db", said, project=find_project(root, tmp_path / "data"))
    return root


def test_what_is_remembered_and_the_session_it_is_from(project: Path) -> None:
    shown, as_json = (holdfast("memory", "show", *more, cwd=project) for more in ((), ("--json",)))

    assert shown.out.splitlines()[0] == f"- {DAY}, claude-code, decided: {RULE}  [{SESSION[:13]}]"
    first = json.loads(as_json.out)[0]
    assert {key: first[key] for key in ("kind", "text", "author", "tool", "day", "paths", "pinned", "session")} == {
        "kind": "decision",
        "text": RULE,
        "author": "person",
        "tool": "claude-code",
        "day": DAY,
        "paths": [],
        "pinned": False,
        "session": SESSION,
    }


def test_nothing_is_remembered_elsewhere(project: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    shown, as_json = (
        holdfast("memory", "show", str(tmp_path / "other"), *more, cwd=project) for more in ((), ("--json",))
    )

    assert (shown.code, "Nothing is remembered" in shown.out) == (0, True)
    assert (as_json.code, json.loads(as_json.out)) == (0, [])


def test_without_a_terminal_and_without_yes_it_says_what_it_would_have_asked(project: Path) -> None:
    ran = holdfast("memory", "on", cwd=project)

    assert (ran.code, ran.out) == (2, "")
    assert "sends it to its model" in ran.err
    assert "--yes" in ran.err
    assert not (project / ".holdfast").exists()


def test_on_write_and_off(project: Path) -> None:
    steps = [holdfast("memory", *step, cwd=project) for step in (("write",), ("on", "--yes"), ("write",))]
    text = (project / ".holdfast" / "memory.md").read_text()
    off = [holdfast("memory", "off", cwd=project) for _ in range(2)]

    assert [step.code for step in (*steps, *off)] == [1, 0, 0, 0, 0]
    assert "holdfast memory on" in steps[0].err
    assert IMPORT in steps[1].out
    assert steps[2].out.endswith("memory.md: as it was.\n")
    assert RULE in text
    assert "write the importer" in text
    assert not (project / ".holdfast").exists()


def test_what_is_forgotten_is_gone_from_the_file_at_once(project: Path, tmp_path: Path) -> None:
    holdfast("memory", "on", "--yes", cwd=project)
    file = project / ".holdfast" / "memory.md"
    before = file.read_text()
    forgot = holdfast("sessions", "forget", "--matching", "httpx instead", "--yes", cwd=tmp_path)

    assert (forgot.code, RULE in before, RULE in file.read_text()) == (0, True, False)
    assert "write the importer" in file.read_text()


def test_context_shows_memory_with_its_source_in_a_trusted_project_alone(project: Path) -> None:
    untrusted = holdfast("context", "client.py:4:1", "--json", cwd=project)
    holdfast("trust", cwd=project)
    as_json, shown = (holdfast("context", "client.py:4:1", *more, cwd=project) for more in (("--json",), ()))
    blocks = [block for block in json.loads(as_json.out)["blocks"] if block["kind"] == "memory"]

    assert "memory" not in {block["kind"] for block in json.loads(untrusted.out)["blocks"]}
    assert [block["sources"][0]["session"] for block in blocks] == [SESSION]
    assert RULE in blocks[0]["text"]
    assert f"session {SESSION}, entry {blocks[0]['sources'][0]['entry']}" in shown.out
