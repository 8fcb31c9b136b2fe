"""Two hundred keys with session memory in the prompt: what is settled meanwhile waits for a pause, what is forgotten goes with it."""

import itertools
import subprocess
from pathlib import Path

import pytest

from cursor_notation import at
from holdfast.completion.write_request import PromptWriter
from holdfast.context.epoch import ContextStamp
from holdfast.context.gather import ContextGatherer, GatheredContext
from holdfast.context.keeper import EpochKeeper
from holdfast.context.pack import CountTokens, Packed
from holdfast.context.remember import SessionMemory
from holdfast.cursor import Cursor
from holdfast.index.retrieval.findings import Findings, FoundLine
from holdfast.inference.families.qwen import QWEN_CODER
from holdfast.inference.model_choice import ChosenModel
from holdfast.sessions.identity.project import find_project
from holdfast.sessions.memory.reader import MemoryReader
from holdfast.settings import Settings
from playing_server import build_writer
from remembered import draft, fill
from sessions_fixture import tamper

RULE = "We decided to use httpx instead of requests."
LATER = "From now on prices are integers, in cents."
TYPED = "".join(f"    total += prices[{number}]\n" for number in range(10))[:200]
LINE = FoundLine("lib.py", 7, 3, "def pay_all():", frozenset({"pay_all"}), "pay_all")


class WithMemory:
    """Context from a project with one line of code and the session log at `database`."""

    def __init__(self, database: Path, root: Path) -> None:
        self.memory = SessionMemory(MemoryReader(database, root), root)
        self.memory.reader.find_project()
        findings = Findings({"pay_all": 0.9}, {"pay_all": 0.9}, {}, (LINE,), files={"lib.py": 7})
        self._gatherer = ContextGatherer(lambda _cursor, _held: findings, memory=self.memory)

    def index_generation(self, cursor: Cursor) -> int:
        del cursor
        return 1

    def stamp(self, cursor: Cursor) -> ContextStamp:
        del cursor
        return ContextStamp(1, (0, 0), 0, self._gatherer.memory_stamp())

    def gather(
        self, cursor: Cursor, budget_tokens: int, count_tokens: CountTokens, previous: Packed | None
    ) -> GatheredContext:
        return self._gatherer.gather(cursor, budget_tokens, count_tokens, previous)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    subprocess.run(["git", "init", "-q", "-b", "topic", folder], check=True)
    (tmp_path / "data").mkdir()
    return folder


def cursor(typed: str) -> Cursor:
    return at(f"import httpx\n\n{typed}║\n")


async def prompt_at(writer: PromptWriter, typed: str) -> str:
    return (await writer.write(cursor(typed), ChosenModel("m", QWEN_CODER, ()))).prompt


async def test_the_prompt_grows_by_what_is_typed_alone_until_a_pause(root: Path, tmp_path: Path) -> None:
    database = tmp_path / "data" / "sessions.db"
    project = find_project(root, database.parent)
    fill(database, [draft(RULE)], project=project)
    writer: PromptWriter
    epochs: EpochKeeper
    source = WithMemory(database, root)
    writer, epochs = build_writer(Settings(), source)
    before = []
    for end in range(len(TYPED) + 1):
        before.append((await prompt_at(writer, TYPED[:end])).partition("<|fim_suffix|>")[0])
        if end == len(TYPED) // 2:
            fill(database, [draft(LATER)], project=project)
    is_new = await epochs.renew(cursor(TYPED))
    renewed = await prompt_at(writer, TYPED)
    tamper(database, "DELETE FROM memory_item WHERE text = ?", RULE)
    await epochs.renew(cursor(TYPED))
    forgotten = await prompt_at(writer, TYPED)
    source.memory.close()

    assert all(after == f"{one}{after[-1]}" for one, after in itertools.pairwise(before))
    assert [(RULE in prompt, LATER in prompt) for prompt in (before[-1], renewed, forgotten)] == [
        (True, False),
        (True, True),
        (False, True),
    ]
    assert is_new
