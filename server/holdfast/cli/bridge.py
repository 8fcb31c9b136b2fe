"""`holdfast bridge`: Claude Code, and other programs of the usual guides, pointed at the local model server."""

import asyncio
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from holdfast.bridge.claude_environment import TOKEN, as_shell, claude_environment
from holdfast.bridge.editor_settings import PATH, plan_editor_settings
from holdfast.bridge.file_change import FileChange, carry_out
from holdfast.bridge.local_files import local_variables, plan_compose, plan_env_local, why_no_compose
from holdfast.bridge.serving import Serving, find_serving
from holdfast.cli.output import print_json, printable
from holdfast.cli.place import readable_folder
from holdfast.cli.project import open_project
from holdfast.errors import UsageError
from holdfast.index.ignore_rules import IgnoreRules
from holdfast.inference.endpoint_policy import allowed_endpoint
from holdfast.inference.server_choice import API_KEY_NAME, api_key

app = typer.Typer(no_args_is_help=True, help="Point other programs at the local model server.")

Folder = Annotated[
    Path, typer.Argument(metavar="[DIR]", readable=False, help="The workspace; this folder when left out.")
]
Write = Annotated[bool, typer.Option("--write", help="Write into the workspace instead of showing it.")]
Yes = Annotated[bool, typer.Option("--yes", help="Replace values that are there, without asking.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]


@app.command("claude")
def claude(
    folder: Folder = Path(),
    model: Annotated[
        str | None, typer.Option("--model", help="The model; the largest that can serve when left out.")
    ] = None,
    write: Write = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Show or write the environment that points Claude Code at the local server, once that has shown that it can serve it."""
    root = readable_folder(folder)
    settings = open_project(root).resolved.settings
    endpoint = allowed_endpoint(settings.endpoint)
    remote = tuple(settings.allowed_remote_models)
    key = api_key(os.environ)
    serving = asyncio.run(find_serving(endpoint, model=model, key=key, allowed_remote=remote))
    environment = claude_environment(serving)
    changes = [plan_editor_settings(root, environment)] if write else []
    if key is not None:
        _note(f"{serving.url} was asked with your key ({API_KEY_NAME}): put that in place of `{TOKEN}`.")
    if as_json:
        _refuse_unseen(changes, yes=yes)
        _carry_out(root, changes, yes=yes)
        print_json(
            {**_serving_json(serving), "environment": dict(environment), "files": list(map(_file_json, changes))}
        )
        return
    if not write:
        print(printable(as_shell(environment)), end="")
        _note(
            f"{_said(serving)} Put these lines where your shell reads them; --write is for Claude Code in VS Code ({PATH})."
        )
        return
    _show(changes)
    _carry_out(root, changes, yes=yes)
    _note(f"{_said(serving)} Start a new Claude Code session to use it.")


@app.command("files")
def files(folder: Folder = Path(), write: Write = False, yes: Yes = False, as_json: AsJson = False) -> None:
    """Show or write `.env.local` and a compose file that runs Ollama for this machine alone."""
    root = readable_folder(folder)
    settings = open_project(root).resolved.settings
    endpoint = allowed_endpoint(settings.endpoint)
    chosen = "" if settings.model == "auto" else settings.model
    has_gpu = shutil.which("nvidia-smi") is not None
    changes = [plan_env_local(root, local_variables(chosen, endpoint.url))]
    no_compose = why_no_compose(endpoint)
    if no_compose is None:
        changes.append(plan_compose(root, endpoint.port, has_gpu=has_gpu))
    else:
        _note(no_compose)
    if as_json:
        if write:
            _refuse_unseen(changes, yes=yes)
            _carry_out(root, changes, yes=yes)
        print_json({"written": write, "files": list(map(_file_json, changes))})
        return
    _show(changes)
    if write:
        _carry_out(root, changes, yes=yes)
        _say_who_sees(root, changes)
    else:
        _note(
            "Nothing was written; --write does it. Holdfast reads .env.local once you trust the folder (`holdfast trust`)."
        )


def _refuse_unseen(changes: list[FileChange], *, yes: bool) -> None:
    """With --json nobody is asked: what would be replaced is shown beside the JSON, and stays without --yes."""
    replaced = _replaced(changes)
    if not replaced or yes:
        return
    for change in changes:
        print(printable(change.diff), end="", file=sys.stderr)
    raise UsageError(f"This would replace {', '.join(replaced)}.", remedy="Nothing was written; --yes replaces.")


def _replaced(changes: list[FileChange]) -> list[str]:
    return [
        f"{name} in {change.path}" if name != change.path else name for change in changes for name in change.replaced
    ]


def _carry_out(root: Path, changes: list[FileChange], *, yes: bool) -> None:
    """Write all; a value that is there is replaced only with --yes, or when a person at a terminal says so."""
    replaced = _replaced(changes)
    if replaced and not yes:
        question = f"Replace {', '.join(replaced)}?"
        if not sys.stdin.isatty():
            raise UsageError(
                f"“{question}” is what would have been asked.", remedy="Nothing was written; --yes replaces."
            )
        if not typer.confirm(question, err=True):
            raise UsageError("Nothing was written.")
    for change in changes:
        if change.is_needed:
            carry_out(root, change)


def _show(changes: list[FileChange]) -> None:
    for change in changes:
        if change.is_needed:
            print(printable(change.diff), end="")
        else:
            _note(f"{change.path} has it all already.")


def _say_who_sees(root: Path, changes: list[FileChange]) -> None:
    rules = IgnoreRules(root)
    for change in changes:
        if change.path.startswith(".env") and rules.why_ignored(change.path, is_directory=False) is None:
            _note(f"git does not ignore {change.path}: add it to .gitignore, as such files tend to gather secrets.")


def _said(serving: Serving) -> str:
    window = (
        f"a window of {serving.window:,} tokens"
        if serving.window
        else "a window that it does not tell (32,768 is the least)"
    )
    return f"{serving.model} at {serving.url} ({serving.kind} {serving.version}) answers as Claude Code needs it to, with {window}."


def _serving_json(serving: Serving) -> Mapping[str, object]:
    return {
        "kind": serving.kind,
        "version": serving.version,
        "url": serving.url,
        "model": serving.model,
        "window_tokens": serving.window,
    }


def _file_json(change: FileChange) -> dict[str, object]:
    return {"path": change.path, "diff": change.diff, "replaced": list(change.replaced)}


def _note(words: str) -> None:
    print(f"holdfast: {printable(words)}", file=sys.stderr)
