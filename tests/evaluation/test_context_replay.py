"""Typing lines again: what stands before the file at each key, and that it is what the completer would send."""

import asyncio
import json
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from holdfast.evaluation.asked_folder import AskedFolder
from holdfast.evaluation.context_cases import TypedLines, draw_typed_lines
from holdfast.evaluation.context_replay import ContextReplay, block_of, cursor_in_passage, replay_context
from holdfast.evaluation.project_names import ProjectNames
from holdfast.evaluation.simulated_server import SimulatedServer
from holdfast.evaluation.typing_clients import HoldfastClient
from holdfast.evaluation.typing_replay import ASK_AFTER_SECONDS, REST_SECONDS
from holdfast.evaluation.virtual_time import run_virtually
from holdfast.evaluation.workspace_copy import WorkspaceCopy, copy_workspace
from holdfast.index.chunk_reader import ChunkReader
from holdfast.index.retrieval.find import RETRIEVERS
from holdfast.settings import Settings
from holdfast.wiring import build_completion
from holdfast.workspace_folder import Workspace
from project_texts import long_client, long_tools, write_project

SECRET = "the_answer_that_must_not_leak"  # noqa: S105 - a name in a text


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> WorkspaceCopy:
    place = tmp_path_factory.mktemp("replay")
    client = long_client(40).replace("tools.tool_20(", f"tools.tool_20({SECRET}=")
    root = write_project(place / "mine", {"tools.py": long_tools(40), "client.py": client, "README.md": "# Tools\n"})
    return copy_workspace(root, place / "place")


@pytest.fixture(scope="module")
def session(copy: WorkspaceCopy) -> TypedLines:
    names = ProjectNames(copy.files)
    return next(drawn for drawn in draw_typed_lines(names, 50, 1) if SECRET in drawn.passage.typed)


def typed(copy: WorkspaceCopy, session: TypedLines, scratch: Path, *, by_line: bool = False) -> ContextReplay:
    with copy.with_text(session.passage.file.path, session.text_without):
        folder = AskedFolder(copy, None, RETRIEVERS)
        replayed = run_virtually(replay_context(session, folder, Settings(), scratch, by_line=by_line))
        folder.close()
    return replayed


def test_each_row_with_text_is_seen_before_its_first_key(
    copy: WorkspaceCopy, session: TypedLines, tmp_path: Path
) -> None:
    replayed = typed(copy, session, tmp_path)
    lines = session.passage.file.text.split("\n")

    assert [start.row for start in replayed.starts] == [
        row for row in range(session.first_row, session.last_row + 1) if lines[row].strip()
    ]
    for start in replayed.starts:
        assert start.cursor.line == start.row
        assert not start.cursor.line_before.strip()
        assert lines[start.row].startswith(start.cursor.line_before)
    assert replayed.keystrokes == len(list(session.passage.keystrokes()))
    assert 0 <= replayed.kept <= replayed.keystrokes
    assert replayed.gather_ms
    assert all("<|repo_name|>mine\n" in start.block for start in replayed.starts)
    assert any("def tool_" in start.block for start in replayed.starts)


def test_nothing_of_the_removed_lines_reaches_the_block_through_the_index(
    copy: WorkspaceCopy, session: TypedLines, tmp_path: Path
) -> None:
    file = session.passage.file
    with copy.with_text(file.path, session.text_without):
        reader = ChunkReader(copy.directory)
        indexed = [stored.chunk for stored in reader.chunks_with_words([SECRET], 50)]
        known = {stored.chunk.name for stored in reader.definitions_named([f"step_{at}" for at in range(40)])}
        reader.close()
    removed = {f"step_{at}" for at in range(40) if f"def step_{at}(" in session.passage.typed}

    assert indexed == []
    assert not known & removed
    assert known
    starts = typed(copy, session, tmp_path).starts
    assert not any(SECRET in start.block for start in starts)


def test_typed_by_lines_the_same_rows_are_seen_with_few_keys(
    copy: WorkspaceCopy, session: TypedLines, tmp_path: Path
) -> None:
    whole, short = typed(copy, session, tmp_path), typed(copy, session, tmp_path, by_line=True)

    assert [start.row for start in short.starts] == [start.row for start in whole.starts]
    assert short.keystrokes < whole.keystrokes / 5


@dataclass(slots=True)
class ListeningServer(SimulatedServer):
    """Keeps every prompt it was asked to continue."""

    prompts: list[str] = field(default_factory=list)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/api/generate":
            body = json.loads(await request.aread())
            if body["options"]["num_predict"] > 1:
                self.prompts.append(body["prompt"])
        return await SimulatedServer.handle_async_request(self, request)


def test_the_blocks_are_those_of_the_prompts_that_the_completer_sends(
    copy: WorkspaceCopy, session: TypedLines, tmp_path: Path
) -> None:
    async def complete_at_each_key() -> list[tuple[int, str]]:
        server = ListeningServer(lambda _prefix, _suffix: "")
        settings = Settings(endpoint="http://127.0.0.1:11434", embedded="off")
        completion = build_completion(settings, Workspace((folder,)), scratch=tmp_path, transport=server)
        assert completion.model is not None
        await completion.model.find()
        client = HoldfastClient(completion)
        await client.cursor_rests(cursor_in_passage(session.passage, 0, folder.root))
        await asyncio.sleep(REST_SECONDS)
        sent: list[tuple[int, str]] = []
        for number, (done, seconds) in enumerate(session.passage.keystrokes(), start=1):
            cursor = cursor_in_passage(session.passage, done, folder.root)
            server.prompts.clear()
            await client.key_typed(cursor)
            await asyncio.sleep(ASK_AFTER_SECONDS)
            asking = asyncio.create_task(client.complete(cursor))
            await asyncio.sleep(max(0.0, seconds - ASK_AFTER_SECONDS))
            sent += [(number, block_of(prompt)) for prompt in server.prompts]
            asking.cancel()
        await client.aclose()
        return sent

    blocks = typed(copy, session, tmp_path).blocks
    with copy.with_text(session.passage.file.path, session.text_without):
        folder = AskedFolder(copy, None, RETRIEVERS)
        sent = run_virtually(complete_at_each_key())
        folder.close()

    assert len(sent) > 10
    assert sent == [(number, blocks[number]) for number, _ in sent]
