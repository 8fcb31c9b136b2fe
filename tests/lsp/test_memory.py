"""Session memory in a window: what was settled is in the next prompt, with the entry it is from, and only where it is trusted."""

import asyncio
import os
import subprocess
from pathlib import Path

import pytest

from holdfast.sessions.identity.project import find_project
from lsp_client import Json, LspClient
from remembered import SESSION, draft, fill
from scripted_ollama import ScriptedOllama
from shop_workspace import APP, app

RULE = "From now on greetings are in Latin."


@pytest.fixture
def log(workspace: Path) -> tuple[Path, str]:
    """The session log, and the id of the project that `workspace` is."""
    subprocess.run(["git", "init", "-q", workspace], check=True)
    subprocess.run(["git", "-C", workspace, "remote", "add", "origin", "https://example.invalid/shop.git"], check=True)
    data = Path(os.environ["HOLDFAST_DATA_DIR"])
    data.mkdir(parents=True, exist_ok=True)
    return data / "sessions.db", find_project(workspace, data)


async def memory_blocks(client: LspClient, workspace: Path) -> list[Json]:
    place = {"uri": app(workspace), "position": {"line": 4, "character": 16}}
    shown: Json = await client.command("holdfast.showContext", place)
    return [block for block in shown["blocks"] if block["kind"] == "memory"]


async def test_what_is_settled_while_the_window_is_open_is_in_the_next_prompt(
    ollama: ScriptedOllama, workspace: Path, log: tuple[Path, str]
) -> None:
    database, project = log
    async with LspClient(settings={"endpoint": ollama.endpoint}) as client:
        await client.initialize(workspace)
        await client.wait_for_state("ready")
        client.open(app(workspace), APP)
        before = await memory_blocks(client, workspace)
        (entry,) = fill(database, [draft(RULE)], project=project)
        async with asyncio.timeout(20):
            while not (blocks := await memory_blocks(client, workspace)):  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.1)
        await client.complete(app(workspace), 4, 16, kind=1)
        sent = str(ollama.generations[-1].body["prompt"])
        explained: Json = await client.command("holdfast.explainSuggestion")

    assert before == []
    assert [(block["path"], block["sources"]) for block in blocks] == [
        (".holdfast/memory.md", [{"session": SESSION, "entry": entry.id}])
    ]
    assert sent.index("Greet politely") < sent.index(RULE) < sent.index("def greet_politely")
    assert [block for block in explained["blocks"] if block["kind"] == "memory"] == blocks


@pytest.mark.parametrize(
    ("trusted", "memory"),
    [(False, {}), (True, {"enabled": False}), (True, {"tokens": 0})],
    ids=["not trusted", "switched off", "no tokens"],
)
async def test_no_memory(
    ollama: ScriptedOllama, workspace: Path, log: tuple[Path, str], *, trusted: bool, memory: Json
) -> None:
    fill(log[0], [draft(RULE)], project=log[1])
    async with LspClient(settings={"endpoint": ollama.endpoint, "memory": memory}) as client:
        await client.initialize(workspace, options={"workspaceTrusted": trusted})
        await client.wait_for_state("ready")
        client.open(app(workspace), APP)
        await asyncio.sleep(0.5)  # as long as it takes to find out which project this is

        assert await memory_blocks(client, workspace) == []
