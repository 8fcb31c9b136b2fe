"""A conversation is asked about within the model's window, and kept beside what was said once, whoever does it."""

import json
from pathlib import Path

import pytest

from holdfast.sessions.log.store import SessionLog
from holdfast.sessions.memory.spoken import Conversation
from holdfast.sessions.memory.summary import Point, Said
from holdfast.settings import Settings
from holdfast.summing_up import keep_summary, sum_up
from holdfast.wiring import build_completion
from holdfast.workspace_folder import Workspace
from remembered import PROJECT, SESSION, draft, fill
from scripted_ollama import ScriptedOllama
from sessions_fixture import rows


@pytest.mark.parametrize("num_ctx", [1024, 4096])
async def test_of_a_long_conversation_as_much_is_asked_about_as_fits(tmp_path: Path, num_ctx: int) -> None:
    said = tuple(Said(f"e{n}", n % 2 == 0, f"Step {n}: " + "the importer resumes. " * 30) for n in range(60))
    workspace = Workspace(())
    with ScriptedOllama() as ollama:
        ollama.generate_with(json.dumps({"points": [{"text": "Step 0: the importer resumes.", "sources": [1]}]}))
        settings = Settings(endpoint=ollama.endpoint, num_ctx=num_ctx)
        completion = build_completion(settings, workspace, scratch=tmp_path)
        assert completion.model is not None
        points = await sum_up(completion.model.local, Conversation(SESSION, "Importer", said, "e59"))
        await completion.aclose()
        (asked,) = ollama.prompts

    assert points == (Point("Step 0: the importer resumes.", ("e0",)),)
    assert "Step 59" in asked
    assert len(asked) < 3 * num_ctx


def test_two_windows_that_sum_up_the_same_keep_one(tmp_path: Path) -> None:
    (entry,) = fill(tmp_path / "sessions.db", [draft("We resume behind the last line.")])
    conversation = Conversation(SESSION, "Importer", (Said(entry.id, True, "We resume."),), entry.id)
    for text in ("They resume behind the last line.", "They resume."):
        log = SessionLog(tmp_path / "sessions.db")
        keep_summary(log, conversation, (Point(text, (entry.id,)),), model="m", project=PROJECT)
        log.close()
    kept = rows(
        tmp_path / "sessions.db",
        "SELECT json_extract(body, '$.parts[0].text'), json_extract(body, '$.role'), json_extract(body, '$.src.model')"
        " FROM entry WHERE kind = 'summary'",
    )

    assert kept == [("- They resume behind the last line.", "assistant", "m")]
