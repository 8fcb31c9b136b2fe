"""`holdfast memory`: what earlier sessions of this project settled, and the file in which other tools may read it."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from holdfast.cli.output import print_json, printable
from holdfast.cli.place import readable_folder, workspace_around
from holdfast.cli.sessions_log import bring_log_up_to_date
from holdfast.errors import UsageError
from holdfast.locations import find_locations
from holdfast.sessions.entries.clock import wall_clock_ms
from holdfast.sessions.identity.repository import read_branch
from holdfast.sessions.memory.lines import day_of, memory_line
from holdfast.sessions.memory.memory_file import IMPORT, NOTICE, MemoryFile
from holdfast.sessions.memory.rank import Ranked, Whereabouts
from holdfast.sessions.memory.reader import MemoryReader

app = typer.Typer(no_args_is_help=True, help="What earlier sessions of this project settled.")

Folder = Annotated[
    Path, typer.Argument(metavar="[DIR]", readable=False, help="The project's folder; this one when left out.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON value on stdout.")]


@dataclass(frozen=True, slots=True)
class _Project:
    root: Path
    reader: MemoryReader
    file: MemoryFile


@app.command("show")
def show(folder: Folder = Path(), as_json: AsJson = False) -> None:
    """Show what is remembered, the worthiest first, and the session each is from."""
    with _project(folder) as project:
        memory = project.reader.memory()
        where = Whereabouts(branch=read_branch(project.root), now_ms=wall_clock_ms())
        found = memory.ranked(where, most=len(memory))
        said = {each.remembered for each in found}
        found += [Ranked(one, 0.0, 0.0) for one in memory if one not in said]
    if as_json:
        print_json([_item_json(each) for each in found])
        return
    for each in found:
        one = each.remembered
        print(printable(f"{memory_line(one)}  [{one.session[:13]}]"))
    if not found:
        print("Nothing is remembered of this project. `holdfast sessions import` reads what other tools kept.")


@app.command("on")
def switch_on(folder: Folder = Path(), yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Write .holdfast/memory.md from now on, for tools that read it."""
    with _project(folder) as project:
        if not project.file.is_on:
            print(NOTICE, file=sys.stderr)
            _ask("Write it?", yes=yes)
            project.file.switch_on()
        project.file.write()
        print(f"{project.file.path} is written, and again whenever something was settled or a session came.")
        print(f"Claude Code reads it once a line of CLAUDE.local.md (not of CLAUDE.md) says: {IMPORT}")


@app.command("off")
def switch_off(folder: Folder = Path()) -> None:
    """Write it no longer, and delete it."""
    with _project(folder) as project:
        was_there = project.file.switch_off()
        print(f"{project.file.path} was deleted." if was_there else f"There is no {project.file.path}.")


@app.command("write")
def write(folder: Folder = Path()) -> None:
    """Write it now, if it is switched on and would say something else."""
    with _project(folder) as project:
        print(f"{project.file.path}: {'written' if project.file.write() else 'as it was'}.")


@contextmanager
def _project(folder: Path) -> Iterator[_Project]:
    root = workspace_around(readable_folder(folder))
    locations = find_locations(os.environ)
    bring_log_up_to_date()
    reader = MemoryReader(locations.sessions_db, root)
    reader.find_project()
    try:
        yield _Project(root, reader, MemoryFile(root, locations.data, reader))
    finally:
        reader.close()


def _ask(question: str, *, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError(f"“{question}” is what would have been asked.", remedy="Nothing was written; --yes says yes.")
    if not typer.confirm(question, err=True):
        raise UsageError("Nothing was written.")


def _item_json(each: Ranked) -> dict[str, object]:
    one = each.remembered
    return {
        "kind": one.item.kind,
        "text": one.item.text,
        "author": one.item.author,
        "tool": one.item.tool,
        "day": day_of(one.item.at_ms),
        "paths": list(one.item.paths),
        "pinned": one.pinned,
        "session": one.session,
        "entry": one.entry,
        "worth": round(each.worth, 4),
    }
