import asyncio
from pathlib import Path

import httpx
import pytest

from holdfast.completion.request import CompletionRequest
from holdfast.cursor import Cursor
from holdfast.locations import Locations
from holdfast.lsp.parts import Parts
from holdfast.settings import Settings
from holdfast.wiring import build_completion
from holdfast.workspace_folder import Workspace, WorkspaceFolder
from shop_workspace import APP


class SlowServer(httpx.AsyncBaseTransport):
    """Says nothing until it may, and then that nobody is there."""

    def __init__(self) -> None:
        self.may_answer = asyncio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await self.may_answer.wait()
        raise httpx.ConnectError("nobody is there", request=request)


@pytest.fixture
async def server() -> SlowServer:
    return SlowServer()


@pytest.fixture
def parts(server: SlowServer, workspace: Path, tmp_path: Path) -> Parts:
    locations = Locations(data=tmp_path / "data", cache=tmp_path / "cache")
    folders = Workspace((WorkspaceFolder(workspace, locations, manifest_file="CLAUDE.md"),))
    settings = Settings(embedded="off", debounce_ms=0)
    return Parts(build_completion(settings, folders, scratch=tmp_path, transport=server), folders)


def at_end_of(text: str, root: Path, path: str) -> CompletionRequest:
    return CompletionRequest(Cursor((root / path).as_uri(), root, path, "python", text, ""))


async def test_context_is_gathered_while_the_server_is_still_looked_for(
    parts: Parts, server: SlowServer, workspace: Path
) -> None:
    request = at_end_of(APP, workspace, "app.py")

    asking = asyncio.create_task(parts.complete(request))
    async with asyncio.timeout(10):
        while parts.completion.epochs.current(request.cursor) is None:  # noqa: ASYNC110 - a worker gathers
            await asyncio.sleep(0.01)
    has_answered = asking.done()
    server.may_answer.set()
    answer = await asking
    await parts.aclose()

    assert (has_answered, answer.reason) == (False, "no_server")


async def test_nothing_is_gathered_for_a_file_that_is_left_out(parts: Parts, workspace: Path) -> None:
    request = at_end_of("TOKEN=", workspace, ".env")

    answer = await parts.complete(request)
    gathered = parts.completion.epochs.current(request.cursor)
    await parts.aclose()

    assert (answer.reason, gathered) == ("secret_file", None)
