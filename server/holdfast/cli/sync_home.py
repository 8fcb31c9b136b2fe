"""What the commands of `holdfast sync` share: asking, and showing how far it is."""

import os
import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from holdfast.cli.sessions_log import bring_log_up_to_date
from holdfast.errors import UsageError
from holdfast.locations import find_locations
from holdfast.sharing.sync_home import SyncHome, load_sync_home

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]
Yes = Annotated[bool, typer.Option("--yes", help="Say yes to everything that would be asked.")]

WAIT_S: Final = 120.0
"""So long a sync that is under way is waited for."""


def data_folder() -> Path:
    """The data directory."""
    return find_locations(os.environ).data


def sync_home() -> SyncHome:
    """The part of this machine, its session log up to date; raises NotSetUp, StorageError, and what loading keys raises."""
    home = load_sync_home(data_folder())
    bring_log_up_to_date()
    return home


def ask(question: str, *, yes: bool) -> None:
    """Go on if a person says so; raises UsageError when nobody is there, or they say no."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError(f"“{question}” is what would have been asked.", remedy="Nothing was done; --yes says yes.")
    if not typer.confirm(question, err=True):
        raise UsageError("Nothing was done.")
