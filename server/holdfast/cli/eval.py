"""`holdfast eval [DIR]`: how much of what the next line needs stands in front of it, measured on a repository of yours."""

import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from holdfast.cli.eval_search import measure_search, print_search_report
from holdfast.cli.eval_table import print_report
from holdfast.cli.output import new_console, print_json
from holdfast.cli.place import readable_folder
from holdfast.cli.project import Project, open_project
from holdfast.evaluation.context_report import ContextReport
from holdfast.evaluation.evaluate_context import EvaluationPlan, evaluate_context
from holdfast.evaluation.workspace_copy import copy_workspace
from holdfast.index.indexer_state import IndexerState
from holdfast.locations import find_locations, make_private

_SECONDS_A_MINUTE = 60
_A_DAY_S = 86_400
_COPY_PREFIX = "evaluation-"
_SIGNALLED = 128
"""As shells have it: a process that a signal ended has 128 and its number for an exit code."""


def evaluate(  # noqa: PLR0913, PLR0917 - one parameter for each option
    folder: Annotated[
        Path, typer.Argument(metavar="[DIR]", readable=False, help="The folder; this one when left out.")
    ] = Path(),
    seed: Annotated[int, typer.Option(help="Which lines are drawn.")] = 1,
    sessions: Annotated[int, typer.Option(min=1, max=2000, help="How often about 25 lines are typed again.")] = 100,
    context_bytes: Annotated[
        int | None, typer.Option(min=256, max=1_000_000, help="How long the context may be, instead of your settings.")
    ] = None,
    ablations: Annotated[bool, typer.Option("--ablations", help="Also with each retriever off.")] = False,
    baselines: Annotated[bool, typer.Option("--baselines", help="Also simpler ways to choose context.")] = False,
    manifest: Annotated[
        bool, typer.Option("--manifest", help="Also without CLAUDE.md and its like, to see what they bring and cost.")
    ] = False,
    minutes: Annotated[float, typer.Option(min=0.1, max=600, help="Begin no session after so long.")] = 10,
    search: Annotated[
        bool, typer.Option("--search", help="Instead: how the session log is searched, on a made-up one.")
    ] = False,
    entries: Annotated[int, typer.Option(min=1000, max=1_000_000, help="How large the made-up log is.")] = 100_000,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Type real lines of a project again and see whether its context holds what they need. Nothing of it is changed."""
    if search:
        searched = measure_search(find_locations(os.environ).cache, entries, seed)
        if as_json:
            print_json(searched.as_json())
        else:
            print_search_report(new_console(), searched)
        return
    project = open_project(readable_folder(folder))
    if manifest and not project.trusted:
        raise typer.BadParameter(
            f"manifests are not read in a folder that is not trusted: run `holdfast trust {folder}`"
        )
    plan = EvaluationPlan(
        sessions,
        seed,
        context_bytes=(context_bytes,),
        ablations=ablations,
        baselines=baselines,
        without_manifest=manifest,
        manifest_file=project.resolved.settings.context_file if project.trusted else None,
        settings=project.resolved.settings,
        most_seconds=minutes * _SECONDS_A_MINUTE,
    )
    report = _measure(project, plan)
    if as_json:
        print_json(report.as_json())
    else:
        print_report(new_console(), report, asked_sessions=sessions)


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """While it lasts, a closed terminal or a polite kill ends the command as Ctrl-C does, so that the copy goes."""
    signals = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.signal(number, _end) for number in signals}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(number: int, _frame: object) -> None:
    sys.exit(_SIGNALLED + number)


def _forget_old_copies(cache: Path) -> None:
    """Delete what an evaluation that was killed left behind a day ago or longer."""
    for left in cache.glob(f"{_COPY_PREFIX}*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _A_DAY_S:
                shutil.rmtree(left)


def _measure(project: Project, plan: EvaluationPlan) -> ContextReport:
    """In a folder of its own beside the index, which goes when it is done; progress on standard error."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    console = Console(stderr=True)
    cache = make_private(project.locations.cache)
    _forget_old_copies(cache)
    with (
        _ended_by_signals(),
        Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar,
        tempfile.TemporaryDirectory(prefix=_COPY_PREFIX, dir=cache, ignore_cleanup_errors=True) as name,
    ):
        task = bar.add_task("Copying files", total=None)

        def indexing(state: IndexerState) -> None:
            bar.update(task, description="Reading files", completed=state.done, total=state.total or None)

        def typing(done: int, total: int) -> None:
            bar.update(task, description="Typing lines again", completed=done, total=total)

        place = Path(name).resolve()
        return evaluate_context(copy_workspace(project.root, place, indexing), plan, place, typing)
