"""Every subcommand, under its name."""

from typing import Annotated

import typer

from holdfast import __version__
from holdfast.cli.bridge import app as bridge
from holdfast.cli.complete import complete
from holdfast.cli.config import config
from holdfast.cli.context import context
from holdfast.cli.eval import evaluate
from holdfast.cli.export_dataset import export_dataset
from holdfast.cli.index import index
from holdfast.cli.init import init
from holdfast.cli.learning import app as learning
from holdfast.cli.manifest import app as manifest
from holdfast.cli.manifest_check import check as check_manifest
from holdfast.cli.manifest_check import refresh as refresh_manifest
from holdfast.cli.mcp import mcp
from holdfast.cli.memory import app as memory
from holdfast.cli.memory_summary import summarise as summarise_memory
from holdfast.cli.models import models
from holdfast.cli.redact import redact
from holdfast.cli.sessions import app as sessions
from holdfast.cli.sessions_import import import_sessions
from holdfast.cli.sync import app as sync
from holdfast.cli.tour import tour
from holdfast.cli.trust import trust
from holdfast.cli.usage import usage

app = typer.Typer(
    name="holdfast",
    help="Inline completions from a model on your own machine, fed with what your project knows.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"holdfast {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show it.")
    ] = False,
) -> None:
    """Options of the command itself."""
    del version


@app.command("serve")
def serve(stdio: Annotated[bool, typer.Option("--stdio", help="Accepted; nothing changes.")] = False) -> None:
    """Speak LSP on standard input and output, for an editor."""
    del stdio
    from holdfast.lsp.serve import serve as run  # noqa: PLC0415 - pygls is only for this command

    run()


for command in (complete, context, index, init, mcp, models, config, redact, trust, tour, usage):
    app.command()(command)
app.command("eval")(evaluate)
app.command("export-dataset")(export_dataset)
manifest.command("check")(check_manifest)
manifest.command("refresh")(refresh_manifest)
app.add_typer(manifest, name="manifest")
app.add_typer(bridge, name="bridge")
sessions.command("import")(import_sessions)
app.add_typer(sessions, name="sessions")
app.add_typer(sync, name="sync")
memory.command("summarise")(summarise_memory)
app.add_typer(memory, name="memory")
app.add_typer(learning, name="learning")
