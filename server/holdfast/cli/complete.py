"""`holdfast complete FILE:LINE:COL`: the suggestion an editor would show there."""

import asyncio
import time
from dataclasses import asdict, dataclass, replace
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from holdfast.cli.output import new_console, print_blocks, print_engine, print_ghost, print_json
from holdfast.cli.place import cursor_at, parse_place, workspace_of
from holdfast.cli.project import Project, bring_up_to_date, completion_of, open_project
from holdfast.code_chunk import ContextBlock
from holdfast.completion.request import CompletionAnswer, CompletionRequest
from holdfast.cursor import Cursor
from holdfast.wiring import Completion


@dataclass(frozen=True, slots=True)
class Completed:
    """An answer, and the context found for its cursor whether or not a model was sent it."""

    answer: CompletionAnswer
    context: tuple[ContextBlock, ...]


def complete(
    place: Annotated[str, typer.Argument(metavar="FILE:LINE:COL", help="Where, both counted from 1.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Suggest what comes next at a place in a file."""
    where = parse_place(place)
    project = open_project(workspace_of(where.file))
    cursor = cursor_at(where, project.root)
    completed = complete_at(project, cursor)
    if as_json:
        print_json(completed_json(completed))
    else:
        print_completed(new_console(), cursor, completed)


def complete_at(project: Project, cursor: Cursor) -> Completed:
    """Bring the index up to date and complete at `cursor`, as an explicit invocation in an editor would."""
    started = time.perf_counter()
    bring_up_to_date(project)
    indexed_ms = (time.perf_counter() - started) * 1000
    return asyncio.run(_complete(project, cursor, indexed_ms))


async def _complete(project: Project, cursor: Cursor, indexed_ms: float) -> Completed:
    async with completion_of(project) as completion:
        return await complete_with(completion, cursor, indexed_ms)


async def complete_with(completion: Completion, cursor: Cursor, indexed_ms: float) -> Completed:
    """The answer at `cursor`, with the context that was, or would be, sent."""
    answer = await completion.completer.complete(CompletionRequest(cursor, automatic=False))
    blocks, context_ms, gathered_ms = answer.blocks, answer.timings.context, 0.0
    if answer.engine != "model":
        started = time.perf_counter()
        blocks = (await completion.preview(cursor)).blocks
        context_ms = gathered_ms = (time.perf_counter() - started) * 1000
    timings = replace(
        answer.timings, index=indexed_ms, context=context_ms, total=indexed_ms + answer.timings.total + gathered_ms
    )
    return Completed(replace(answer, timings=timings), blocks)


def completed_json(completed: Completed) -> dict[str, object]:
    """`complete` of the contract."""
    answer = completed.answer
    return {
        "text": answer.text,
        "engine": answer.engine,
        "model": answer.model,
        "reason": answer.reason,
        "timings_ms": {name: round(value, 1) for name, value in asdict(answer.timings).items()},
        "context": [block.as_json() for block in completed.context],
    }


def print_completed(console: Console, cursor: Cursor, completed: Completed) -> None:
    """Ghost text, engine, context."""
    console.print(Text(cursor.path, style="bold"), soft_wrap=True)
    print_ghost(console, cursor, completed.answer.text)
    console.print()
    print_engine(console, completed.answer)
    sent = "was sent" if completed.answer.engine == "model" else "would be sent to a model"
    print_blocks(console, f"\nContext that {sent}", completed.context)
