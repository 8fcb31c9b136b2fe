"""`holdfast export-dataset [DIR] --out FOLDER`: a project's code and conversations as files to fine-tune a model on."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from holdfast.cli.output import new_console, print_json, printable
from holdfast.cli.place import readable_folder
from holdfast.cli.project import bring_up_to_date, open_project
from holdfast.dataset.datasheet import Contents, counted
from holdfast.dataset.export import Sessions, Source, export, repository_name
from holdfast.dataset.layout import layout_of
from holdfast.dataset.new_folder import check_place, new_folder
from holdfast.errors import UsageError
from holdfast.redaction.redactor import Redactor
from holdfast.sessions.identity.device import load_device
from holdfast.sessions.identity.project import find_project
from holdfast.sessions.identity.pseudonyms import pseudonym_key
from holdfast.workspace_folder import WorkspaceFolder

_MEGABYTE = 1_000_000


def export_dataset(  # noqa: PLR0913, PLR0917 - one for each option
    out: Annotated[
        Path,
        typer.Option("--out", metavar="FOLDER", help="A new folder; nothing is ever written over.", readable=False),
    ],
    folder: Annotated[
        Path, typer.Argument(metavar="[DIR]", readable=False, help="The project; this folder when left out.")
    ] = Path(),
    layout: Annotated[
        str, typer.Option("--format", metavar="NAME", help="generic, or a family of models such as qwen2.5-coder.")
    ] = "generic",
    sessions: Annotated[bool, typer.Option("--sessions", help="Also the conversations of this project.")] = False,
    seed: Annotated[int, typer.Option("--seed", help="Another number gives other pairs.")] = 0,
    most: Annotated[int, typer.Option("--most", min=1, help="How many pairs at most.")] = 50_000,
    yes: Annotated[bool, typer.Option("--yes", help="Keep it without asking.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Write a project as a dataset to fine-tune a model on: redacted, with a datasheet, on this machine alone."""
    if not (yes or sys.stdin.isatty()):
        raise UsageError("Nobody can be asked whether to keep it.", remedy="Give --yes.")
    project = open_project(readable_folder(folder))
    chosen = layout_of(layout, repository_name(project.root))
    check_place(out, project.root)
    bring_up_to_date(project)
    data = project.locations.data
    redactor = Redactor(pseudonym_key(data, load_device(data)))
    wanted = Sessions(project.locations.sessions_db, find_project(project.root, data)) if sessions else None
    workspace = WorkspaceFolder(project.root, project.locations, manifest_file=None)
    try:
        paths = tuple(workspace.reader.paths())
        source = Source(project.root, paths, lambda path: workspace.ignore_reason(path) is not None, redactor)
        with new_folder(out) as made:
            with _progress() as bar:
                task = bar.add_task("Cutting files", total=len(paths))
                contents = export(
                    made,
                    source,
                    chosen,
                    wanted,
                    seed=seed,
                    most=most,
                    on_progress=lambda done, of: bar.update(task, completed=done, total=of),
                )
            size = made.size
            if not as_json:
                _show(contents, size)
            if not (yes or typer.confirm(f"Keep it in {printable(str(out))}?", err=True)):
                raise UsageError("Nothing was kept.")
            made.keep()
    finally:
        workspace.close()
    if as_json:
        print_json(_as_json(out, contents, size))


def _progress() -> Progress:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def _show(contents: Contents, size: int) -> None:
    console = new_console()
    made = f"{counted(contents.pairs, 'pair')} from {counted(contents.files, 'file')}"
    console.print(f"{made}: {_listed(contents.languages)}.", soft_wrap=True)
    if contents.conversations:
        said = f"{counted(contents.conversations, 'conversation')} with {counted(contents.messages, 'message')}"
        console.print(f"{said}.")
    console.print(f"Taken out: {_listed(contents.redactions)}. Left out: {_listed(contents.skipped)}.", soft_wrap=True)
    console.print(f"{size / _MEGABYTE:,.1f} MB in all, with a datasheet (README.md).")


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {printable(name)}" for name, count in counts.items()) or "nothing"


def _as_json(out: Path, contents: Contents, size: int) -> dict[str, object]:
    return {
        "out": str(out),
        "bytes": size,
        "pairs": contents.pairs,
        "files": contents.files,
        "conversations": contents.conversations,
        "messages": contents.messages,
        "languages": dict(contents.languages),
        "redactions": dict(contents.redactions),
        "skipped": dict(contents.skipped),
    }
