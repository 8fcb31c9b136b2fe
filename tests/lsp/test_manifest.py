"""Manifests in a window: what applies is in the prompt, a change is in the next, and what waits is told once."""

import asyncio
import hashlib
import json
import subprocess
from pathlib import Path

from lsp_client import LspClient
from scripted_ollama import ScriptedOllama
from shop_workspace import APP, DEFINITION, app

MODEL = "qwen2.5-coder:1.5b-base"
DIGEST = hashlib.sha256(MODEL.encode()).hexdigest()
"""Of the model that the scripted server has."""


async def prompt(client: LspClient, uri: str, holds: str = "Greet politely") -> str:
    return str((await client.preview(uri, 0, 0, holds))["prompt"])


def popups(client: LspClient) -> list[str]:
    return [str(params["message"]) for name, params in client.notifications if name.startswith("window/showMessage")]


def block(**said: object) -> str:
    return f"# Rules\n\nGreet politely.\n\n```json holdfast\n{json.dumps(said)}\n```\n"


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=True, timeout=60)


async def test_what_applies_to_a_file_is_in_its_prompt_and_a_change_in_the_next(
    ollama: ScriptedOllama, workspace: Path
) -> None:
    (workspace / "deep").mkdir()
    (workspace / "deep" / "a.py").write_text("x = 1\n")
    (workspace / "deep" / "CLAUDE.md").write_text("Deep rules. @notes.md\n")
    (workspace / "deep" / "notes.md").write_text("Notes, first.\n")
    async with LspClient(settings={"endpoint": ollama.endpoint}) as client:
        await client.initialize(workspace)
        await client.wait_for_state("ready")
        client.open(app(workspace), APP)
        deep = (workspace / "deep" / "a.py").as_uri()
        client.open(deep, "x = 1\n")
        outer, inner = await prompt(client, app(workspace)), await prompt(client, deep, "Notes, first")
        (workspace / "deep" / "notes.md").write_text("Notes, second.\n")
        changed = await prompt(client, deep, "Notes, second")
        messages = popups(client)

    assert ("Greet politely" in outer, "Deep rules" in outer) == (True, False)
    assert inner.index("Greet politely") < inner.index("Deep rules") < inner.index("Notes, first")
    assert ("Notes, second" in changed, "Notes, first" in changed) == (True, False)
    assert messages == []


async def test_a_change_by_another_person_waits_and_is_told_once(ollama: ScriptedOllama, workspace: Path) -> None:
    git(workspace, "init", "--quiet")
    for key, value in (("user.name", "Me"), ("user.email", "me@example.org"), ("commit.gpgsign", "false")):
        git(workspace, "config", key, value)
    git(workspace, "add", "--all")
    git(workspace, "commit", "--quiet", "--message=first")
    async with LspClient(settings={"endpoint": ollama.endpoint}) as client:
        await client.initialize(workspace)
        await client.wait_for_state("ready")
        client.open(app(workspace), APP)
        await prompt(client, app(workspace))
        (workspace / "CLAUDE.md").write_text("# Rules\n\nGreet rudely.\n")
        git(workspace, "commit", "--quiet", "--all", "--author=Ada <ada@example.org>", "--message=second")
        told = await client.wait_for("window/showMessage")
        waiting = await prompt(client, app(workspace))
        (workspace / "library.py").touch()
        await asyncio.sleep(1.2)  # two more looks around
        messages = popups(client)

    assert "Greet politely" in waiting
    assert "Greet rudely" not in waiting
    assert "CLAUDE.md changed (Ada <ada@example.org>)" in told["message"]
    assert "`holdfast manifest approve`" in told["message"]
    assert messages == [told["message"]]


async def test_what_the_block_says_holds_at_once_and_below_the_editors_own_settings(
    ollama: ScriptedOllama, workspace: Path
) -> None:
    (workspace / "CLAUDE.md").write_text(block(budgets={"contextTokens": 300, "maxPredict": 40}))
    place = {"uri": app(workspace), "position": {"line": 0, "character": 0}}
    async with LspClient(settings={"endpoint": ollama.endpoint, "maxPredict": 50}) as client:
        await client.initialize(workspace)
        await client.wait_for_state("ready")
        client.open(app(workspace), APP)
        first = await client.command("holdfast.showContext", place)
        await client.complete(app(workspace), 4, 16)
        options = ollama.generations[-1].body["options"]
        (workspace / "CLAUDE.md").write_text(block(budgets={"contextTokens": 200}))
        async with asyncio.timeout(20):
            while (await client.command("holdfast.showContext", place))["budget_tokens"] != 200:  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.1)

    assert first["budget_tokens"] == 300
    assert "json holdfast" not in first["prompt"]
    assert isinstance(options, dict)
    assert options["num_predict"] == 50


async def test_a_block_that_is_wrong_is_told_with_its_line_in_the_status(
    ollama: ScriptedOllama, workspace: Path
) -> None:
    (workspace / "CLAUDE.md").write_text(block(endpoint="http://192.0.2.7:1"))
    async with LspClient(settings={"endpoint": ollama.endpoint}) as client:
        await client.initialize(workspace)
        status = await client.wait_for_state("ready")

    assert "CLAUDE.md:6: endpoint: extra inputs are not permitted." in status["tooltip"]


async def test_a_pinned_model_is_used_only_with_its_digest(ollama: ScriptedOllama, workspace: Path) -> None:
    (workspace / "CLAUDE.md").write_text(block(model={"name": MODEL, "digest": f"sha256:{'0' * 64}"}))
    async with LspClient(settings={"endpoint": ollama.endpoint, "embedded": "off"}) as client:
        await client.initialize(workspace)
        status = await client.wait_for_state("offline")
        client.open(app(workspace), APP)
        refused = await client.complete(app(workspace), 4, 16)
        reason = (await client.command("holdfast.explainSuggestion"))["reason"]
        (workspace / "CLAUDE.md").write_text(block(model={"name": MODEL, "digest": DIGEST[:16]}))
        await client.wait_for_state("ready")
        client.change(app(workspace), (0, 0), (0, 0), "# pinned\n")
        given = await client.complete(app(workspace), 5, 16)

    assert "is not the one this project is pinned to (000000000000)" in status["tooltip"]
    assert (refused, reason) == ([], "model_missing")
    assert given != []


async def test_what_the_block_ignores_leaves_the_index(ollama: ScriptedOllama, workspace: Path) -> None:
    async with LspClient(settings={"endpoint": ollama.endpoint}) as client:
        await client.initialize(workspace)
        await client.wait_for_state("ready")
        before = await client.command("holdfast.refreshProjectContext")
        (workspace / "CLAUDE.md").write_text(block(ignore=["library.py"]))
        async with asyncio.timeout(20):
            while (await client.command("holdfast.refreshProjectContext"))["files"] != before["files"] - 1:  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.1)
        client.open((workspace / "library.py").as_uri(), "def f():\n    ")
        assert await client.complete((workspace / "library.py").as_uri(), 1, 4) == []
        assert (await client.command("holdfast.explainSuggestion"))["reason"] == "ignored_file"


async def test_nothing_of_an_untrusted_workspace_counts(ollama: ScriptedOllama, workspace: Path) -> None:
    (workspace / "CLAUDE.md").write_text(block(budgets={"contextTokens": 300}, ignore=["library.py"]))
    async with LspClient(settings={"endpoint": ollama.endpoint}) as client:
        await client.initialize(workspace, options={"workspaceTrusted": False})
        await client.wait_for_state("ready")
        client.open(app(workspace), APP)
        shown = await client.preview(app(workspace), 0, 0, holds=DEFINITION)

    assert shown["budget_tokens"] != 300
    assert "Greet politely" not in shown["prompt"]
    assert [block["path"] for block in shown["blocks"]] == ["library.py"]
