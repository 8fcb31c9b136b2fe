import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli_process import NOBODY_LISTENS, holdfast, holdfast_at_once
from scripted_models import ScriptedModel
from scripted_ollama import ScriptedOllama
from small_repository import write_files

MODEL = ScriptedModel(name="qwen3-coder:30b", capabilities=("completion", "tools"), context_length=262_144)


@pytest.fixture
def ollama() -> Iterator[ScriptedOllama]:
    with ScriptedOllama(models=(MODEL,)) as server:
        server.answer_with("/v1/messages", json.dumps({"type": "message", "role": "assistant", "content": []}))
        loaded = {"name": MODEL.name, "model": MODEL.name, "context_length": 65_536}
        server.answer_with("/api/ps", json.dumps({"models": [loaded]}))
        yield server


def test_a_shell_gets_the_variables_and_the_person_what_was_found(ollama: ScriptedOllama, tmp_path: Path) -> None:
    ran = holdfast("bridge", "claude", cwd=tmp_path, environment={"HOLDFAST_ENDPOINT": ollama.endpoint})

    assert ran.code == 0
    assert ran.out == (
        f"export ANTHROPIC_BASE_URL={ollama.endpoint}\n"
        "export ANTHROPIC_AUTH_TOKEN=local\n"
        "export ANTHROPIC_DEFAULT_OPUS_MODEL=qwen3-coder:30b\n"
        "export ANTHROPIC_DEFAULT_SONNET_MODEL=qwen3-coder:30b\n"
        "export ANTHROPIC_DEFAULT_HAIKU_MODEL=qwen3-coder:30b\n"
    )
    assert ran.err.startswith(
        f"holdfast: qwen3-coder:30b at {ollama.endpoint} (ollama 0.33.0) answers as Claude Code needs it to"
    )
    assert "a window of 65,536 tokens" in ran.err
    assert list(tmp_path.iterdir()) == []


def test_vs_code_gets_them_written_once_and_another_value_only_with_yes(ollama: ScriptedOllama, tmp_path: Path) -> None:
    environment = {"HOLDFAST_ENDPOINT": ollama.endpoint}
    first = holdfast("bridge", "claude", "--write", cwd=tmp_path, environment=environment)
    file = tmp_path / ".vscode" / "settings.json"
    written = json.loads(file.read_text())
    changed = file.read_text().replace('"local"', '"mine"')
    file.write_text(changed)
    refused = holdfast("bridge", "claude", "--write", cwd=tmp_path, environment=environment)
    kept = file.read_text()
    replaced = holdfast("bridge", "claude", "--write", "--yes", "--json", cwd=tmp_path, environment=environment)

    assert first.code == 0
    assert [each["name"] for each in written["claudeCode.environmentVariables"]][:2] == [
        "ANTHROPIC_BASE_URL",
        "ANTHROPIC_AUTH_TOKEN",
    ]
    assert (refused.code, kept) == (2, changed)
    assert '       "name": "ANTHROPIC_AUTH_TOKEN",\n-      "value": "********"\n+ ' in refused.out
    assert "mine" not in refused.out
    assert "Replace ANTHROPIC_AUTH_TOKEN in .vscode/settings.json?" in refused.err
    assert replaced.code == 0
    assert json.loads(file.read_text()) == written
    answer = json.loads(replaced.out)
    assert answer["environment"]["ANTHROPIC_BASE_URL"] == ollama.endpoint
    assert (answer["model"], answer["window_tokens"], answer["files"][0]["replaced"]) == (
        MODEL.name,
        65_536,
        ["ANTHROPIC_AUTH_TOKEN"],
    )


def test_a_server_that_cannot_serve_is_a_refusal_with_its_remedy(ollama: ScriptedOllama, tmp_path: Path) -> None:
    ollama.version = "0.13.0"
    old = holdfast("bridge", "claude", "--write", cwd=tmp_path, environment={"HOLDFAST_ENDPOINT": ollama.endpoint})
    gone = holdfast("bridge", "claude", cwd=tmp_path, environment={"HOLDFAST_ENDPOINT": NOBODY_LISTENS})
    remote = holdfast("bridge", "claude", cwd=tmp_path, environment={"HOLDFAST_ENDPOINT": "http://192.0.2.1:11434"})

    assert (old.code, old.out) == (1, "")
    assert (
        old.err
        == "holdfast: Ollama 0.13.0 does not speak Anthropic's API, which Claude Code needs. Update Ollama to 0.14 or newer.\n"
    )
    assert gone.code == 1
    assert "Start your model server" in gone.err
    assert remote.code == 1
    assert "is not this machine" in remote.err
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_was_asked_with_a_key_needs_it_said(ollama: ScriptedOllama, tmp_path: Path) -> None:
    environment = {"HOLDFAST_ENDPOINT": ollama.endpoint, "HOLDFAST_API_KEY": "sk-mine"}
    ran = holdfast("bridge", "claude", cwd=tmp_path, environment=environment)

    assert (
        f"holdfast: {ollama.endpoint} was asked with your key (HOLDFAST_API_KEY): put that in place of `local`.\n"
        in ran.err
    )
    assert "sk-mine" not in ran.out + ran.err


def test_json_replaces_nothing_without_yes_and_shows_what_it_would(tmp_path: Path) -> None:
    text = "SECRET=x\nAI_PROVIDER=cloud\n"
    write_files(tmp_path, {".env.local": text})
    refused = holdfast("bridge", "files", "--write", "--json", cwd=tmp_path)
    shown = holdfast("bridge", "files", "--json", cwd=tmp_path)

    assert (refused.code, refused.out) == (2, "")
    assert "-AI_PROVIDER=cloud\n+AI_PROVIDER=local\n" in refused.err
    assert "This would replace AI_PROVIDER in .env.local. Nothing was written; --yes replaces." in refused.err
    assert (shown.code, json.loads(shown.out)["files"][0]["replaced"]) == (0, ["AI_PROVIDER"])
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {".env.local": text}


def test_the_endpoint_that_is_set_is_the_one_that_is_written(tmp_path: Path) -> None:
    environment = {"HOLDFAST_ENDPOINT": "https://localhost:8443"}
    ran = holdfast("bridge", "files", "--write", cwd=tmp_path, environment=environment)

    assert "OLLAMA_ENDPOINT=https://localhost:8443\n" in (tmp_path / ".env.local").read_text()
    assert "compose.ollama.yaml is left out" in ran.err
    assert [path.name for path in tmp_path.iterdir()] == [".env.local"]


def test_files_are_shown_then_written_and_never_over_a_value(tmp_path: Path) -> None:
    write_files(tmp_path, {".env.local": "SECRET=x\nAI_PROVIDER=cloud\n"})
    shown = holdfast("bridge", "files", cwd=tmp_path)
    refused = holdfast("bridge", "files", "--write", cwd=tmp_path)
    before = (tmp_path / ".env.local").read_text()
    done = holdfast("bridge", "files", "--write", "--yes", cwd=tmp_path)
    dry, again = holdfast_at_once(("bridge", "files", "--json"), ("bridge", "files", "--write"), cwd=tmp_path)

    assert shown.code == 0
    assert "-AI_PROVIDER=cloud\n+AI_PROVIDER=local\n" in shown.out
    assert "SECRET" not in shown.out
    assert (refused.code, before) == (2, "SECRET=x\nAI_PROVIDER=cloud\n")
    assert "Replace AI_PROVIDER in .env.local?" in refused.err
    assert done.code == 0
    assert "git does not ignore .env.local" in done.err
    assert (
        (tmp_path / ".env.local")
        .read_text()
        .startswith("SECRET=x\nAI_PROVIDER=local\nOLLAMA_ENDPOINT=http://127.0.0.1:")
    )
    assert re.search(r'- "127\.0\.0\.1:\d+:11434"', (tmp_path / "compose.ollama.yaml").read_text())
    assert json.loads(dry.out) == {
        "written": False,
        "files": [{"path": path, "diff": "", "replaced": []} for path in (".env.local", "compose.ollama.yaml")],
    }
    assert (again.code, again.out) == (0, "")
