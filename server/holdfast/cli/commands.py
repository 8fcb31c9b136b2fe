"""Every subcommand, under its name. Most of a short command's time goes into imports: the one asked for is imported alone."""

import copy
import importlib
from typing import Annotated, Any, Final

import typer

from holdfast import __version__

_COMMANDS: Final = {
    "complete": ("holdfast.cli.complete", "complete"),
    "context": ("holdfast.cli.context", "context"),
    "index": ("holdfast.cli.index", "index"),
    "init": ("holdfast.cli.init", "init"),
    "mcp": ("holdfast.cli.mcp", "mcp"),
    "models": ("holdfast.cli.models", "models"),
    "config": ("holdfast.cli.config", "config"),
    "redact": ("holdfast.cli.redact", "redact"),
    "trust": ("holdfast.cli.trust", "trust"),
    "tour": ("holdfast.cli.tour", "tour"),
    "usage": ("holdfast.cli.usage", "usage"),
    "eval": ("holdfast.cli.eval", "evaluate"),
    "export-dataset": ("holdfast.cli.export_dataset", "export_dataset"),
}
"""Command to module and function."""

_GROUPS: Final = {
    "manifest": "holdfast.cli.manifest",
    "bridge": "holdfast.cli.bridge",
    "sessions": "holdfast.cli.sessions",
    "sync": "holdfast.cli.sync",
    "memory": "holdfast.cli.memory",
    "learning": "holdfast.cli.learning",
}
"""Group of commands to the module that has it as `app`."""

_ADDED: Final = {
    "manifest": {
        "check": ("holdfast.cli.manifest_check", "check"),
        "refresh": ("holdfast.cli.manifest_check", "refresh"),
    },
    "memory": {"summarise": ("holdfast.cli.memory_summary", "summarise")},
}
"""Group to those of its commands that its own module does not know."""


def command_line(asked: str = "") -> typer.Typer:
    """The command `holdfast`: with the subcommand `asked` alone, or with all of them where there is none of that name."""
    app = typer.Typer(
        name="holdfast",
        help="Inline completions from a model on your own machine, fed with what your project knows.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(_options)
    app.command("serve")(_serve)
    for name in _needed(asked):
        if name in _GROUPS:
            app.add_typer(_group(name), name=name)
        else:
            app.command(name)(_imported(*_COMMANDS[name]))
    return app


def _needed(asked: str) -> tuple[str, ...]:
    """The subcommands to import; all of them for the help page, and for who mistyped one."""
    every = (*_COMMANDS, *_GROUPS)
    if asked == "--version":
        return ()
    return (asked,) if asked in every else every


def _group(name: str) -> typer.Typer:
    """A copy of the group, so that what is added here is not added to the module's own."""
    group: typer.Typer = copy.copy(_imported(_GROUPS[name], "app"))
    group.registered_commands = [*group.registered_commands]
    for added, place in _ADDED.get(name, {}).items():
        group.command(added)(_imported(*place))
    return group


def _imported(module: str, name: str) -> Any:
    return getattr(importlib.import_module(module), name)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"holdfast {__version__}")
        raise typer.Exit


def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show it.")
    ] = False,
) -> None:
    """Options of the command itself."""
    del version


def _serve(stdio: Annotated[bool, typer.Option("--stdio", help="Accepted; nothing changes.")] = False) -> None:
    """Speak LSP on standard input and output, for an editor."""
    del stdio
    from holdfast.lsp.serve import serve as run  # noqa: PLC0415 - pygls is only for this command

    run()
