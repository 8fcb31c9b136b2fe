"""A made-up name that only another file of the workspace defines is completed with our context, and not without it.

All of the product takes part: files on disk, the index, retrieval, the packed blocks, the prompt, a real llama.cpp with
the repository's own trained model, and the answer as the filters leave it. No name was ever seen in training: names are
for the one or the other by their checksum.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from holdfast.completion.request import CompletionAnswer, CompletionRequest
from holdfast.cursor import Cursor
from holdfast.index.index_once import index_once
from holdfast.locations import Locations
from holdfast.settings import Settings
from holdfast.wiring import Completion, build_completion
from holdfast.workspace_folder import Workspace, WorkspaceFolder
from llama_engine import TRAINED, RunningEngine, needs_engine, running_engine
from lsp_client import LspClient
from model.copying_tasks import tokens_of
from model.made_up_project import MadeUpProject, is_held_out, made_up_project

pytestmark = needs_engine

CASES = 32
SEED = 2024
N_CTX = 1024
CONTEXT_TOKENS = 400
AFTER = "\n"
ASKS = 10


@dataclass(frozen=True, slots=True)
class Case:
    """A project, and what is suggested in it with the project's context and without."""

    project: MadeUpProject
    informed: CompletionAnswer
    alone: CompletionAnswer

    @property
    def typed(self) -> str:
        return self.project.before.rpartition(".")[2]

    @property
    def name(self) -> str:
        return self.typed + self.project.rest


@pytest.fixture(scope="module")
def engine() -> Iterator[RunningEngine]:
    """One engine answers for all of the projects."""
    with running_engine(N_CTX, TRAINED) as engine, pytest.MonkeyPatch.context() as environment:
        environment.setenv("HOLDFAST_API_KEY", engine.key)
        yield engine


@pytest.fixture(scope="module")
def cases(engine: RunningEngine, tmp_path_factory: pytest.TempPathFactory) -> list[Case]:
    """Each project in a workspace of its own."""
    rng, place = random.Random(SEED), tmp_path_factory.mktemp("projects")
    return [asyncio.run(asked(made_up_project(rng, held_out=True), place / str(n), engine)) for n in range(CASES)]


async def asked(project: MadeUpProject, place: Path, engine: RunningEngine) -> Case:
    root = written(project, place)
    locations = Locations(data=place / "data", cache=place / "cache")
    index_once(root, locations.workspace_cache(root), lambda _: None)
    file = root / f"{project.caller}.py"
    request = CompletionRequest(Cursor(file.as_uri(), root, file.name, "python", project.before, AFTER))
    answers = []
    for context_tokens in (CONTEXT_TOKENS, 0):
        async with completion_in(root, locations, engine, context_tokens) as completion:
            await completion.prepare(request.cursor)  # as at a pause: a key waits 150 ms for the context, no longer
            answers.append(await completion.completer.complete(request))
    return Case(project, *answers)


def written(project: MadeUpProject, place: Path) -> Path:
    """The project on disk; the file that is being written is there as far as it is."""
    root = place / "shop"
    root.mkdir(parents=True)
    for module in project.modules:
        (root / f"{module}.py").write_text(project.text_of(module))
    (root / f"{project.caller}.py").write_text(project.before + AFTER)
    return root


@asynccontextmanager
async def completion_in(
    root: Path, locations: Locations, engine: RunningEngine, context_tokens: int
) -> AsyncIterator[Completion]:
    settings = Settings(
        provider="llamacpp",
        endpoint=engine.endpoint.url,
        num_ctx=N_CTX,
        context_tokens=context_tokens,
        embedded="off",
        debounce_ms=0,
        timeout_ms=60_000,
    )
    workspace = Workspace((WorkspaceFolder(root, locations, manifest_file=None),))
    completion = build_completion(settings, workspace, scratch=locations.cache)
    try:
        assert completion.model is not None
        await completion.model.find()
        yield completion
    finally:
        await completion.aclose()
        workspace.close()


def test_the_name_is_completed_with_the_context_and_not_without(cases: list[Case]) -> None:
    informed = [case.name for case in cases if case.informed.text == case.project.rest]
    alone = [case.name for case in cases if case.alone.text.startswith(case.project.rest)]

    assert len(informed) >= 0.8 * CASES
    assert len(alone) <= 0.05 * CASES


def test_the_model_was_asked_in_every_case(cases: list[Case]) -> None:
    assert {answer.engine for case in cases for answer in (case.informed, case.alone) if answer.text} == {"model"}
    assert [case.name for case in cases if not (case.informed.prompt and case.alone.prompt)] == []


def test_the_name_stood_in_a_block_from_the_other_file_and_nowhere_else(cases: list[Case]) -> None:
    for case in cases:
        paths = [block.path for block in case.informed.blocks if case.name in block.text]

        assert paths == [f"{case.project.module}.py"]
        assert case.informed.prompt.count(case.name) == 1
        assert case.alone.blocks == ()
        assert case.name not in case.alone.prompt


def test_no_name_was_seen_in_training(cases: list[Case]) -> None:
    names = {case.name for case in cases}

    assert len(names) == CASES
    assert [name for name in names if not is_held_out(name)] == []


async def test_the_engine_reads_the_prompts_in_the_tokens_of_the_training(
    cases: list[Case], engine: RunningEngine
) -> None:
    client = engine.client()

    read = [await client.tokens(case.informed.prompt) for case in cases[:4]]

    await client.aclose()
    assert read == [tuple(tokens_of(case.informed.prompt)) for case in cases[:4]]


@pytest.mark.parametrize("context_tokens", [CONTEXT_TOKENS, 0], ids=["with", "without"])
async def test_the_sidecar_with_a_model_file_of_its_own_says_the_same(
    cases: list[Case], context_tokens: int, tmp_path: Path
) -> None:
    case = next(case for case in cases if case.informed.text == case.project.rest)
    root = written(case.project, tmp_path)
    settings = {
        "provider": "gguf",
        "ggufFile": str(TRAINED),
        "ggufThreads": 1,
        "numCtx": N_CTX,
        "contextTokens": context_tokens,
        "embedded": "off",
        "timeoutMs": 60_000,
    }
    uri = (root / f"{case.project.caller}.py").as_uri()
    lines = case.project.before.split("\n")
    async with LspClient(settings=settings) as window:
        await window.initialize(root)
        await window.wait_for_state("ready")
        window.open(uri, case.project.before + AFTER)
        # Nobody waits longer than 150 ms for the context, which a busy machine may take: then a later ask has it.
        said: set[str] = set()
        for _ in range(ASKS):
            items = await window.complete(uri, len(lines) - 1, len(lines[-1]), kind=1)
            said |= {item["insertText"] for item in items[:1]}
            if case.project.rest in said:
                break

    assert (case.project.rest in said) is (context_tokens > 0)
