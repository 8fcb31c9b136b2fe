"""From a suggestion that was taken to what retrieval heeds: real LSP, a real log, a real index."""

import asyncio
from pathlib import Path

from holdfast.learning.learner import Learner
from holdfast.learning.tally import ALL
from holdfast.locations import Locations
from holdfast.lsp.documents import OpenDocuments
from holdfast.lsp.learning_part import LearningPart
from holdfast.lsp.sidecar import Sidecar, WindowFacts
from holdfast.sessions.editor.activity import SuggestionOutcome, suggestion_shown
from holdfast.sessions.entries.clock import wall_clock_ms
from holdfast.sessions.log.store import SessionLog
from holdfast.workspace_folder import Workspace, WorkspaceFolder
from lsp_client import LspClient
from scripted_ollama import ScriptedOllama
from shop_workspace import DEFINITION, app

TEXT = "import library\n\n\ndef main() -> None:\n    print(library.\n"
REST = 'greet_politely("World"))'


async def test_who_had_found_the_names_of_a_suggestion_is_recorded_and_counted(
    ollama: ScriptedOllama, workspace: Path, private_places: Path
) -> None:
    ollama.generate_with(REST)
    (workspace / "app.py").write_text(TEXT)
    async with LspClient(settings={"endpoint": ollama.endpoint}) as client:
        await client.initialize(workspace)
        await client.wait_for_state("ready")
        client.open(app(workspace), TEXT)
        await client.preview(app(workspace), 4, 18, holds=DEFINITION)
        (item,) = await client.complete(app(workspace), 4, 18)
        client.change(app(workspace), (4, 18), (4, 18), item["insertText"])
    tally = Learner(Locations(private_places / "data", private_places / "cache")).tally()

    counts = {cell[0]: (round(count.shown, 2), round(count.taken, 2)) for cell, count in tally.cells()}
    assert item["insertText"] == REST
    assert counts.items() >= {ALL: (1, 1), "imported_definitions": (1, 1)}.items()
    assert {cell[1:] for cell, _ in tally.cells()} == {("python", "within")}


def learnt(places: Locations) -> None:
    """A log in which what similar files had was taken, and what near paths had was not."""
    log = SessionLog(places.sessions_db)
    for found_by, outcome in (("similar_files", "accepted"), ("near_paths", "ignored")):
        shown = SuggestionOutcome("a.py", "python", "model", "m", outcome, 9, 9, 1.0, None, "", (found_by,), "line")  # type: ignore[arg-type]  # one of two literals
        drafts = [suggestion_shown(wall_clock_ms(), shown)] * 100
        log.append("aa" * 16, "01932f2e-9c00-7abc-8def-000000000001", None, drafts)
    log.close()


async def test_what_was_learnt_reaches_every_folder_and_leaves_it_when_switched_off(tmp_path: Path) -> None:
    places = Locations(tmp_path / "data", tmp_path / "cache")
    learnt(places)
    (tmp_path / "project").mkdir()
    workspace = Workspace((WorkspaceFolder(tmp_path / "project", places, manifest_file=None),))
    retrieval = workspace.folders[0].retrieval
    part = LearningPart(places, lambda: workspace)
    part.apply(is_on=False)
    off = retrieval.factors
    part.apply(is_on=True)
    for _ in range(1_000):  # it reads the log in a thread
        if retrieval.factors:
            break
        await asyncio.sleep(0.01)
    on = retrieval.factors
    part.apply(is_on=False)
    await part.aclose()

    assert (off, retrieval.factors) == ({}, {})
    assert on == {("python", "line"): {"similar_files": 1.25, "near_paths": 0.8}}
    workspace.close()


async def test_a_part_that_was_never_switched_on_closes(tmp_path: Path) -> None:
    part = LearningPart(Locations(tmp_path / "data", tmp_path / "cache"), lambda: Workspace(()))

    await part.aclose()

    assert not (tmp_path / "data").exists()


async def test_a_window_heeds_what_was_learnt_also_in_folders_that_are_added(tmp_path: Path) -> None:
    places = Locations(tmp_path / "data", tmp_path / "cache")
    learnt(places)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    documents = OpenDocuments()
    sidecar = Sidecar(WindowFacts((tmp_path / "one",), None, "test"), places, documents, lambda: None)
    await sidecar.start({"provider": "none", "embedded": "off"})
    for _ in range(1_000):  # it reads the log in a thread
        if all(folder.retrieval.factors for folder in sidecar.workspace.folders):
            break
        await asyncio.sleep(0.01)
    await sidecar.set_roots((tmp_path / "one", tmp_path / "two"))
    heeded = [folder.retrieval.factors for folder in sidecar.workspace.folders]
    await sidecar.aclose()

    assert heeded == [{("python", "line"): {"similar_files": 1.25, "near_paths": 0.8}}] * 2


async def test_a_window_that_was_told_not_to_heeds_nothing_of_it(tmp_path: Path) -> None:
    places = Locations(tmp_path / "data", tmp_path / "cache")
    learnt(places)
    (tmp_path / "one").mkdir()
    window = WindowFacts((tmp_path / "one",), None, "test")
    sidecar = Sidecar(window, places, OpenDocuments(), lambda: None)
    editor = {"provider": "none", "embedded": "off"}
    await sidecar.start(editor)
    for _ in range(1_000):  # it reads the log in a thread
        if sidecar.workspace.folders[0].retrieval.factors:
            break
        await asyncio.sleep(0.01)
    heeded = bool(sidecar.workspace.folders[0].retrieval.factors)
    await sidecar.apply_settings({**editor, "learning": False})
    refused = sidecar.workspace.folders[0].retrieval.factors
    await sidecar.aclose()

    assert (heeded, refused) == (True, {})
