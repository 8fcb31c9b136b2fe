"""Positions and documents that editors really send."""

import asyncio
from pathlib import Path

import pytest

from holdfast.completion.write_request import context_budget
from holdfast.lsp.positions import LineStarts, PositionEncoding
from holdfast.settings import Settings
from lsp_client import Json, LspClient
from scripted_ollama import ScriptedOllama
from shop_workspace import APP, DEFINITION, app, make_shop


async def test_what_is_advertised_is_static(workspace: Path) -> None:
    async with LspClient() as client:
        capabilities = (await client.initialize(workspace))["capabilities"]
    assert capabilities["inlineCompletionProvider"] == {}
    assert capabilities["positionEncoding"] == "utf-16"
    assert sorted(capabilities["executeCommandProvider"]["commands"]) == [
        "holdfast.carryOn",
        "holdfast.createManifest",
        "holdfast.explainSuggestion",
        "holdfast.forgetSession",
        "holdfast.importSessions",
        "holdfast.listSessions",
        "holdfast.pairMachine",
        "holdfast.pause",
        "holdfast.pinSession",
        "holdfast.readSession",
        "holdfast.recordDecision",
        "holdfast.refreshProjectContext",
        "holdfast.resume",
        "holdfast.searchSessions",
        "holdfast.shareSessionLogs",
        "holdfast.showContext",
        "holdfast.suggestionAccepted",
        "holdfast.syncNow",
        "holdfast.unpinSession",
    ]


@pytest.mark.parametrize(
    ("text", "position", "before"),
    [
        pytest.param("a = 1\n", (99, 3), "a = 1\n", id="past the end of the document"),
        pytest.param("a = 1\nb = ", (0, 99), "a = 1", id="past the end of the line"),
        pytest.param("s = '😀🎉'; t = ", (0, 16), "s = '😀🎉'; t = ", id="beyond the basic plane"),
        pytest.param("s = '😀'", (0, 6), "s = '", id="inside a surrogate pair"),
        pytest.param("a = 1\r\nbb = ", (1, 5), "a = 1\nbb = ", id="carriage returns"),
        pytest.param("a\fb\u2028c\x0bd = ", (0, 10), "a\fb\u2028c\x0bd = ", id="what only Python calls a line end"),
        pytest.param("a = '\0'\nb = ", (1, 4), "a = '\0'\nb = ", id="NUL byte"),
        pytest.param("", (0, 0), "", id="empty document"),
    ],
)
async def test_the_prompt_ends_at_the_cursor(
    ollama: ScriptedOllama, workspace: Path, text: str, position: tuple[int, int], before: str
) -> None:
    ollama.generate_with("value")
    async with LspClient(settings={"endpoint": ollama.endpoint}) as client:
        await client.initialize(workspace)
        await client.wait_for_state("ready")
        uri = (workspace / "new.py").as_uri()
        client.open(uri, text)
        await client.complete(uri, *position, kind=1)
    assert ollama.prompts[-1].partition("<|fim_prefix|>")[2].partition("<|fim_suffix|>")[0] == before


@pytest.mark.parametrize("kind", [0, 1, 2], ids=["invoked, older clients", "invoked", "automatic"])
async def test_every_trigger_kind_is_answered(client: LspClient, workspace: Path, kind: int) -> None:
    assert len(await client.complete(app(workspace), 4, 16, kind=kind)) == 1


@pytest.mark.parametrize(
    ("uri", "served"),
    [
        pytest.param("untitled:Untitled-1", True, id="untitled"),
        pytest.param("vscode-notebook-cell:/shop/book.ipynb#W0", True, id="notebook cell"),
        pytest.param("git:/shop/app.py?ref", False, id="git"),
        pytest.param("output:extension-output-1", False, id="output"),
        pytest.param("vscode-chat-input:1", False, id="chat"),
        pytest.param("vscode-scm:git/scm0/input", False, id="commit message"),
    ],
)
async def test_only_documents_that_are_code_are_served(
    client: LspClient, ollama: ScriptedOllama, uri: str, *, served: bool
) -> None:
    before = len(ollama.generations)
    client.open(uri, APP)
    assert bool(await client.complete(uri, 4, 16)) is served
    assert (len(ollama.generations) > before) is served


async def test_edits_beyond_the_basic_plane_keep_the_mirror_right(ollama: ScriptedOllama, workspace: Path) -> None:
    ollama.generate_with("value")
    async with LspClient(settings={"endpoint": ollama.endpoint}) as client:
        await client.initialize(workspace)
        await client.wait_for_state("ready")
        uri = (workspace / "new.py").as_uri()
        client.open(uri, "a = '😀'\r\nb = 2\r\n")
        client.change(uri, (0, 5), (0, 7), "🎉🎉")
        client.change(uri, (1, 4), (1, 5), "")
        await client.complete(uri, 1, 4, kind=1)
    assert "a = '🎉🎉'\nb = <|fim_suffix|>" in ollama.prompts[-1]


async def test_with_no_folder_the_file_alone_is_completed(ollama: ScriptedOllama, tmp_path: Path) -> None:
    file = tmp_path / "alone.py"
    async with LspClient(settings={"endpoint": ollama.endpoint}) as client:
        await client.initialize(None)
        await client.wait_for_state("ready")
        client.open(file.as_uri(), APP)
        items = await client.complete(file.as_uri(), 4, 16)
        result = await client.command("holdfast.refreshProjectContext")
    assert [item["insertText"] for item in items] == ['politely("World"))']
    assert result["summary"] == "No folder is open."


async def test_a_folder_added_to_the_window_is_indexed(client: LspClient, workspace: Path, tmp_path: Path) -> None:
    other = make_shop(tmp_path / "other")
    event: Json = {"added": [{"uri": other.as_uri(), "name": "other"}], "removed": []}
    client.notify("workspace/didChangeWorkspaceFolders", {"event": event})
    await _until_refreshed(client, files=6)
    event = {"added": [], "removed": [{"uri": workspace.as_uri(), "name": "shop"}]}
    client.notify("workspace/didChangeWorkspaceFolders", {"event": event})
    await _until_refreshed(client, files=3)


async def _until_refreshed(client: LspClient, *, files: int) -> None:
    async with asyncio.timeout(20):
        while (await client.command("holdfast.refreshProjectContext"))["files"] != files:  # noqa: ASYNC110 - nothing tells when it is done
            await asyncio.sleep(0.1)


async def test_show_context_tells_what_would_be_sent(client: LspClient, workspace: Path) -> None:
    shown = await client.preview(app(workspace), 4, 16, holds=DEFINITION)
    assert [block["path"] for block in shown["blocks"]] == ["CLAUDE.md", "library.py"]
    assert shown["prompt"].startswith("<|repo_name|>shop\n")
    assert shown["prompt_tokens"] > 0
    assert shown["budget_tokens"] == context_budget(Settings())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_offsets_and_positions_are_each_others_inverse(encoding: PositionEncoding) -> None:
    text = "plain\né 😀 end\n\nlast"
    lines = LineStarts(text)
    back = [lines.offset_at(*lines.position_at(offset, encoding), encoding) for offset in range(len(text) + 1)]
    assert back == list(range(len(text) + 1))
