"""A key and the embedding in the background, over everything that is built from the settings."""

import asyncio
import threading
from pathlib import Path

from cursor_notation import at
from embedding_window import EMBEDDER, FILES, make_window, until
from holdfast.completion.request import CompletionRequest
from holdfast.errors import RemoteEndpoint
from holdfast.locations import Locations
from holdfast.settings import Settings
from holdfast.wiring import Completion, build_completion
from holdfast.workspace_folder import Workspace, WorkspaceFolder
from scripted_answer import Answer, WaitFor
from scripted_models import ScriptedModel
from scripted_ollama import ScriptedOllama


async def _first_batch(completion: Completion, ollama: ScriptedOllama) -> None:
    completion.rest.seconds = 0.0
    assert completion.embedding is not None
    completion.embedding.start()
    await until(lambda: bool(ollama.received("/api/embed")))


async def test_a_key_closes_the_batch_and_is_answered(tmp_path: Path) -> None:
    with ScriptedOllama(models=[ScriptedModel(), EMBEDDER]) as ollama:
        window = make_window(tmp_path, ollama)
        ollama.generate_with("customers")
        ollama.answer_with("/api/embed", Answer(before_head=(WaitFor(threading.Event()),)))
        folder = WorkspaceFolder(window.root, window.locations, manifest_file=None)
        settings = Settings.model_validate({"endpoint": ollama.endpoint, "embedding_model": EMBEDDER.name})
        completion = build_completion(settings, Workspace((folder,)), scratch=tmp_path)
        try:
            await _first_batch(completion, ollama)
            cursor = at("def bill(║\n", path="new.py", root=window.root)
            answer = await completion.completer.complete(CompletionRequest(cursor))
            batch = ollama.received("/api/embed")[0]
            assert await asyncio.to_thread(batch.ended.wait, 10)

            assert (answer.text, batch.ending) == ("customers", "client_closed")
            assert len(ollama.received("/api/embed")) == 1
        finally:
            await completion.aclose()
            folder.close()


async def test_what_was_embedded_is_in_the_prompt_at_the_next_gathering(tmp_path: Path) -> None:
    with ScriptedOllama(models=[ScriptedModel(), EMBEDDER]) as ollama:
        window = make_window(tmp_path, ollama)
        folder = WorkspaceFolder(window.root, window.locations, manifest_file=None)
        settings = Settings.model_validate({"endpoint": ollama.endpoint, "embedding_model": EMBEDDER.name})
        completion = build_completion(settings, Workspace((folder,)), scratch=tmp_path)
        try:
            await _first_batch(completion, ollama)
            embedding = completion.embedding
            assert embedding is not None
            await until(lambda: embedding.count == len(FILES))
            preview = await completion.preview(
                at("# customers with reminders about invoicing\nx = ║\n", path="new.py", root=window.root)
            )

            assert any(block.path == "billing.py" for block in preview.blocks)
            assert any("embeddings" in block.found_by for block in preview.blocks)
        finally:
            await completion.aclose()
            folder.close()


async def test_another_machine_is_never_asked(tmp_path: Path) -> None:
    settings = Settings.model_validate({"endpoint": "http://example.org:11434", "embedding_model": EMBEDDER.name})
    folder = WorkspaceFolder(tmp_path, Locations(tmp_path / "data", tmp_path / "cache"), manifest_file=None)
    completion = build_completion(settings, Workspace((folder,)), scratch=tmp_path)
    try:
        assert completion.embedding is None
        assert isinstance(completion.no_server, RemoteEndpoint)
    finally:
        await completion.aclose()
        folder.close()
