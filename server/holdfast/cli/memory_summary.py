"""`holdfast memory summarise`: let the local model say what the last sessions came to."""

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer

from holdfast.cli.memory import Folder
from holdfast.cli.output import printable
from holdfast.cli.place import readable_folder, workspace_around
from holdfast.cli.project import Project, completion_of, open_project
from holdfast.cli.sessions_log import bring_log_up_to_date
from holdfast.errors import ServerUnreachable
from holdfast.locations import find_locations
from holdfast.sessions.identity.project import find_project
from holdfast.sessions.log.store import SessionLog
from holdfast.sessions.memory.spoken import Conversation, conversations_without_summary
from holdfast.sessions.memory.summary import Point
from holdfast.summing_up import keep_summary, sum_up


def summarise(
    folder: Folder = Path(),
    most: Annotated[int, typer.Option("--most", min=1, max=50, help="How many sessions at most.")] = 3,
) -> None:
    """Sum up the last sessions that have no summary, by the model on this machine; what it says is marked as a model's."""
    root = workspace_around(readable_folder(folder))
    data = find_locations(os.environ).data
    project_id = find_project(root, data)
    bring_log_up_to_date()
    waiting = conversations_without_summary(find_locations(os.environ).sessions_db, project_id, most)
    if not waiting:
        print("No session of this project waits for a summary.")
        return
    asyncio.run(_summarise_all(open_project(root), waiting, project_id))


async def _summarise_all(project: Project, waiting: list[Conversation], project_id: str) -> None:
    log = SessionLog(project.locations.sessions_db)
    try:
        async with completion_of(project) as completion:
            if completion.model is None:
                raise ServerUnreachable(completion.server_problem() or "No model server is asked.")
            local = completion.model.local
            for conversation in waiting:
                points = await sum_up(local, conversation)
                if points:
                    keep_summary(log, conversation, points, model=(await local.chosen()).name, project=project_id)
                _tell(conversation, points)
    finally:
        log.close()


def _tell(conversation: Conversation, points: tuple[Point, ...]) -> None:
    print(printable(f"{conversation.title}  [{conversation.session[:13]}]"))
    for point in points:
        print(printable(f"  - {point.text}"))
    if not points:
        print("  The model gave no answer that could be checked against what was said; nothing was kept.")
