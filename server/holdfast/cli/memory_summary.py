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
from holdfast.errors import RemoteEndpoint, ServerUnreachable
from holdfast.inference.control_tokens import neutralise, restore
from holdfast.inference.model_choice import ChosenModel
from holdfast.inference.model_server import GenerateRequest, Piece
from holdfast.locations import find_locations
from holdfast.redaction.redactor import Redactor
from holdfast.sessions.entries.clock import wall_clock_ms
from holdfast.sessions.entries.redact_draft import redact_draft
from holdfast.sessions.identity.device import load_device
from holdfast.sessions.identity.project import find_project
from holdfast.sessions.identity.pseudonyms import pseudonym_key
from holdfast.sessions.log.store import SessionLog
from holdfast.sessions.memory.spoken import Conversation, conversations_without_summary
from holdfast.sessions.memory.summary import INSTRUCTION, Point, chosen_messages, question, read_answer, summary_draft
from holdfast.wiring import Completion

_ANSWER_TOKENS = 500


def summarise(
    folder: Folder = Path(),
    most: Annotated[int, typer.Option("--most", min=1, max=50, help="How many sessions at most.")] = 3,
) -> None:
    """Sum up the last sessions that have no summary, by the model on this machine; what it says is marked as a model's."""
    root = workspace_around(readable_folder(folder))
    data = find_locations(os.environ).data
    project_id = find_project(root, data)
    waiting = conversations_without_summary(find_locations(os.environ).sessions_db, project_id, most)
    if not waiting:
        print("No session of this project waits for a summary.")
        return
    asyncio.run(_summarise_all(open_project(root), waiting, project_id))


async def _summarise_all(project: Project, waiting: list[Conversation], project_id: str) -> None:
    log = SessionLog(project.locations.sessions_db)
    try:
        async with completion_of(project) as completion:
            chosen = await _local_model(completion, project)
            for conversation in waiting:
                points = await _ask(completion, chosen, conversation, project.resolved.settings.num_ctx)
                if points:
                    _keep(log, conversation, points, chosen.name, project_id)
                _tell(conversation, points)
    finally:
        log.close()


async def _local_model(completion: Completion, project: Project) -> ChosenModel:
    if completion.model is None:
        raise ServerUnreachable(completion.server_problem() or "No model server is asked.")
    chosen = await completion.model.choice.current()
    settings = project.resolved.settings
    remote = settings.allowed_remote_models
    if chosen.is_remote or chosen.name in remote or (settings.fallback.when and settings.fallback.model in remote):
        raise RemoteEndpoint(
            "A model off this machine may answer here, and conversations are summed up on this machine alone.",
            remedy="Choose a local model (holdfast.model), and no remote fallback.",
        )
    return chosen


async def _ask(
    completion: Completion, chosen: ChosenModel, conversation: Conversation, num_ctx: int
) -> tuple[Point, ...]:
    if completion.model is None:
        return ()
    said = chosen_messages(conversation.said)
    request = GenerateRequest(
        model=chosen.name,
        prompt=neutralise(question(said), chosen.special_tokens),
        num_predict=min(_ANSWER_TOKENS, num_ctx // 4),
        num_ctx=num_ctx,
        system=INSTRUCTION,
    )
    items = [item async for item in completion.model.server.generate(request)]
    return read_answer(restore("".join(item.text for item in items if isinstance(item, Piece))), said)


def _keep(log: SessionLog, conversation: Conversation, points: tuple[Point, ...], model: str, project: str) -> None:
    device = load_device(log.path.parent)
    draft = summary_draft(points, at_ms=wall_clock_ms(), model=model, parent=conversation.last)
    redactor = Redactor(pseudonym_key(log.path.parent, device))
    log.append(device.id, conversation.session, project, [redact_draft(draft, redactor)])


def _tell(conversation: Conversation, points: tuple[Point, ...]) -> None:
    print(printable(f"{conversation.title}  [{conversation.session[:13]}]"))
    for point in points:
        print(printable(f"  - {point.text}"))
    if not points:
        print("  The model gave no answer that could be checked against what was said; nothing was kept.")
