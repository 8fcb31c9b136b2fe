"""Ended sessions are summed up while nobody types: on request alone, one by one, and never twice."""

import asyncio
import json
import logging
import subprocess
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from embedding_window import until
from holdfast.completion.rest import Rest
from holdfast.locations import Locations
from holdfast.lsp.documents import OpenDocuments
from holdfast.lsp.parts import Parts
from holdfast.lsp.sidecar import Sidecar, WindowFacts
from holdfast.lsp.summaries import Pace, Summaries
from holdfast.sessions.entries.clock import wall_clock_ms
from holdfast.sessions.identity.project import find_project
from holdfast.settings import Settings
from holdfast.wiring import build_completion
from holdfast.workspace_folder import Workspace
from remembered import draft, fill
from scripted_answer import Answer, WaitFor, refusal
from scripted_ollama import ScriptedOllama
from sessions_fixture import problems_in, rows

QUICK = Pace(look_s=0.01, settled_s=0.01, ended_s=60)
SAID = (
    ("user", "The importer loses the last line of a torn file."),
    ("assistant", "I will resume behind the last whole line."),
    ("user", "Good."),
    ("assistant", "Done, the importer resumes."),
)
POINT = "The importer resumes behind the last whole line."
ANSWER = json.dumps({"points": [{"text": POINT, "sources": [2, 4]}]})
SUMMARIES = (
    "SELECT session, json_extract(body, '$.parts[0].text'), json_extract(body, '$.src.model') FROM entry"
    " WHERE kind = 'summary' ORDER BY session"
)


@dataclass
class Project:
    """A folder and its session log."""

    root: Path
    places: Locations

    def session(self, number: int, *, days_ago: float = 1) -> str:
        """One more conversation of the project."""
        session = f"01932f2e-9c00-7abc-8def-{number:012}"
        now = wall_clock_ms()
        drafts = [draft(text, role=role, now_ms=now, days_ago=days_ago) for role, text in SAID]
        fill(self.places.sessions_db, drafts, session=session, project=find_project(self.root, self.places.data))
        return session

    def summaries(self) -> list[tuple[object, ...]]:
        """Session, text and model of each."""
        return list(rows(self.places.sessions_db, SUMMARIES))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    root = tmp_path / "project"
    subprocess.run(["git", "init", "-q", root], check=True)
    subprocess.run(["git", "-C", root, "remote", "add", "origin", "https://example.invalid/shop.git"], check=True)
    (tmp_path / "data").mkdir()
    return Project(root, Locations(tmp_path / "data", tmp_path / "cache"))


Start = Callable[..., AbstractAsyncContextManager[Rest]]


@pytest.fixture
def started(project: Project, ollama: ScriptedOllama) -> Start:
    """Summaries of the project, switched on, with a model server; gives what says whether the person rests."""

    @asynccontextmanager
    async def start(pace: Pace = QUICK, **settings: object) -> AsyncIterator[Rest]:
        workspace = Workspace(())
        values = Settings.model_validate({"endpoint": ollama.endpoint, **settings})
        completion = build_completion(values, workspace, scratch=project.places.cache)
        completion.rest.seconds = 0.0
        parts = Parts(completion, workspace)
        summaries = Summaries(project.places, project.root, lambda: parts, pace)
        summaries.apply(is_on=True)
        try:
            yield completion.rest
        finally:
            await summaries.aclose()
            await parts.aclose()

    return start


async def test_ended_sessions_are_summed_up_once_and_one_that_goes_on_is_not(
    project: Project, ollama: ScriptedOllama, started: Start
) -> None:
    ended = [project.session(1), project.session(2, days_ago=2)]
    project.session(3, days_ago=0)
    ollama.generate_with(ANSWER)
    async with started():
        await until(lambda: len(project.summaries()) == len(ended))
        await asyncio.sleep(0.2)

    model = ollama.models[0].name
    assert project.summaries() == [(session, f"- {POINT}", model) for session in ended]
    assert len(ollama.generations) == len(ended)
    assert rows(project.places.sessions_db, "SELECT count(*) FROM entry WHERE kind = 'msg'") == [(3 * len(SAID),)]
    assert problems_in(project.places.sessions_db) == []


async def test_one_in_which_nobody_talked_keeps_no_other_from_it(
    project: Project, ollama: ScriptedOllama, started: Start
) -> None:
    now = wall_clock_ms()
    drafts = [draft("A note.", role="system", now_ms=now, days_ago=0.5)] * 5
    quiet = "01932f2e-9c00-7abc-8def-00000000000f"
    fill(project.places.sessions_db, drafts, session=quiet, project=find_project(project.root, project.places.data))
    session = project.session(1)
    ollama.generate_with(ANSWER)
    async with started():
        await until(lambda: bool(project.summaries()))

    assert [row[0] for row in project.summaries()] == [session]


async def test_a_key_ends_the_question_and_it_is_asked_again(
    project: Project, ollama: ScriptedOllama, started: Start
) -> None:
    session = project.session(1)
    never = threading.Event()
    ollama.generate_with(Answer((WaitFor(never),)), ANSWER)
    async with started() as rest:
        await until(lambda: len(ollama.generations) == 1)
        with rest.broken():
            await until(ollama.generations[0].ended.is_set)
            while_typing = project.summaries()
        await until(lambda: bool(project.summaries()))

    assert (while_typing, ollama.generations[0].ending) == ([], "client_closed")
    assert [row[0] for row in project.summaries()] == [session]


async def test_so_many_an_hour_and_no_more(project: Project, ollama: ScriptedOllama, started: Start) -> None:
    for number in range(4):
        project.session(number)
    ollama.generate_with(ANSWER)
    async with started(Pace(look_s=0.01, settled_s=0.01, ended_s=60, most_an_hour=2)):
        await until(lambda: len(project.summaries()) == 2)
        await asyncio.sleep(0.3)

    assert (len(ollama.generations), len(project.summaries())) == (2, 2)


async def test_what_cannot_be_checked_is_not_kept_and_not_asked_again(
    project: Project, ollama: ScriptedOllama, started: Start
) -> None:
    project.session(1)
    other = project.session(2, days_ago=2)
    ollama.generate_with("I would say it went well.", ANSWER)
    async with started():
        await until(lambda: bool(project.summaries()))
        await asyncio.sleep(0.2)

    assert [row[0] for row in project.summaries()] == [other]
    assert len(ollama.generations) == 2


async def test_failures_are_one_line_and_wait(
    project: Project, ollama: ScriptedOllama, started: Start, caplog: pytest.LogCaptureFixture
) -> None:
    project.session(1)
    caplog.set_level(logging.INFO, "holdfast.lsp.summaries")
    ollama.generate_with(refusal(500, "it broke"), refusal(500, "it broke"), ANSWER)
    async with started():
        await until(lambda: bool(project.summaries()))
    told = [record.getMessage() for record in caplog.records if "No session is summed up" in record.getMessage()]

    assert (len(told), len(ollama.generations)) == (1, 3)


async def test_a_model_off_this_machine_is_never_asked(
    project: Project, ollama: ScriptedOllama, started: Start, caplog: pytest.LogCaptureFixture
) -> None:
    project.session(1)
    caplog.set_level(logging.INFO, "holdfast.lsp.summaries")
    name = ollama.models[0].name
    async with started(model=name, allowed_remote_models=[name]):
        await until(lambda: "on this machine alone" in caplog.text)

    assert (ollama.generations, project.summaries()) == ([], [])


async def test_a_window_asks_for_none_unless_it_is_told_to(project: Project) -> None:
    sidecar = Sidecar(WindowFacts((project.root,), None, "test"), project.places, OpenDocuments(), lambda: None)
    tasks: list[bool] = []
    for settings in ({}, {"memory": {"summaries": True}}, {"memory": {"summaries": False}}):
        editor = {"provider": "none", "embedded": "off", **settings}
        await (sidecar.apply_settings(editor) if tasks else sidecar.start(editor))
        tasks.append(any(task.get_name() == "sum up sessions" for task in asyncio.all_tasks() if not task.cancelling()))
    await sidecar.aclose()

    assert tasks == [False, True, False]
