"""The commands about the session log, as an editor asks for them over LSP."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from holdfast.sessions.importers.claude_code import folder_name
from lsp_client import PATIENCE_S, Json, LspClient

NO_SERVER = "http://127.0.0.1:9"
SAID = "Use integers in cents for amounts, never floats."


def conversation(folder: Path) -> str:
    """A session of Claude Code about `folder`, as JSON Lines."""
    shared = {"sessionId": "c0ffee00-0000-4000-8000-000000000001", "cwd": str(folder), "gitBranch": "main"}
    lines = [
        {
            **shared,
            "type": "user",
            "uuid": "u1",
            "parentUuid": None,
            "timestamp": "2026-11-20T10:00:00.000Z",
            "message": {"role": "user", "content": SAID},
        },
        {
            **shared,
            "type": "assistant",
            "uuid": "a1",
            "parentUuid": "u1",
            "timestamp": "2026-11-20T10:00:05.000Z",
            "message": {
                "role": "assistant",
                "id": "m1",
                "content": [{"type": "text", "text": "Amounts are cents now."}],
            },
        },
    ]
    return "".join(json.dumps(line) + "\n" for line in lines)


@pytest.fixture
async def window(workspace: Path, tmp_path: Path) -> AsyncIterator[LspClient]:
    """A window whose home holds one session of Claude Code about its folder."""
    home = tmp_path / "home"
    file = home / ".claude" / "projects" / folder_name(workspace) / "c0ffee00-0000-4000-8000-000000000001.jsonl"
    file.parent.mkdir(parents=True)
    file.write_text(conversation(workspace), encoding="utf-8")
    environment = {"HOME": str(home), "CLAUDE_CONFIG_DIR": "", "XDG_CONFIG_HOME": str(home / ".config")}
    async with LspClient(settings={"endpoint": NO_SERVER}, environment=environment) as client:
        await client.initialize(workspace)
        yield client


async def rows(window: LspClient, within: str | None = None) -> list[Json]:
    return list((await window.command("holdfast.listSessions", {"within": within}))["rows"])


async def imported(window: LspClient) -> str:
    """The id of the session, imported as a person does it."""
    await window.command("holdfast.importSessions", {"tools": ["claude-code"]})
    (tool,) = [row for row in await rows(window, "tools") if row["label"] == "Claude Code"]
    (session,) = await rows(window, tool["within"])
    return str(session["session"])


async def test_what_other_tools_have_is_told_before_it_is_read_and_imported_when_chosen(window: LspClient) -> None:
    found = await window.command("holdfast.importSessions")
    before = [row for row in await rows(window) if row["within"] == "tools"]

    done = await window.command("holdfast.importSessions", {"tools": ["claude-code"]})
    again = await window.command("holdfast.importSessions", {"tools": ["claude-code"]})

    claude = {"tool": "claude-code", "label": "Claude Code", "description": "1 session", "allowed": False}
    assert found["tools"] == [claude]
    assert all(row["description"] != "2" for row in before)
    assert (done["imported"], again["imported"]) == (1, 0)
    assert done["summary"] == "1 session imported."
    assert again["summary"] == "0 sessions imported, 1 had nothing new."


async def test_a_session_is_listed_read_found_pinned_and_forgotten(window: LspClient) -> None:
    session = await imported(window)

    read = await window.command("holdfast.readSession", {"id": session})
    hits = (await window.command("holdfast.searchSessions", {"query": "cents floats"}))["hits"]
    await window.command("holdfast.pinSession", {"id": session})
    pinned = await rows(window, "pinned")
    await window.command("holdfast.unpinSession", {"id": session})
    unpinned = await rows(window, "pinned")
    forgotten = await window.command("holdfast.forgetSession", {"id": session})
    after = await window.command("holdfast.readSession", {"id": session})
    again = await window.command("holdfast.importSessions", {"tools": ["claude-code"]})

    assert SAID in read["markdown"]
    assert {hit["session"] for hit in hits} == {session}
    assert SAID in hits[0]["detail"]
    assert [(row["session"], row["pinned"]) for row in pinned] == [(session, True)]
    assert unpinned == []
    assert "is forgotten here" in forgotten["summary"]
    assert after["error"] == f"There is no session “{session}”."
    assert again["imported"] == 0


async def test_the_editor_hears_of_other_sessions_in_the_log(window: LspClient) -> None:
    await imported(window)

    assert await window.wait_for("holdfast/sessionsChanged") == {}


async def test_what_claude_code_goes_on_to_write_is_in_the_log_once_it_was_allowed(
    window: LspClient, tmp_path: Path
) -> None:
    session = await imported(window)
    (transcript,) = (tmp_path / "home" / ".claude" / "projects").rglob("*.jsonl")
    later = json.loads(transcript.read_text("utf-8").splitlines()[0])
    later |= {"uuid": "u2", "parentUuid": "a1", "timestamp": "2026-11-20T10:01:00.000Z"}
    later["message"] = {"role": "user", "content": "Now the invoices."}
    with transcript.open("a", encoding="utf-8") as file:
        file.write(json.dumps(later) + "\n")

    async with asyncio.timeout(PATIENCE_S):
        text = ""
        while "Now the invoices." not in text:
            await asyncio.sleep(0.2)
            text = (await window.command("holdfast.readSession", {"id": session}))["markdown"]


async def test_carry_on_and_a_recorded_decision_are_about_this_project(window: LspClient) -> None:
    await imported(window)

    recorded = await window.command("holdfast.recordDecision", {"text": "  Prices carry their currency.  "})
    digest = await window.command("holdfast.carryOn")

    assert recorded["summary"] == "The decision is in the session log."
    assert SAID in digest["markdown"]


@pytest.mark.parametrize(
    ("command", "argument", "error"),
    [
        ("holdfast.readSession", {"id": "nothing"}, "There is no session “nothing”."),
        ("holdfast.readSession", {"id": 7}, "The editor's question cannot be understood."),
        ("holdfast.forgetSession", {"id": "nothing"}, "There is no session “nothing”."),
        ("holdfast.recordDecision", {"text": "  "}, "There is nothing to write down."),
    ],
    ids=["read what is not there", "no id", "forget what is not there", "an empty decision"],
)
async def test_what_cannot_be_done_is_said(window: LspClient, command: str, argument: Json, error: str) -> None:
    await imported(window)

    assert (await window.command(command, argument))["error"] == error


async def test_with_nothing_recorded_the_view_is_empty(workspace: Path, tmp_path: Path) -> None:
    environment = {"HOME": str(tmp_path / "empty"), "HOLDFAST_DATA_DIR": str(tmp_path / "nothing")}
    async with LspClient(settings={"endpoint": NO_SERVER}, environment=environment) as client:
        await client.initialize(workspace)

        assert (await client.command("holdfast.searchSessions", {"query": "x"}))["hits"] == []
        assert (await client.command("holdfast.carryOn"))["error"].startswith("There is no session of this project")
        assert "tools" in await client.command("holdfast.importSessions")
