"""`holdfast tour [DIR]`: Holdfast at work on a real project, with nothing to set up.

A line is drawn by seed from the project's own files, its rest taken away as if it were being typed, and completed.
Lines where nothing is suggested are passed over, and counted.
"""

import asyncio
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from holdfast.cli.complete import Completed, print_completed
from holdfast.cli.place import cursor_in_text, readable_folder
from holdfast.cli.project import Project, bring_up_to_date, completion_of, open_project
from holdfast.completion.request import CompletionAnswer, CompletionRequest
from holdfast.cursor import Cursor
from holdfast.errors import WorkspaceError
from holdfast.index.chunk_reader import ChunkReader
from holdfast.index.source_text import read_source

_TRIES: Final = 60
_SHORTEST_LINE: Final = 24
_LANGUAGES: Final = frozenset({"python", "javascript", "typescript", "typescriptreact", "javascriptreact"})


@dataclass(frozen=True, slots=True)
class _Stop:
    cursor: Cursor
    truth: str


def tour(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="A project; this folder when left out.")] = Path(),
    seed: Annotated[int, typer.Option(help="Draws other lines.")] = 1,
) -> None:
    """Index a project, complete one of its own lines as if it were being typed, and show what happened."""
    console = Console(highlight=False)
    root = readable_folder(folder)
    project = open_project(root)
    console.print(f"Indexing [bold]{root}[/bold] …")
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
        silent = 0
        for stop in _stops(project, seed):
            started = time.perf_counter()
            answer = await completion.completer.complete(CompletionRequest(stop.cursor, automatic=False))
            total_ms = (time.perf_counter() - started) * 1000
            if len(answer.text.strip()) > 1:
                break
            silent += 1
        else:
            console.print(f"Nothing was suggested at {silent} places: there is too little code here to learn from.")
            return
        preview_started = time.perf_counter()
        blocks = answer.blocks or (await completion.preview(stop.cursor)).blocks
        context_ms = answer.timings.context or (time.perf_counter() - preview_started) * 1000
    timings = replace(answer.timings, index=index_ms, context=context_ms, total=total_ms)
    _show(console, stop, Completed(replace(answer, timings=timings), blocks), silent)


def _show(console: Console, stop: _Stop, completed: Completed, silent: int) -> None:
    answer: CompletionAnswer = completed.answer
    print_completed(console, stop.cursor, completed)
    verdict = (
        "exactly what stands there" if answer.text.rstrip() == stop.truth.rstrip() else f"there stands: {stop.truth}"
    )
    console.print(f"\nThe file says: {verdict}.", soft_wrap=True, markup=False)
    if silent:
        console.print(f"Drawn by seed; it stayed silent at {silent} places before this one.")
    print("holdfast: `holdfast complete FILE:LINE:COL` does this anywhere.", file=sys.stderr)


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
