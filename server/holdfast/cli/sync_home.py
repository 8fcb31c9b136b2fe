"""What the commands of `holdfast sync` share: asking, and showing how far it is."""

import os
import sys
import time
from pathlib import Path
from typing import Annotated, Final

import typer

from holdfast.cli.output import printable
from holdfast.errors import UsageError
from holdfast.locations import find_locations
from holdfast.sharing.sync_home import SyncHome, load_sync_home

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]
Yes = Annotated[bool, typer.Option("--yes", help="Say yes to everything that would be asked.")]

WAIT_S: Final = 120.0
"""So long a sync that is under way is waited for."""

_QUIET_S: Final = 1.0
_AGAIN_S: Final = 0.2


def data_folder() -> Path:
    """The data directory."""
    return find_locations(os.environ).data


def sync_home() -> SyncHome:
    """The part of this machine; raises NotSetUp, and what loading keys raises."""
    return load_sync_home(data_folder())


def ask(question: str, *, yes: bool) -> None:
    """Go on if a person says so; raises UsageError when nobody is there, or they say no."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError(f"“{question}” is what would have been asked.", remedy="Nothing was done; --yes says yes.")
    if not typer.confirm(question, err=True):
        raise UsageError("Nothing was done.")


class ShownProgress:
    """One line on stderr that says how far it is, on a terminal and once it takes longer than a second."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._shown = 0.0

    def __call__(self, doing: str, done: int, of: int) -> None:
        """Say it, a few times a second."""
        now = time.monotonic()
        if not sys.stderr.isatty() or now - self._began < _QUIET_S or now - self._shown < _AGAIN_S:
            return
        self._shown = now
        print(f"\r\x1b[K{printable(doing)} {f'{done} of {of}' if of else ''}", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
