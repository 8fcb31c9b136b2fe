"""When nothing can be suggested: at once, without pop-ups, and with the reason at hand."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from holdfast.locations import find_locations
from holdfast.trust import trust
from lsp_client import Json, LspClient, LspError
from scripted_answer import Answer, Pause, page, refusal, stream
from scripted_ollama import ScriptedOllama
from shop_workspace import APP, DEFINITION, REST, app


async def explained(client: LspClient) -> Json:
    answer: Json = await client.command("holdfast.explainSuggestion")
    return answer


def popups(client: LspClient) -> list[Json]:
    return [params for name, params in client.notifications if name.startswith("window/showMessage")]


@pytest.mark.parametrize(
    ("settings", "name", "text", "reason"),
    [
        pytest.param({"enabled": False}, "app.py", APP, "disabled", id="switched off"),
        pytest.param({"languages": {"python": False}}, "app.py", APP, "language_off", id="language off"),
        pytest.param({}, ".env", "TOKEN=", "secret_file", id="secret file"),
        pytest.param({}, "node_modules/a.js", "let a = ", "ignored_file", id="ignored file"),
        pytest.param({}, "app.py", "print(greet_and_much_more_text)\n", "cursor_position", id="middle of a line"),
    ],
)
async def test_the_gate_gives_its_reason_and_asks_no_server(
    ollama: ScriptedOllama, workspace: Path, settings: Json, name: str, text: str, reason: str
) -> None:
    async with LspClient(settings={"endpoint": ollama.endpoint, **settings}) as client:
        await client.initialize(workspace)
        uri = (workspace / name).as_uri()
        client.open(uri, text)
        assert await client.complete(uri, 0, 6) == []
        assert (await explained(client))["reason"] == reason
    assert ollama.generations == []


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        pytest.param(refusal(404, "model 'x' not found"), "model_missing", id="404"),
        pytest.param(refusal(503, "server busy, please try again."), "busy", id="503"),
        pytest.param(refusal(500, "model runner has unexpectedly stopped"), "no_server", id="500"),
        pytest.param(page("Welcome to nginx"), "no_server", id="another server"),
    ],
)
async def test_a_server_that_fails_is_a_reason_with_a_remedy_and_no_pop_up(
    ollama: ScriptedOllama, workspace: Path, answer: object, reason: str
) -> None:
    ollama.generate_with(answer)  # type: ignore[arg-type]
    async with LspClient(settings={"endpoint": ollama.endpoint, "embedded": "off"}) as client:
        await client.initialize(workspace)
        await client.wait_for_state("ready")
        client.open(app(workspace), APP)
        assert await client.complete(app(workspace), 4, 16) == []
        told = await explained(client)
        assert told["reason"] == reason
        assert told["remedy"] != ""
        assert popups(client) == []


async def test_a_killed_server_leaves_the_embedded_engine_and_is_found_again(
    ollama: ScriptedOllama, workspace: Path
) -> None:
    async with LspClient(settings={"endpoint": ollama.endpoint}) as client:
        await client.initialize(workspace)
        await client.wait_for_state("ready")
        client.open(app(workspace), APP)
        await asyncio.to_thread(ollama.stop)
        await client.complete(app(workspace), 4, 16)
        status = await client.wait_for_state("embedded")
        assert "embedded engine" in status["tooltip"]
        await asyncio.to_thread(ollama.start)
        await client.wait_for_state("ready")
        client.change(app(workspace), (3, 0), (3, 0), "# again\n")
        assert [item["insertText"] for item in await client.complete(app(workspace), 5, 16)] == ['politely("World"))']
        assert popups(client) == []


async def test_pausing_is_shown_and_undone(client: LspClient, workspace: Path) -> None:
    await client.command("holdfast.pause")
    await client.wait_for_state("paused")
    assert await client.complete(app(workspace), 4, 16) == []
    await client.command("holdfast.resume")
    await client.wait_for_state("ready")
    assert await client.complete(app(workspace), 4, 16) != []


async def test_an_untrusted_workspace_sends_no_manifest(ollama: ScriptedOllama, workspace: Path) -> None:
    async with LspClient(settings={"endpoint": ollama.endpoint}) as client:
        await client.initialize(workspace, options={"workspaceTrusted": False})
        await client.wait_for_state("ready")
        client.open(app(workspace), APP)
        await client.complete(app(workspace), 4, 16)
        client.notify("holdfast/workspaceTrusted", {"trusted": True})
        await client.preview(app(workspace), 4, 16, holds="Greet politely")
        client.change(app(workspace), (0, 0), (0, 0), "# trusted\n")
        await client.preview(app(workspace), 5, 16, holds="Greet politely")
        await client.complete(app(workspace), 5, 16)
    asked = [prompt for prompt in ollama.prompts if prompt]
    assert "Greet politely" not in asked[0]
    assert "Greet politely" in asked[-1]


async def test_another_machine_is_refused_with_the_reason(workspace: Path) -> None:
    async with LspClient(settings={"endpoint": "http://192.0.2.7:11434", "embedded": "off"}) as client:
        await client.initialize(workspace)
        status = await client.wait_for_state("offline")
        assert "192.0.2.7" in status["tooltip"]
        client.open(app(workspace), APP)
        assert await client.complete(app(workspace), 4, 16) == []
        assert (await explained(client))["reason"] == "remote_endpoint"


@pytest.mark.parametrize("settings", [["a", "list"], "text", 7], ids=["list", "text", "number"])
async def test_settings_of_the_wrong_type_are_reported_and_defaults_used(workspace: Path, settings: object) -> None:
    async with LspClient(settings=None) as client:
        client.settings = settings  # type: ignore[assignment]
        await client.request(
            "initialize",
            {
                "processId": None,
                "rootUri": workspace.as_uri(),
                "capabilities": {"workspace": {"configuration": True}},
                "initializationOptions": settings,
            },
        )
        client.notify("initialized", {})
        told = await client.wait_for("window/logMessage", lambda message: "must be an object" in message["message"])
        assert told["type"] == 2
        await client.wait_for_state("embedded", "ready")


async def test_one_wrong_setting_is_named_in_the_status(ollama: ScriptedOllama, workspace: Path) -> None:
    async with LspClient(settings={"endpoint": ollama.endpoint, "numCtx": "many", "colour": 1}) as client:
        await client.initialize(workspace)
        status = await client.wait_for_state("ready")
        assert "holdfast.numCtx" in status["tooltip"]
        assert "holdfast.colour" in status["tooltip"]


async def test_a_request_that_cannot_be_understood_is_answered_with_an_error(client: LspClient) -> None:
    with pytest.raises(LspError):
        await client.request("textDocument/inlineCompletion", {"textDocument": {}, "position": "here"})
    assert popups(client) == []


async def test_the_sidecar_ends_with_the_process_that_started_it(workspace: Path) -> None:
    editor = await asyncio.create_subprocess_exec(sys.executable, "-c", "import time; time.sleep(600)")
    async with LspClient() as client:
        await client.initialize(workspace, processId=editor.pid)
        await client.wait_for("holdfast/status")
        editor.send_signal(signal.SIGKILL)
        await editor.wait()
        assert client.process is not None
        async with asyncio.timeout(20):
            assert await client.process.wait() == 0


async def test_two_windows_share_one_indexer(ollama: ScriptedOllama, workspace: Path) -> None:
    settings = {"endpoint": ollama.endpoint}
    async with LspClient(settings=settings) as first, LspClient(settings=settings) as second:
        await first.initialize(workspace)
        await first.wait_for_state("ready")
        await second.initialize(workspace)
        await second.wait_for_state("ready")
        results = [await window.command("holdfast.refreshProjectContext") for window in (first, second)]
        assert [result["files"] for result in results] == [3, 3]
        assert _indexers_of(workspace) == 1


def _indexers_of(workspace: Path) -> int:
    """How many indexer processes run for a workspace."""
    found = 0
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = process.read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        found += "holdfast.index_child" in words and str(workspace) in words and process.parent.name != str(os.getpid())
    return found


async def test_refreshing_reports_its_progress_and_what_it_found(client: LspClient, workspace: Path) -> None:
    (workspace / "new.py").write_text("def brand_new() -> int:\n    return 1\n")
    result = await client.command("holdfast.refreshProjectContext")
    kinds = [params["value"]["kind"] for name, params in client.notifications if name == "$/progress"]
    assert result["files"] == 4
    assert "4 files" in result["summary"]
    assert [kinds[0], kinds[-1]] == ["begin", "end"]


async def test_the_embedded_engine_learns_nothing_from_an_open_secret(workspace: Path) -> None:
    async with LspClient(settings={"provider": "none"}) as client:
        await client.initialize(workspace)
        await client.wait_for_state("embedded")
        uris = {name: (workspace / name).as_uri() for name in (".env", "open.py", "new.py")}
        line = "PAYMENT_TOKEN = 'a1b2c3d4e5f6'\n"
        client.open(uris[".env"], line * 8, "dotenv")
        client.open(uris["new.py"], "PAYMENT_TOKEN = ")
        assert await client.complete(uris["new.py"], 0, 16) == []
        client.open(uris["open.py"], line * 8)
        assert [item["insertText"] for item in await client.complete(uris["new.py"], 0, 16)] == ["'a1b2c3d4e5f6'"]


@pytest.mark.parametrize(
    "settings", [{"enabled": False}, {"languages": {"python": False}}], ids=["switched off", "language off"]
)
async def test_what_is_switched_off_primes_no_server_either(
    ollama: ScriptedOllama, workspace: Path, settings: Json
) -> None:
    async with LspClient(settings={"endpoint": ollama.endpoint, **settings}) as client:
        await client.initialize(workspace)
        await client.wait_for("holdfast/status", lambda status: status["model"] is not None)
        client.open(app(workspace), APP)
        client.notify("holdfast/cursorMoved", {"uri": app(workspace), "position": {"line": 4, "character": 16}})
        client.change(app(workspace), (4, 16), (4, 16), "p")
        await asyncio.sleep(1.5)
    assert ollama.generations == []


async def test_where_the_cursor_rests_the_server_reads_ahead(
    client: LspClient, ollama: ScriptedOllama, workspace: Path
) -> None:
    client.notify("holdfast/cursorMoved", {"uri": app(workspace), "position": {"line": 4, "character": 16}})
    async with asyncio.timeout(10):
        while not ollama.generations:  # noqa: ASYNC110 - the server runs in a thread of its own
            await asyncio.sleep(0.02)
    options = ollama.generations[0].body["options"]
    assert isinstance(options, dict)
    assert options["num_predict"] == 1


async def test_a_level_set_in_the_editor_is_the_level_of_the_log(workspace: Path) -> None:
    async with LspClient(settings={"logLevel": "error", "numCtx": "many"}) as client:
        await client.initialize(workspace)
        await client.wait_for_state("embedded", "ready")
        client.open((workspace / "new.py").as_uri(), "x = ")
        await client.complete((workspace / "new.py").as_uri(), 0, 4)
        warnings = [
            params for name, params in client.notifications if name == "window/logMessage" and params["type"] > 1
        ]
    # What was wrong with the settings is said before their level counts.
    assert [params["message"] for params in warnings if "numCtx" not in params["message"]] == []


async def test_a_document_closed_meanwhile_gets_no_error(
    client: LspClient, ollama: ScriptedOllama, workspace: Path
) -> None:
    ollama.generate_with(Answer((Pause(0.3), *stream(REST).steps)))
    asking = asyncio.create_task(client.complete(app(workspace), 4, 16))
    await asyncio.sleep(0.1)
    client.notify("textDocument/didClose", {"textDocument": {"uri": app(workspace)}})
    assert await asking == []


async def test_settings_pushed_by_an_editor_that_cannot_be_asked_count(ollama: ScriptedOllama, workspace: Path) -> None:
    async with LspClient() as client:
        await client.initialize(workspace, capabilities={"workspace": {}})
        pushed = {"holdfast": {"endpoint": ollama.endpoint, "model": "qwen2.5-coder:1.5b-base"}}
        client.notify("workspace/didChangeConfiguration", {"settings": pushed})
        status = await client.wait_for("holdfast/status", lambda told: told["model"] == "qwen2.5-coder:1.5b-base")
        assert status["remote"] is False


async def test_restricted_mode_wins_over_an_earlier_trust(
    ollama: ScriptedOllama, workspace: Path, private_places: Path
) -> None:
    trust(find_locations({"HOLDFAST_DATA_DIR": str(private_places / "data")}), workspace)
    for told, is_sent in ((False, False), (None, True)):
        async with LspClient(settings={"endpoint": ollama.endpoint}) as client:
            await client.initialize(workspace, options={"workspaceTrusted": told})
            await client.wait_for_state("ready")
            client.open(app(workspace), APP)
            shown = await client.preview(app(workspace), 4, 16, holds=DEFINITION)
            assert ("Greet politely" in shown["prompt"]) is is_sent
