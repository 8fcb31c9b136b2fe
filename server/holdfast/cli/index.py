"""`holdfast index [DIR]`: bring a folder's index up to date, or say why a file is in it or not."""

import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from holdfast.cli.output import new_console, print_json
from holdfast.cli.place import readable_folder, workspace_around
from holdfast.cli.project import bring_up_to_date, open_project
from holdfast.index.why import why_indexed
from holdfast.locations import find_locations

_KILOBYTE = 1024


def index(
    folder: Annotated[
        Path, typer.Argument(metavar="[DIR]", readable=False, help="The folder; this one when left out.")
    ] = Path(),
    why: Annotated[
        Path | None, typer.Option("--why", metavar="PATH", readable=False, help="Say why a file is indexed or not.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Read a project into its index."""
    if why is not None:
        _explain(folder, why, as_json=as_json)
        return
    root = readable_folder(folder)
    summary = bring_up_to_date(open_project(root))
    if as_json:
        print_json(asdict(summary))
        return
    console = new_console()
    size = f"{summary.bytes / _KILOBYTE:,.0f} KB"
    what = f": {summary.files} files ({size}) in {summary.chunks} chunks, {summary.seconds:.2f} s."
    console.print(Text.assemble((str(root), "bold"), what), soft_wrap=True)
    if summary.skipped:
        table = Table("Left out", "Files", box=None, pad_edge=False)
        for reason, count in sorted(summary.skipped.items(), key=lambda item: -item[1]):
            table.add_row(reason.replace("_", " "), str(count))
        console.print(table)


def _explain(folder: Path, path: Path, *, as_json: bool) -> None:
    absolute = path if path.is_absolute() else readable_folder(Path()) / path
    root = readable_folder(folder) if folder != Path() else workspace_around(absolute.parent)
    if not absolute.is_relative_to(root):
        # The folder may have been named through a link; a link inside it is what is asked about.
        absolute = absolute.parent.resolve() / absolute.name
    directory = find_locations(os.environ).workspace_cache(root)
    found = why_indexed(root, str(absolute), directory)
    if as_json:
        print_json(asdict(found))
    else:
        verdict = "is indexed" if found.indexed else "is not indexed"
        print(f"{found.path} {verdict}: {found.reason}.")
