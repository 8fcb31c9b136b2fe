"""A project as the subcommands work on it: its settings, its index brought up to date, its completion part."""

import asyncio
import logging
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from holdfast.cli.output import printable
from holdfast.index.index_once import IndexSummary, index_once
from holdfast.index.indexer_state import IndexerState
from holdfast.index_child import build_embedded
from holdfast.learning.learner import Learner
from holdfast.locations import Locations, find_locations
from holdfast.project_settings import settings_for, take_over
from holdfast.settings import ResolvedSettings
from holdfast.trust import is_trusted
from holdfast.usage.recorder import UsageRecorder
from holdfast.usage.store import UsageStore
from holdfast.wiring import Completion, build_completion
from holdfast.workspace_folder import Workspace, WorkspaceFolder, project_folder


@dataclass(frozen=True, slots=True)
class Project:
    """One folder with its settings; `trusted` by `holdfast trust`."""

    root: Path
    locations: Locations
    resolved: ResolvedSettings
    trusted: bool


def open_project(root: Path) -> Project:
    """The project at `root`, or the folder in it that `projectRoot` names; a wrong setting is said on standard error and skipped."""
    locations = find_locations(os.environ)
    trusted = is_trusted(locations, root)
    resolved, block = settings_for(root, locations, trusted=trusted)
    if resolved.origins["logLevel"] != "default":
        logging.getLogger("holdfast").setLevel(resolved.settings.log_level.upper())
    for problem in resolved.problems:
        print(f"holdfast: {printable(problem)}", file=sys.stderr)
    folder = project_folder(root, resolved.settings.project_root)
    if trusted:
        take_over(block, folder, locations)
    return Project(folder, locations, resolved, trusted)


def bring_up_to_date(project: Project) -> IndexSummary:
    """Index what changed, with a progress bar on standard error where that is a terminal."""
    directory = project.locations.workspace_cache(project.root)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Looking for files", total=None)

        def report(state: IndexerState) -> None:
            what = "Reading files" if state.phase == "indexing" else "Looking for files"
            bar.update(task, description=what, completed=state.done, total=state.total or None)

        return index_once(project.root, directory, report, lambda sources: build_embedded(directory, sources))


def heed_what_was_learnt(folder: WorkspaceFolder, project: Project) -> None:
    """Let what was taken of suggestions adjust which code is looked for, as in an editor, unless a setting says otherwise."""
    if project.resolved.settings.learning:
        folder.retrieval.factors = Learner(project.locations).factors()


@asynccontextmanager
async def completion_of(project: Project) -> AsyncIterator[Completion]:
    """The completion part, the server looked for and the model chosen; closed at the end."""
    settings = project.resolved.settings
    folder = WorkspaceFolder(
        project.root,
        project.locations,
        manifest_file=settings.context_file if project.trusted else None,
        manifest_tokens=settings.manifest_tokens,
        memory_tokens=settings.memory_tokens(trusted=project.trusted),
    )
    await asyncio.to_thread(heed_what_was_learnt, folder, project)
    if folder.memory is not None:
        await asyncio.to_thread(folder.memory.reader.find_project)
    workspace = Workspace((folder,))
    usage = UsageRecorder(UsageStore(project.locations.usage_db))
    await asyncio.to_thread(usage.start)
    completion = build_completion(project.resolved.settings, workspace, scratch=project.locations.cache, usage=usage)
    try:
        if completion.model is not None:
            await completion.model.find()
        if completion.embedding is not None:
            await completion.embedding.load()
        yield completion
    finally:
        await completion.aclose()
        await asyncio.to_thread(usage.close)
        workspace.close()
