"""What happens at keys: real LSP to a real sidecar, a scripted Ollama behind it."""

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest

from holdfast.sessions.log.history import open_history
from lsp_client import LspClient
from scripted_answer import Answer, Pause, Send, hanging, stream, token_line
from scripted_ollama import ScriptedOllama
from shop_workspace import APP, DEFINITION, REST, app

INVOKED = 1
"""LSP's InlineCompletionTriggerKind of an ask by hand."""

PROMPT = (
    "<|repo_name|>shop\n"
    "<|file_sep|>CLAUDE.md\n# Rules\n\nGreet politely.\n"
    "<|file_sep|>library.py\ndef greet_politely(name: str) -> str:\n"
    "<|file_sep|>app.py\n"
    "<|fim_prefix|>from library import greet_politely\n\n\ndef main() -> None:\n    print(greet_"
    "<|fim_suffix|>\n<|fim_middle|>"
)


async def test_the_request_on_the_wire_is_the_contract(
    client: LspClient, ollama: ScriptedOllama, workspace: Path
) -> None:
    await client.preview(app(workspace), 4, 16, holds=DEFINITION)
    items = await client.complete(app(workspace), 4, 16)
    sent = ollama.generations[-1].body
    assert [item["insertText"] for item in items] == ['politely("World"))']
    assert items[0]["range"] == {"start": {"line": 4, "character": 16}, "end": {"line": 4, "character": 16}}
    assert sent["prompt"] == PROMPT
    assert {name: value for name, value in sent.items() if name not in ("prompt", "options")} == {
        "model": "qwen2.5-coder:1.5b-base",
        "raw": True,
        "stream": True,
        "think": False,
        "truncate": False,
        "logprobs": True,
        "keep_alive": "30m",
    }
    options = sent["options"]
    assert isinstance(options, dict)
    assert (options["num_ctx"], options["num_predict"], options["repeat_penalty"]) == (4096, 128, 1.0)


async def test_typed_through_text_is_answered_without_a_request(
    client: LspClient, ollama: ScriptedOllama, workspace: Path
) -> None:
    await client.complete(app(workspace), 4, 16)
    before = len(ollama.generations)
    shown = []
    for place, char in enumerate("politely", start=16):
        client.change(app(workspace), (4, place), (4, place), char)
        items = await client.complete(app(workspace), 4, place + 1)
        shown.append(items[0]["insertText"])
    assert shown == ['politely("World"))'[typed:] for typed in range(1, 9)]
    assert len(ollama.generations) == before


async def cancelled(client: LspClient, ollama: ScriptedOllama, uri: str, line: int, character: int) -> None:
    """Ask, and cancel once the server has been asked."""
    before = len(ollama.generations)
    asking = asyncio.create_task(client.complete(uri, line, character))
    while len(ollama.generations) == before:  # noqa: ASYNC110 - the server runs in a thread of its own
        await asyncio.sleep(0.01)
    asking.cancel()
    with suppress(asyncio.CancelledError):
        await asking


async def test_a_cancelled_request_leaves_its_generation_to_the_next_key(
    client: LspClient, ollama: ScriptedOllama, workspace: Path
) -> None:
    ollama.generate_with(Answer((Pause(0.4), *stream(REST).steps)))
    await cancelled(client, ollama, app(workspace), 4, 16)
    client.change(app(workspace), (4, 16), (4, 16), "po")
    items = await client.complete(app(workspace), 4, 18)
    assert [item["insertText"] for item in items] == ['litely("World"))']
    assert [request.ending for request in ollama.generations] == ["complete"]


async def test_text_that_diverges_closes_the_connection_at_once(
    client: LspClient, ollama: ScriptedOllama, workspace: Path
) -> None:
    ollama.generate_with(hanging((Send(token_line("politely")),)), 'rudely("World"))')
    await cancelled(client, ollama, app(workspace), 4, 16)
    await asyncio.sleep(0.2)
    client.change(app(workspace), (4, 16), (4, 16), "ru")
    items = await client.complete(app(workspace), 4, 18)
    assert await asyncio.to_thread(ollama.generations[0].wait_for_end) == "client_closed"
    assert [item["insertText"] for item in items] == ['rudely("World"))']


async def test_a_generation_nobody_wants_any_more_is_closed(
    client: LspClient, ollama: ScriptedOllama, workspace: Path
) -> None:
    ollama.generate_with(hanging((Send(token_line("politely")),)))
    await cancelled(client, ollama, app(workspace), 4, 16)
    assert await asyncio.to_thread(ollama.generations[0].wait_for_end) == "client_closed"


async def test_an_item_selected_in_the_suggest_list_is_extended(
    client: LspClient, ollama: ScriptedOllama, workspace: Path
) -> None:
    ollama.generate_with('("World"))')
    spot = {"start": {"line": 4, "character": 10}, "end": {"line": 4, "character": 16}}
    selected = {"range": spot, "text": "greet_politely"}
    items = await client.complete(app(workspace), 4, 16, selectedCompletionInfo=selected)
    assert [(item["insertText"], item["range"]) for item in items] == [('greet_politely("World"))', spot)]
    assert "print(greet_politely<|fim_suffix|>" in ollama.prompts[-1]


async def test_who_asks_by_hand_may_choose_and_who_types_may_not(
    client: LspClient, ollama: ScriptedOllama, workspace: Path
) -> None:
    ollama.generate_with(REST, 'politely("Moon"))', 'rudely("World"))')
    typed = await client.complete(app(workspace), 4, 16)
    ollama.generate_with(REST, 'politely("Moon"))', 'rudely("World"))')
    asked = await client.complete(app(workspace), 4, 16, kind=INVOKED)
    assert [item["insertText"] for item in typed] == [REST]
    assert [item["insertText"] for item in asked] == [REST, 'politely("Moon"))', 'rudely("World"))']
    assert [item["range"] for item in asked] == [typed[0]["range"]] * 3
    assert len({item["command"]["arguments"][0] for item in asked}) == 3


async def test_the_same_text_is_offered_once(client: LspClient, ollama: ScriptedOllama, workspace: Path) -> None:
    ollama.generate_with(REST, REST, 'rudely("World"))')
    items = await client.complete(app(workspace), 4, 16, kind=INVOKED)
    assert [item["insertText"] for item in items] == [REST, 'rudely("World"))']


async def test_a_file_with_carriage_returns_gets_them_back(
    client: LspClient, ollama: ScriptedOllama, workspace: Path
) -> None:
    ollama.generate_with("first = 1\n    second = 2\n    return first + second\n")
    uri = (workspace / "crlf.py").as_uri()
    client.open(uri, "def total() -> int:\r\n    ")
    items = await client.complete(uri, 1, 4)
    assert [item["insertText"] for item in items] == ["first = 1\r\n    second = 2\r\n    return first + second"]
    assert "def total() -> int:\n    <|fim_suffix|>" in ollama.prompts[-1]


@pytest.mark.parametrize("tells", [True, False], ids=["the editor says so", "the text says so"])
async def test_the_second_of_several_suggestions_counts_as_accepted(
    ollama: ScriptedOllama, workspace: Path, private_places: Path, *, tells: bool
) -> None:
    ollama.generate_with(REST, 'rudely("World"))')
    async with LspClient(settings={"endpoint": ollama.endpoint}) as client:
        await client.initialize(workspace)
        await client.wait_for_state("ready")
        client.open(app(workspace), APP)
        _, second = await client.complete(app(workspace), 4, 16, kind=INVOKED)
        if tells:
            await client.command(second["command"]["command"], *second["command"]["arguments"])
        client.change(app(workspace), (4, 16), (4, 16), second["insertText"])
    with open_history(private_places / "data" / "sessions.db") as history:
        assert history is not None
        (session,) = history.sessions()
        _, entries = history.session(session.id)
    parts = [part for entry in entries for part in entry.parts]
    assert [part["outcome"] for part in parts if "outcome" in part] == ["accepted"]


async def test_an_editor_that_crashes_costs_nothing_that_was_recorded(
    ollama: ScriptedOllama, workspace: Path, private_places: Path
) -> None:
    async with LspClient(settings={"endpoint": ollama.endpoint}) as client:
        await client.initialize(workspace)
        await client.wait_for_state("ready")
        client.open(app(workspace), APP)
        await client.complete(app(workspace), 4, 16)
        client.change(app(workspace), (4, 16), (4, 16), REST)
        await client.hang_up()
    with open_history(private_places / "data" / "sessions.db") as history:
        assert history is not None
        (session,) = history.sessions()
        _, entries = history.session(session.id)
    parts = [part for entry in entries for part in entry.parts]
    assert [part["outcome"] for part in parts if "outcome" in part] == ["accepted"]
    assert entries[-1].kind == "session.end"
    assert (private_places / "data" / "usage.db").exists()


async def test_what_was_accepted_is_in_the_session_log_and_nothing_of_the_code_around_it(
    ollama: ScriptedOllama, workspace: Path, private_places: Path
) -> None:
    async with LspClient(settings={"endpoint": ollama.endpoint}) as client:
        await client.initialize(workspace)
        await client.wait_for_state("ready")
        client.open(app(workspace), "from library import greet_politely\n\n\ndef main() -> None:\n    print(greet_\n")
        await client.complete(app(workspace), 4, 16)
        client.change(app(workspace), (4, 16), (4, 16), REST)
    with open_history(private_places / "data" / "sessions.db") as history:
        assert history is not None
        (session,) = history.sessions()
        _, entries = history.session(session.id)
    parts = [part for entry in entries for part in entry.parts]
    assert [part["outcome"] for part in parts if "outcome" in part] == ["accepted"]
    assert {part["path"] for part in parts if "path" in part} == {"app.py"}
    assert [part["text"] for part in parts if "text" in part] == [REST]
    stored = b"".join(file.read_bytes() for file in (private_places / "data").glob("sessions.db*"))
    assert b"from library import" not in stored
