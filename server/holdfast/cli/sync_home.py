"""What the commands of `holdfast sync` share: where everything lies, asking, and showing how far it is."""

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer

from holdfast.cli.output import printable
from holdfast.errors import UsageError
from holdfast.locations import find_locations
from holdfast.redaction.redactor import Redactor
from holdfast.sessions.identity.device import load_device
from holdfast.sessions.identity.pseudonyms import pseudonym_key
from holdfast.sharing.access import Access, enter
from holdfast.sharing.device_keys import DeviceKeys
from holdfast.sharing.errors import NotSetUp
from holdfast.sharing.key_files import load_device_keys
from holdfast.sharing.open_places import open_places
from holdfast.sharing.places import Places
from holdfast.sharing.setup_file import Setup, read_setup
from holdfast.sharing.sync import VAULT_HOME
from holdfast.sharing.vault_home import VaultHome

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]
Yes = Annotated[bool, typer.Option("--yes", help="Say yes to everything that would be asked.")]

WAIT_S: Final = 120.0
"""So long a sync that is under way is waited for."""

_QUIET_S: Final = 1.0
_AGAIN_S: Final = 0.2


@dataclass(frozen=True, slots=True)
class SyncHome:
    """The part of this machine: the data directory, what was set up, its keys, and what it remembers of the vault."""

    data: Path
    setup: Setup
    keys: DeviceKeys

    @property
    def vault(self) -> VaultHome:
        """What it remembers."""
        return VaultHome(self.data / VAULT_HOME)

    def places(self) -> Places:
        """The places, refreshed; raises TransportError when none can be used."""
        places = Places(open_places(self.data, self.setup, self.keys.dev))
        places.refresh()
        return places

    def access(self, places: Places) -> tuple[Access, dict[str, bytes]]:
        """What this device may do, and the documents that say so; raises SharingError."""
        there = places.documents()
        return enter(self.vault, self.keys, there), there

    def redactor(self) -> Redactor:
        """That of this device."""
        return Redactor(pseudonym_key(self.data, load_device(self.data)))


def data_folder() -> Path:
    """The data directory."""
    return find_locations(os.environ).data


def sync_home() -> SyncHome:
    """The part of this machine; raises NotSetUp, and what loading keys raises."""
    data = data_folder()
    setup = read_setup(data)
    if setup is None or not setup.has_place:
        raise NotSetUp(
            "Sharing is not set up on this machine.",
            remedy="`holdfast sync setup --folder DIR`, or `--git URL`.",
        )
    return SyncHome(data, setup, load_device_keys(data))


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
