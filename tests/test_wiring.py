"""What a setting says reaches the part that it is about."""

import asyncio
import threading
from pathlib import Path

import pytest

from cursor_notation import at
from holdfast.completion.request import CompletionRequest
from holdfast.errors import ServerTimeout
from holdfast.settings import Settings
from holdfast.wiring import build_completion
from holdfast.workspace_folder import Workspace
from scripted_answer import WaitFor, as_json
from scripted_ollama import ScriptedOllama


@pytest.mark.parametrize("milliseconds", [50, 600, 60_000])
async def test_how_long_a_silent_server_is_waited_for_is_a_setting(tmp_path: Path, milliseconds: int) -> None:
    workspace = Workspace(())
    completion = build_completion(Settings(slow_after_ms=milliseconds), workspace, scratch=tmp_path)
    try:
        assert completion.embedded is not None
        assert completion.embedded.slow_after_seconds == milliseconds / 1000
    finally:
        await completion.aclose()
        workspace.close()


async def test_what_a_key_was_told_before_the_server_was_heard_is_no_problem_afterwards(tmp_path: Path) -> None:
    with ScriptedOllama() as ollama:
        gate = threading.Event()
        ollama.answer_with("/api/version", as_json({"version": "0.33.0"}).after(WaitFor(gate)))
        workspace = Workspace(())
        completion = build_completion(Settings(endpoint=ollama.endpoint), workspace, scratch=tmp_path)
        assert completion.model is not None
        finding = asyncio.create_task(completion.model.find())
        with pytest.raises(ServerTimeout):
            await completion.model.completer.complete(CompletionRequest(at("x = ║", path="a.py", language="python")))
        gate.set()
        await finding

        assert (completion.server_problem(), completion.model_name) == (None, "qwen2.5-coder:1.5b-base")
        await completion.aclose()
        workspace.close()
