"""The session log as the commands open it: for reading, and for what a person asks of it."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer

from holdfast.cli.place import readable_folder, workspace_around
from holdfast.cli.shown_progress import shown_while
from holdfast.errors import HoldfastError
from holdfast.locations import find_locations
from holdfast.redaction.redactor import Redactor
from holdfast.sessions.identity.device import load_device
from holdfast.sessions.identity.project import find_project
from holdfast.sessions.identity.pseudonyms import pseudonym_key
from holdfast.sessions.identity.repository import find_repository
from holdfast.sessions.log.history import History, open_history
from holdfast.sessions.log.orders import Orders
from holdfast.sessions.log.store import SessionLog

AsJson = Annotated[bool, typer.Option("--json", help="One JSON value on stdout.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
InProject = Annotated[
    Path | None, typer.Option("--project", metavar="DIR", readable=False, help="Only the project of this folder.")
]
NOTHING_YET = "Sessions appear once an editor has used Holdfast, or with `holdfast sessions import`."
_MAKING: Final = "Making lists, search and memory again for this version of Holdfast:"
SessionId = Annotated[str, typer.Argument(metavar="ID", help="A session's id, or how it begins.")]


@dataclass(frozen=True, slots=True)
class OpenLog:
    """The log, open for writing, and what the person at this device may ask of it."""

    log: SessionLog
    orders: Orders
    redactor: Redactor


def sessions_db() -> Path:
    """Where the log of this user is."""
    return find_locations(os.environ).sessions_db


@contextmanager
def open_log() -> Iterator[History | None]:
    """The log for reading, None where nothing was ever recorded; says how far it is where it has to be made up to date first.

    Raises StorageError.
    """
    with ExitStack() as opened:
        with shown_while(_MAKING) as progress:
            history = opened.enter_context(open_history(sessions_db(), progress))
        yield history


def bring_log_up_to_date() -> None:
    """For what opens the log by itself: an older Holdfast's is made up to date, which may take long, and is said."""
    with open_log():
        pass


@contextmanager
def reading() -> Iterator[History]:
    """The log for reading. Raises StorageError, and HoldfastError where nothing was ever recorded."""
    with open_log() as history:
        if history is None:
            raise HoldfastError("Nothing is recorded yet.", remedy=NOTHING_YET)
        yield history


@contextmanager
def writing() -> Iterator[OpenLog]:
    """The log for writing, made where there is none. Raises StorageError."""
    path = sessions_db()
    bring_log_up_to_date()
    device = load_device(path.parent)
    log = SessionLog(path)
    try:
        yield OpenLog(log, Orders(log, device.id), Redactor(pseudonym_key(path.parent, device)))
    finally:
        log.close()


def project_of(folder: Path | None) -> str | None:
    """The id of the project that `folder` lies in; None for None. Raises WorkspaceError or StorageError."""
    return find_project(workspace_around(readable_folder(folder)), sessions_db().parent) if folder is not None else None


def project_here() -> str | None:
    """The id of the project whose repository the current folder lies in; None where it lies in none."""
    try:
        here = Path.cwd()
        return project_of(here) if find_repository(here) is not None else None
    except (HoldfastError, OSError):
        return None
