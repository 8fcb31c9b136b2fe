"""`holdfast tour [DIR]`: Holdfast at work on a real project, with nothing to set up.

A line is drawn by seed from the project's own files, its rest taken away as if it were being typed, and completed.
Lines where nothing is suggested are passed over, and counted.
"""

import asyncio
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.text import Text

from holdfast.cli.complete import Completed, complete_with, print_completed
from holdfast.cli.output import new_console, print_ghost, printable
from holdfast.cli.place import cursor_in_text, readable_folder
from holdfast.cli.project import Project, bring_up_to_date, completion_of, open_project
from holdfast.cursor import Cursor
from holdfast.errors import WorkspaceError
from holdfast.index.chunk_reader import ChunkReader
from holdfast.index.source_text import read_source

_SHOWN: Final = 3
_SHORTEST_SUGGESTION: Final = 4
_TRIES: Final = 60
_SHORTEST_LINE: Final = 24
_LANGUAGES: Final = frozenset({"python", "javascript", "typescript", "typescriptreact", "javascriptreact"})


@dataclass(frozen=True, slots=True)
class _Stop:
    cursor: Cursor
    truth: str


@dataclass(frozen=True, slots=True)
class _Visited:
    stop: _Stop
    completed: Completed

    @property
    def is_right(self) -> bool:
        """Whether the suggestion is the rest of the line."""
        return self.completed.answer.text.rstrip() == self.stop.truth.rstrip()


def tour(
    folder: Annotated[
        Path, typer.Argument(metavar="[DIR]", readable=False, help="A project; this folder when left out.")
    ] = Path(),
    seed: Annotated[int, typer.Option(help="Draws other lines.")] = 1,
) -> None:
    """Index a project, complete one of its own lines as if it were being typed, and show what happened."""
    console = new_console()
    root = readable_folder(folder)
    project = open_project(root)
    console.print(Text.assemble("Indexing ", (str(root), "bold"), " …"), soft_wrap=True)
    summary = bring_up_to_date(project)
    console.print(
        f"{summary.files} files, {summary.chunks} chunks, {summary.bytes:,} bytes in {summary.seconds:.1f} s.\n"
    )
    asyncio.run(_visit(project, console, seed, summary.seconds * 1000))


async def _visit(project: Project, console: Console, seed: int, index_ms: float) -> None:
    async with completion_of(project) as completion:
        problem = completion.server_problem()
        if problem is not None:
            console.print(f"No model: {problem}\nThe embedded engine answers instead.\n", soft_wrap=True)
        silent, shown = 0, list[_Visited]()
        for stop in _stops(project, seed):
            visited = _Visited(stop, await complete_with(completion, stop.cursor, index_ms))
            if len(visited.completed.answer.text.strip()) < _SHORTEST_SUGGESTION:
                silent += 1
                continue
            shown.append(visited)
            if len(shown) == _SHOWN:
                break
    if not shown:
        console.print(f"Nothing was suggested at {silent} places: there is too little code here to learn from.")
        return
    for number, visited in enumerate(shown, start=1):
        _show(console, visited, number)
    right = sum(visited.is_right for visited in shown)
    console.print(
        f"{len(shown)} suggestions at {len(shown) + silent} places drawn by seed {seed}: {right} exactly right,"
        f" {len(shown) - right} not; at {silent} it was not sure enough to speak."
    )
    print("holdfast: `holdfast complete FILE:LINE:COL` does this anywhere.", file=sys.stderr)


def _show(console: Console, visited: _Visited, number: int) -> None:
    """Ghost text and verdict; engine and context once, with the first."""
    stop, completed = visited.stop, visited.completed
    if number == 1:
        print_completed(console, stop.cursor, completed)
        console.print()
    else:
        console.print(Text(stop.cursor.path, style="bold"), soft_wrap=True)
        print_ghost(console, stop.cursor, completed.answer.text)
    verdict = "exactly what stands there" if visited.is_right else f"there stands: {printable(stop.truth)}"
    console.print(f"        The file says: {verdict}\n", soft_wrap=True)


def _stops(project: Project, seed: int) -> Iterator[_Stop]:
    """Places in the middle of real lines, drawn by `seed`."""
    draw = random.Random(seed)  # noqa: S311 - a draw that can be repeated, not a secret
    reader = ChunkReader(project.locations.workspace_cache(project.root))
    paths = reader.paths()
    reader.close()
    if not paths:
        raise WorkspaceError(f"There are no source files in {project.root}.", remedy="Name a project with code.")
    for _ in range(_TRIES * 10):
        read = read_source(project.root, draw.choice(paths))
        if isinstance(read, str) or read.source.language not in _LANGUAGES:
            continue
        lines = read.source.text.replace("\r\n", "\n").split("\n")
        number = draw.randrange(len(lines))
        line = lines[number]
        margin = len(line) - len(line.lstrip())
        if len(line) - margin < _SHORTEST_LINE or line.lstrip().startswith(("#", "//", "*", '"""')):
            continue
        column = draw.randrange(margin + 6, len(line) - 8)
        text = "\n".join([*lines[:number], line[:column], *lines[number + 1 :]])
        offset = sum(len(above) + 1 for above in lines[:number]) + column
        yield _Stop(cursor_in_text(project.root / read.source.path, project.root, text, offset), line[column:])
