"""A window that was told to: what its importers read goes past the model on this machine before it is stored."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from embedding_window import until
from holdfast.errors import ServerUnreachable
from holdfast.lsp.model_redaction import ModelRedaction
from holdfast.lsp.parts import Parts
from holdfast.sessions.importers.claude_code import folder_name
from holdfast.settings import Settings
from holdfast.wiring import build_completion
from holdfast.workspace_folder import Workspace
from lsp_client import LspClient
from scripted_answer import Answer, WaitFor
from scripted_ollama import ScriptedOllama
from sessions_fixture import rows

ANNA = json.dumps({"found": [{"kind": "person", "text": "Anna Schmidt"}]})
SESSION = "c0ffee00-0000-4000-8000-000000000001"
TEXTS = "SELECT json_extract(body, '$.parts[0].text') FROM entry WHERE kind = 'msg'"


def home_of(root: Path, workspace: Path) -> dict[str, str]:
    """A home with one session of Claude Code about `workspace`; the environment that names it."""
    said = {"role": "user", "content": "Ask Anna Schmidt about it."}
    line = {"type": "user", "uuid": "u1", "sessionId": SESSION, "cwd": str(workspace), "message": said}
    file = root / ".claude" / "projects" / folder_name(workspace) / f"{SESSION}.jsonl"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(line) + "\n", encoding="utf-8")
    return {"HOME": str(root), "CLAUDE_CONFIG_DIR": "", "XDG_CONFIG_HOME": str(root / ".config")}


async def test_what_is_imported_has_been_looked_through(
    ollama: ScriptedOllama, workspace: Path, tmp_path: Path, private_places: Path
) -> None:
    ollama.generate_with(ANNA)
    settings = {"endpoint": ollama.endpoint, "sessions": {"modelRedaction": True}}
    async with LspClient(settings=settings, environment=home_of(tmp_path / "home", workspace)) as window:
        await window.initialize(workspace)
        await window.wait_for_state("ready")
        answer = await window.command("holdfast.importSessions", {"tools": ["claude-code"]})

    ((text,),) = rows(private_places / "data" / "sessions.db", TEXTS)
    assert answer["imported"] == 1
    assert str(text).startswith("Ask [REDACTED:person-name:")


async def test_while_no_model_answers_nothing_is_imported_and_it_says_so(
    workspace: Path, tmp_path: Path, private_places: Path
) -> None:
    settings = {"endpoint": "http://127.0.0.1:9", "sessions": {"modelRedaction": True}}
    async with LspClient(settings=settings, environment=home_of(tmp_path / "home", workspace)) as window:
        await window.initialize(workspace)
        answer = await window.command("holdfast.importSessions", {"tools": ["claude-code"]})

    assert "The import has stopped" in json.dumps(answer)
    assert rows(private_places / "data" / "sessions.db", TEXTS) == []


@asynccontextmanager
async def redaction(ollama: ScriptedOllama, scratch: Path) -> AsyncIterator[tuple[ModelRedaction, Parts]]:
    workspace = Workspace(())
    completion = build_completion(Settings(endpoint=ollama.endpoint), workspace, scratch=scratch)
    completion.rest.seconds = 0.0
    parts = Parts(completion, workspace)
    asking = ModelRedaction(lambda: parts, lambda: True)
    asking.start()
    try:
        yield asking, parts
    finally:
        asking.close()
        await parts.aclose()


async def test_a_key_ends_the_question_and_it_is_asked_again(ollama: ScriptedOllama, tmp_path: Path) -> None:
    ollama.generate_with(Answer((WaitFor(threading.Event()),)), ANNA)
    async with redaction(ollama, tmp_path) as (asking, parts):
        ask = asking.whom()
        assert ask is not None
        answer = asyncio.create_task(asyncio.to_thread(ask, "Who?"))
        await until(lambda: len(ollama.generations) == 1)
        with parts.completion.rest.broken():
            await until(ollama.generations[0].ended.is_set)

        assert (await answer, len(ollama.generations)) == (ANNA, 2)


async def test_whoever_waits_when_the_window_closes_is_told(ollama: ScriptedOllama, tmp_path: Path) -> None:
    ollama.generate_with(Answer((WaitFor(threading.Event()),)))
    async with redaction(ollama, tmp_path) as (asking, _):
        ask = asking.whom()
        assert ask is not None
        answer = asyncio.create_task(asyncio.to_thread(ask, "Who?"))
        await until(lambda: len(ollama.generations) == 1)
        asking.close()
        with pytest.raises(ServerUnreachable, match="closes"):
            await answer
        with pytest.raises(ServerUnreachable, match="closes"):
            await asyncio.to_thread(ask, "And who else?")


async def test_before_the_settings_are_known_nothing_is_let_through() -> None:
    asking = ModelRedaction(lambda: None, lambda: False)
    asking.start()
    ask = asking.whom()

    assert ask is not None
    with pytest.raises(ServerUnreachable):
        ask("Who?")
