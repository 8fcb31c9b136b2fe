"""`holdfast config`: every setting, its value, and where it came from."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from holdfast.cli.output import new_console, print_json
from holdfast.cli.place import readable_folder
from holdfast.cli.project import open_project
from holdfast.settings import describe_settings


def config(
    folder: Annotated[
        Path, typer.Argument(metavar="[DIR]", readable=False, help="For which folder; this one when left out.")
    ] = Path(),
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Show every setting with its source. An editor's own settings rank above all of these."""
    project = open_project(readable_folder(folder))
    resolved = project.resolved
    rows = describe_settings(resolved.settings)
    if as_json:
        settings = {name: {"value": value, "source": resolved.origins[name]} for name, value, _ in rows}
        print_json({"trusted": project.trusted, "settings": settings, "problems": list(resolved.problems)})
        return
    table = Table("Setting", "Value", "From", "What it does", box=None, pad_edge=False)
    for name, value, description in rows:
        table.add_row(name, Text(_as_written(value)), resolved.origins[name], Text(description, style="dim"))
    console = new_console()
    console.print(table)
    trusted = "trusted" if project.trusted else f"not trusted (holdfast trust {project.root})"
    console.print(f"\n{project.root} is {trusted}.", soft_wrap=True)


def _as_written(value: object) -> str:
    """A value as a person writes it in an editor's settings; text without its quotes."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
