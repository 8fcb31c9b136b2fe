"""`holdfast mcp [DIR]`: what is known of a project, for agents that speak the Model Context Protocol."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from holdfast.cli.place import readable_folder
from holdfast.cli.project import open_project

_AT_A_TERMINAL = (
    "An agent speaks to this on standard input, and you are at a terminal; Ctrl+D ends it.\n"
    "Claude Code starts it by itself after: claude mcp add holdfast -- holdfast mcp ."
)


def mcp(
    folder: Annotated[
        Path, typer.Argument(metavar="[DIR]", readable=False, help="The project; this folder when left out.")
    ] = Path(),
    sessions: Annotated[
        bool, typer.Option("--sessions", help="Also what was said and decided in earlier sessions of this project.")
    ] = False,
) -> None:
    """Serve a project to an agent, by the Model Context Protocol on standard input and output."""
    project = open_project(readable_folder(folder))
    if sys.stdin.isatty():
        print(_AT_A_TERMINAL, file=sys.stderr)
    from holdfast.mcp.serve import Served, serve  # noqa: PLC0415 - the SDK takes most of a second

    manifest_file = project.resolved.settings.context_file if project.trusted else None
    serve(Served(project.root, project.locations, manifest_file, sessions))
