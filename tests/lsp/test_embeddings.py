"""A window whose settings name an embedding model."""

import asyncio
from pathlib import Path

from embedding_window import EMBEDDER, until
from lsp_client import LspClient
from scripted_ollama import ScriptedOllama
from shop_workspace import APP, LIBRARY, app


async def test_a_window_embeds_its_workspace_while_it_rests(ollama: ScriptedOllama, workspace: Path) -> None:
    ollama.models.append(EMBEDDER)
    async with LspClient(settings={"endpoint": ollama.endpoint, "embeddingModel": "toy-embed"}) as window:
        await window.initialize(workspace)
        await window.wait_for_state("ready")
        window.open(app(workspace), APP)
        await until(lambda: bool(ollama.received("/api/embed")))

    sent = ollama.received("/api/embed")[0].body["input"]
    assert isinstance(sent, list)
    assert LIBRARY.strip() in sent


async def test_a_window_without_the_setting_asks_for_no_embedding(client: LspClient, ollama: ScriptedOllama) -> None:
    await client.wait_for_state("ready")
    await asyncio.sleep(2.5)

    assert ollama.received("/api/embed") == []
