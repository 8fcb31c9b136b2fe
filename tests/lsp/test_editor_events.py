"""What an editor tells of its tasks, problems and commits, over LSP, as it stands in the session log afterwards."""

import asyncio
import subprocess
from pathlib import Path

import pytest

from holdfast.sessions.log.history import open_history
from lsp_client import PATIENCE_S, LspClient

NO_SERVER = "http://127.0.0.1:9"


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(workspace: Path) -> Path:
    git(workspace, "init", "-b", "main")
    git(workspace, "add", ".")
    git(workspace, "commit", "-m", "Begin")
    return workspace


def references(data: Path, to: str) -> list[dict[str, object]]:
    with open_history(data / "sessions.db") as history:
        assert history is not None
        entries = [entry for session in history.sessions() for entry in history.session(session.id)[1]]
    parts = [dict(part) for entry in entries for part in entry.parts if part.get("to") == to]
    return [{name: value for name, value in part.items() if name not in {"type", "to"}} for part in parts]


async def until_recorded(data: Path, to: str) -> None:
    """Return as soon as such a reference is in the log; half a minute without is a failure."""
    async with asyncio.timeout(PATIENCE_S):
        while not ((data / "sessions.db").exists() and references(data, to)):  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(0.05)


async def test_tasks_and_problems_are_recorded_of_files_that_count_alone(workspace: Path, private_places: Path) -> None:
    (workspace / ".env").write_text("TOKEN=1\n", encoding="utf-8")
    async with LspClient(settings={"endpoint": NO_SERVER}) as client:
        await client.initialize(workspace)
        client.notify("holdfast/taskEnded", {"name": "npm: test", "exitCode": 2})
        client.notify("holdfast/taskEnded", {"name": "no exit code"})
        for file in (workspace / "app.py", workspace / ".env", workspace.parent / "elsewhere.py"):
            news = {"uri": file.as_uri(), "errors": 1, "warnings": 0, "messages": ["undefined name 'x'\nsee above"]}
            client.notify("holdfast/diagnosticsChanged", news)
        client.notify("holdfast/diagnosticsChanged", {"uri": 3})
        await until_recorded(private_places / "data", "diagnostics")

    assert references(private_places / "data", "task") == [{"name": "npm: test", "exit_code": 2}]
    assert references(private_places / "data", "diagnostics") == [
        {"path": "app.py", "errors": 1, "warnings": 0, "messages": ["undefined name 'x'"]}
    ]


async def test_a_commit_made_meanwhile_is_recorded(repository: Path, private_places: Path) -> None:
    async with LspClient(settings={"endpoint": NO_SERVER}) as client:
        await client.initialize(repository)
        client.notify("holdfast/taskEnded", {"name": "npm: test", "exitCode": 0})
        await until_recorded(private_places / "data", "branch")
        git(repository, "commit", "--allow-empty", "-m", "Count in cents")
        await until_recorded(private_places / "data", "commit")

    assert [commit["subject"] for commit in references(private_places / "data", "commit")] == ["Count in cents"]
