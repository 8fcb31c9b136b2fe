"""`holdfast models`: what the model server has, which of it completes, how it would be asked, and which is chosen."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from holdfast.cli.models_table import print_survey, survey_json
from holdfast.cli.output import new_console, print_json
from holdfast.cli.place import readable_folder
from holdfast.cli.project import Project, open_project
from holdfast.errors import ServerUnreachable
from holdfast.inference.model_server import ModelServer
from holdfast.inference.model_survey import ModelSurvey, survey_models
from holdfast.wiring import build_completion
from holdfast.workspace_folder import Workspace


def models(
    folder: Annotated[
        Path, typer.Argument(metavar="[DIR]", readable=False, help="With whose settings; this folder's when left out.")
    ] = Path(),
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """List the installed models: which fill in the middle, how each would be prompted, and which is chosen and why."""
    project = open_project(readable_folder(folder))
    settings = project.resolved.settings
    survey = asyncio.run(_survey(project))
    place = (settings.gguf_file or "") if settings.provider == "gguf" else settings.endpoint
    if as_json:
        print_json(survey_json(survey, place, settings.model))
    else:
        print_survey(new_console(), survey, place, settings.model)


async def _survey(project: Project) -> ModelSurvey:
    workspace = Workspace(())
    completion = build_completion(project.resolved.settings, workspace, scratch=project.locations.cache)
    try:
        if completion.no_server is not None:
            raise completion.no_server
        if completion.model is None:
            raise ServerUnreachable(
                "No model server is asked.",
                remedy="Set holdfast.provider and holdfast.embedded to other values than `none` and `always`.",
            )
        server: ModelServer = completion.model.server
        settings = project.resolved.settings
        allowed = tuple(settings.allowed_remote_models)
        return await survey_models(server, settings.model, allowed, digest=settings.model_digest)
    finally:
        await completion.aclose()
        workspace.close()
