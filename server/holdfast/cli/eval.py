"""`holdfast eval [DIR]`: how much of what the next line needs stands in front of it, measured on a repository of yours."""

import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from holdfast.cli.eval_table import print_report
from holdfast.cli.output import new_console, print_json
from holdfast.cli.place import readable_folder
from holdfast.cli.project import Project, open_project
from holdfast.evaluation.context_report import ContextReport
from holdfast.evaluation.evaluate_context import EvaluationPlan, evaluate_context
from holdfast.evaluation.workspace_copy import copy_workspace
from holdfast.index.indexer_state import IndexerState
from holdfast.locations import make_private

_SECONDS_A_MINUTE = 60


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
    minutes: Annotated[float, typer.Option(min=0.1, max=600, help="Begin no session after so long.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Type real lines of a project again and see whether its context holds what they need. Nothing of it is changed."""
    project = open_project(readable_folder(folder))
    plan = EvaluationPlan(
        sessions,
        seed,
        context_bytes=(context_bytes,),
        ablations=ablations,
        baselines=baselines,
        manifest_file=project.resolved.settings.context_file if project.trusted else None,
        settings=project.resolved.settings,
        most_seconds=minutes * _SECONDS_A_MINUTE,
    )
    report = _measure(project, plan)
    if as_json:
        print_json(report.as_json())
    else:
        print_report(new_console(), report, asked_sessions=sessions)


def _measure(project: Project, plan: EvaluationPlan) -> ContextReport:
    """In a folder of its own beside the index, which goes when it is done; progress on standard error."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    console = Console(stderr=True)
    cache = make_private(project.locations.cache)
    with (
        Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar,
        tempfile.TemporaryDirectory(prefix="evaluation-", dir=cache, ignore_cleanup_errors=True) as name,
    ):
        task = bar.add_task("Copying files", total=None)

        def indexing(state: IndexerState) -> None:
            bar.update(task, description="Reading files", completed=state.done, total=state.total or None)

        def typing(done: int, total: int) -> None:
            bar.update(task, description="Typing lines again", completed=done, total=total)

        place = Path(name).resolve()
        return evaluate_context(copy_workspace(project.root, place, indexing), plan, place, typing)
