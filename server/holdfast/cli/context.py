"""`holdfast context FILE:LINE:COL`: what a model is sent from the project for that cursor, and who found it."""

import asyncio
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from holdfast.cli.output import new_console, print_blocks, print_json, print_left_out, printable
from holdfast.cli.place import cursor_at, parse_place, workspace_of
from holdfast.cli.project import Project, bring_up_to_date, completion_of, open_project
from holdfast.code_chunk import ContextBlock
from holdfast.completion.write_request import ContextPreview
from holdfast.cursor import Cursor


def context(
    place: Annotated[str, typer.Argument(metavar="FILE:LINE:COL", help="Where, both counted from 1.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Show the project context for a place in a file."""
    where = parse_place(place)
    project = open_project(workspace_of(where.file))
    cursor = cursor_at(where, project.root)
    bring_up_to_date(project)
    preview = asyncio.run(_preview(project, cursor))
    if as_json:
        print_json(preview.as_json())
        return
    console = new_console()
    print_blocks(console, f"Context for {cursor.path}:{where.line}:{where.column}", preview.blocks)
    spent = sum(block.tokens for block in preview.blocks)
    console.print(f"\n{spent} of {preview.budget_tokens} tokens; the whole prompt has about {preview.prompt_tokens}.")
    if (shares := preview.shares) is not None:
        console.print(
            f"Of {shares.window}: {shares.context} other files, {shares.before} before the cursor, "
            f"{shares.after} after it, {shares.answer} kept for the answer."
        )
    print_left_out(console, preview.left_out)
    _print_sources(console, preview.blocks)
    if not project.trusted:
        words = f"CLAUDE.md was not read: run `holdfast trust {project.root}` if this project is yours."
        console.print(words, soft_wrap=True)


def _print_sources(console: Console, blocks: Sequence[ContextBlock]) -> None:
    """Where each line of session memory is from: `holdfast sessions show SESSION` shows it there."""
    for block in blocks:
        lines = block.text.split("\n")[-len(block.sources) :] if block.sources else []
        for line, source in zip(lines, block.sources, strict=True):
            console.print(Text(printable(line)), soft_wrap=True)
            console.print(Text(f"    session {source.session}, entry {source.entry}", style="dim"), soft_wrap=True)


async def _preview(project: Project, cursor: Cursor) -> ContextPreview:
    async with completion_of(project) as completion:
        return await completion.preview(cursor)
