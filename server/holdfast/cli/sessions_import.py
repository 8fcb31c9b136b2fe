"""`holdfast sessions import`: what other tools recorded on this machine, into the session log."""

import os
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from holdfast.cli.output import new_console, print_json, printable
from holdfast.cli.sessions_log import bring_log_up_to_date
from holdfast.errors import ServerError, UsageError
from holdfast.locations import find_locations
from holdfast.redaction.model_pass import Ask
from holdfast.sessions.importers.consent import Consents
from holdfast.sessions.importers.find import ToolFiles, find_all, find_at
from holdfast.sessions.importers.import_file import FileImporter
from holdfast.sessions.importers.record import Outcome
from holdfast.sessions.importers.surroundings import surroundings
from holdfast.sessions.log.store import SessionLog

_PROJECTS_SHOWN: Final = 5
_PROBLEMS_SHOWN: Final = 20


@dataclass(slots=True)
class _Total:
    """What came of all files of one tool."""

    met: set[str] = field(default_factory=set)
    imported: set[str] = field(default_factory=set)
    failed: int = 0
    problems: list[tuple[Path, str]] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)

    def add(self, path: Path, outcome: Outcome) -> None:
        """Count in what came of `path`."""
        self.met |= outcome.met
        self.imported |= outcome.imported
        self.failed += outcome.failed
        self.problems += [(path, why) for why in outcome.problems]
        self.unknown.update(outcome.unknown)

    def counts(self) -> dict[str, int]:
        """By session, as `--json` shows them."""
        unchanged = len(self.met - self.imported)
        return {
            "found": len(self.met) + self.failed,
            "imported": len(self.imported),
            "unchanged": unchanged,
            "failed": self.failed,
        }


def import_sessions(
    path: Annotated[
        Path | None, typer.Argument(metavar="[PATH]", help="A file or folder of sessions, or an export (.json, .zip).")
    ] = None,
    tool: Annotated[str | None, typer.Option("--from", metavar="TOOL", help="Sessions of this tool alone.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Read all that is found, without asking.")] = False,
    by_model: Annotated[
        bool,
        typer.Option(
            "--model", help="Let the model on this machine look for names and numbers too, before anything is stored."
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Import what other tools recorded on this machine; secrets are taken out first, and nothing of theirs is changed."""
    from holdfast.sessions.importers.registry import importers  # noqa: PLC0415 - fourteen readers of as many formats

    locations = find_locations(os.environ)
    around = surroundings()
    known = importers(around)
    talk = Console(stderr=True, highlight=False, markup=False)
    found = find_at(known, path, tool) if path is not None else find_all(known, tool)
    if path is None:
        _say_what_is_there(talk, found, tool)
        found = _allowed(found, Consents(locations.data), yes=yes)
    totals = {files.importer.tool: _Total() for files in found}
    stopped: ServerError | None = None
    bring_log_up_to_date()
    with _whom_to_ask(by_model) as ask:
        into = FileImporter(SessionLog(locations.sessions_db), around.home, model=lambda: ask)
        try:
            for files in found:
                _import(talk, into, files, totals[files.importer.tool])
        except ServerError as error:
            stopped = error
        finally:
            into.close()
    if as_json:
        print_json({name: total.counts() for name, total in totals.items()})
    elif totals:
        new_console().print(_table(totals))
    for name, total in totals.items():
        _say_what_went_wrong(talk, name, total)
    if stopped is not None:
        talk.print("The import has stopped: what the model has not looked through is not stored. Run it again.")
        raise stopped


def _whom_to_ask(by_model: bool) -> AbstractContextManager[Ask | None]:
    if not by_model:
        return nullcontext()
    from holdfast.cli.local_asking import asking_for_personal_data  # noqa: PLC0415 - all that talks to model servers
    from holdfast.cli.project import open_project  # noqa: PLC0415 - the same

    return asking_for_personal_data(open_project(Path.cwd()))


def _say_what_is_there(talk: Console, found: Sequence[ToolFiles], tool: str | None) -> None:
    if not found:
        of = f" of {tool}" if tool else ""
        talk.print(f"No sessions{of} were found on this machine. An export is imported by its name: PATH.")
    for files in found:
        talk.print(Text(_described(files)), soft_wrap=True)
        projects = list(files.projects.items()) if any(files.projects) else []
        for folder, count in projects[:_PROJECTS_SHOWN]:
            talk.print(Text(f"  {count:>5}  {printable(folder) or 'elsewhere'}"), soft_wrap=True)
        if len(projects) > _PROJECTS_SHOWN:
            talk.print(f"         and {len(projects) - _PROJECTS_SHOWN} more projects")


def _described(files: ToolFiles) -> str:
    parts = len(files.files) - files.sessions
    helpers = f" (and {parts} of helpers)" if parts else ""
    return f"{files.importer.title}: {files.sessions} {'session' if files.sessions == 1 else 'sessions'}{helpers}"


def _allowed(found: Sequence[ToolFiles], consents: Consents, *, yes: bool) -> list[ToolFiles]:
    """Those that may be read; asks once for each tool. Raises UsageError where nobody can be asked."""
    unasked = [files for files in found if not consents.has(files.importer.tool)]
    if not yes and unasked and not (sys.stdin.isatty() and sys.stderr.isatty()):
        questions = " ".join(_question(files) for files in unasked)
        raise UsageError(f"Nobody can be asked here: {questions}", remedy="Say so with --yes.")
    accepted = [
        files.importer.tool for files in unasked if yes or typer.confirm(_question(files), default=True, err=True)
    ]
    if accepted:
        consents.give(accepted)
    return [files for files in found if files not in unasked or files.importer.tool in accepted]


def _question(files: ToolFiles) -> str:
    return f"Read the {_described(files).split(': ', 1)[1]} of {files.importer.title} into the session log?"


def _import(talk: Console, into: FileImporter, files: ToolFiles, total: _Total) -> None:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("files"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=talk, transient=True, disable=not talk.is_terminal) as progress:
        task = progress.add_task(files.importer.title, total=len(files.files))
        for found in files.files:
            total.add(found.path, into.import_file(files.importer, found.path))
            progress.advance(task)


def _table(totals: dict[str, _Total]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("sessions of")
    for name in ("found", "imported", "unchanged", "failed"):
        table.add_column(name, justify="right")
    for tool, total in totals.items():
        table.add_row(Text(tool), *map(str, total.counts().values()))
    return table


def _say_what_went_wrong(talk: Console, tool: str, total: _Total) -> None:
    for path, why in total.problems[:_PROBLEMS_SHOWN]:
        talk.print(Text(f"{printable(str(path))}: {printable(why)}"), soft_wrap=True)
    if len(total.problems) > _PROBLEMS_SHOWN:
        talk.print(f"and {len(total.problems) - _PROBLEMS_SHOWN} more")
    if total.unknown:
        kinds = ", ".join(f"{count} {printable(name)}" for name, count in total.unknown.most_common(_PROBLEMS_SHOWN))
        talk.print(Text(f"{tool}: records that no rule reads, kept as they are: {kinds}"), soft_wrap=True)
