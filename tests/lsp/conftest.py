from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from lsp_client import LspClient
from scripted_ollama import ScriptedOllama
from shop_workspace import APP, REST, app, make_shop


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return make_shop(tmp_path / "shop")


@pytest.fixture
def ollama() -> Iterator[ScriptedOllama]:
    """A model server that knows how APP goes on."""
    with ScriptedOllama() as server:
        server.generate_with(REST)
        yield server


@pytest.fixture
async def client(ollama: ScriptedOllama, workspace: Path) -> AsyncIterator[LspClient]:
    """A window on `workspace`, indexed, with `app.py` open."""
    async with LspClient(settings={"endpoint": ollama.endpoint}) as window:
        await window.initialize(workspace)
        await window.wait_for_state("ready")
        window.open(app(workspace), APP)
        yield window
