"""What an editor tells of its own work beside its documents: tasks that ended, problems that came or went.

The notifications are `holdfast/taskEnded` `{name, exitCode}` and `holdfast/diagnosticsChanged`
`{uri, errors, warnings, messages}` (messages: the first few errors' texts). What was typed into a terminal or printed there is not among them.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel
from pygls.uris import to_fs_path

from holdfast.sessions.editor.recorder import SessionRecorder
from holdfast.workspace_folder import Workspace

_MOST_MESSAGES = 10


class _Wire(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, frozen=True, defer_build=True)


class _TaskEnded(_Wire):
    name: str
    exit_code: int


class _DiagnosticsChanged(_Wire):
    uri: str
    errors: Annotated[int, Field(ge=0)]
    warnings: Annotated[int, Field(ge=0)]
    messages: Annotated[list[str], Field(max_length=_MOST_MESSAGES)] = []


def task_ended(recorder: SessionRecorder, params: object) -> None:
    """Record a task's end; what is no such notification is passed over."""
    try:
        task = _TaskEnded.model_validate(params)
    except ValidationError:
        return
    recorder.task_ended(task.name, task.exit_code)


def diagnostics_changed(recorder: SessionRecorder, workspace: Workspace, params: object) -> None:
    """Record a file's problems, unless it is ignored, secret, or in no folder of the workspace."""
    try:
        news = _DiagnosticsChanged.model_validate(params)
    except ValidationError:
        return
    file = to_fs_path(news.uri) if news.uri.startswith("file:") else None
    if file is None:
        return
    root, path = workspace.locate(Path(file))
    if root is not None and workspace.ignore_reason_of(root, path) is None:
        recorder.diagnostics_changed(path, news.errors, news.warnings, _first_lines(news.messages))


def _first_lines(messages: Sequence[str]) -> list[str]:
    return [message.strip().partition("\n")[0] for message in messages]
