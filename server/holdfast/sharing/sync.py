"""One sync: read what the others wrote, take it in, seal what is new here, and bring every place up to date.

Each step can be broken off anywhere and done again: what came is known by its name only once it is in the log; what is
sealed lies on this disk before it is sent; what a place lacks is found by comparing, not by remembering what was sent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from holdfast import __version__
from holdfast.redaction.redactor import Redactor
from holdfast.sessions.entries.clock import wall_clock_ms
from holdfast.sessions.identity.device import load_device
from holdfast.sessions.identity.pseudonyms import pseudonym_key
from holdfast.sessions.log.store import SessionLog
from holdfast.sessions.memory.memory_file import rewrite_memory_files
from holdfast.sharing.access import Access, enter
from holdfast.sharing.age import AgeIdentity
from holdfast.sharing.deliver import Deliver, publish_everywhere
from holdfast.sharing.device_keys import DeviceKeys
from holdfast.sharing.devices import keep_devices, membership_mark, tell_what_was_forgotten
from holdfast.sharing.errors import NotAdmitted, NotConfirmed
from holdfast.sharing.key_files import load_device_keys
from holdfast.sharing.open_places import open_places
from holdfast.sharing.own_files import OwnFiles
from holdfast.sharing.own_series import retire_segments
from holdfast.sharing.places import Places, documents_in
from holdfast.sharing.progress import Progress, quietly
from holdfast.sharing.publication import announcement
from holdfast.sharing.receive import ParkedFile, Receive, parked_files
from holdfast.sharing.relay import silent_devices
from holdfast.sharing.seal_own import SealOwn
from holdfast.sharing.segment import SEGMENT_VERSION
from holdfast.sharing.setup_file import read_setup
from holdfast.sharing.sync_lock import alone
from holdfast.sharing.transport import Transport
from holdfast.sharing.vault_home import VaultHome

OWN_FILES: Final = Path("sharing") / "own"
VAULT_HOME: Final = Path("vault")


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What one sync did: entries that some place got, entries that are new here, by device, and what could not be.

    `away` says by label why a place could not be used; `problems` names entries that cannot be shared.
    """

    sent: int
    received: dict[str, int]
    parked: tuple[ParkedFile, ...]
    away: dict[str, str]
    problems: tuple[str, ...]


class Sync:
    """Syncs the data directory `data` with the devices that share over `transports`, with the device's `keys`.

    `fingerprint` is this machine's unless given. For one thread; of several processes, one at a time.
    """

    def __init__(
        self,
        data: Path,
        transports: Sequence[Transport],
        keys: DeviceKeys,
        *,
        never: frozenset[str] = frozenset(),
        fingerprint: str | None = None,
    ) -> None:
        self._data = data
        self._keys = keys
        self._never = never
        self._fingerprint = fingerprint
        self._log = SessionLog(data / "sessions.db")
        self._own = OwnFiles(data / OWN_FILES)
        self._home = VaultHome(data / VAULT_HOME)
        self.places = Places(transports)

    def run(
        self,
        *,
        everything: bool = True,
        progress: Progress = quietly,
        recovery: AgeIdentity | None = None,
        wait_s: float = 0.0,
    ) -> SyncReport:
        """Sync once; with `everything`, what could wait is sealed too. `recovery` reads what was sealed before this device came.

        A sync that another process has begun is waited for, `wait_s` seconds at most.

        Raises SharingError (all that `enter` raises, and SyncUnderWay), TransportError when no place can be used, StorageError.
        """
        with alone(self._data, wait_s):
            try:
                return self._run(progress, recovery, everything=everything)
            finally:
                self._log.close()

    def _run(self, progress: Progress, recovery: AgeIdentity | None, *, everything: bool) -> SyncReport:
        progress("looking", 0, 0)
        self.places.refresh()
        access = self._enter()
        now_ms = wall_clock_ms()
        dev = self._keys.dev
        self._log.change(lambda connection: keep_devices(connection, access.membership))
        # Who was admitted or shut out is told first: what follows may take long, and be broken off.
        publish_everywhere(self.places, access)
        context = f"{SEGMENT_VERSION}/{__version__} {membership_mark(access.membership)}"
        receive = Receive(self._log, self._own, self.places, access, f"{context}{' recovery' if recovery else ''}")
        received = receive.receive(now_ms, recovery or access.keys.identity, progress)
        self._log.change(lambda connection: tell_what_was_forgotten(connection, dev, now_ms))
        self._log.change(lambda connection: retire_segments(connection, self._never))
        redactor = self._redactor()
        sealed = SealOwn(self._log, self._own, access, redactor, self._never).seal(
            now_ms, everything=everything, progress=progress
        )
        for other in self._log.read(lambda connection: silent_devices(connection, access.membership, dev, now_ms)):
            passed_on = SealOwn(self._log, self._own, access, redactor, self._never, other)
            passed_on.seal(now_ms, everything=True, progress=progress)
        sent = Deliver(self._log, self._own, self.places).deliver(progress)
        parked = self._log.read(lambda connection: parked_files(connection, access.membership))
        away = {label: str(error) for label, error in self.places.away.items()}
        new = {device: count for device, count in received.items() if count}
        return SyncReport(sent, new, tuple(parked), away, sealed.problems)

    def _enter(self) -> Access:
        try:
            return enter(self._home, self._keys, self.places.documents())
        except (NotAdmitted, NotConfirmed):
            self.places.each(self._announce_in)
            raise

    def _announce_in(self, place: Transport) -> None:
        state = self._home.state_of(self._keys)
        publication = announcement(state, self._keys, documents_in(place))
        if publication.files:
            place.write(publication.files)

    def _redactor(self) -> Redactor:
        device = load_device(self._data, self._fingerprint)
        return Redactor(pseudonym_key(self._data, device))


def sync_as_set_up(
    data: Path,
    *,
    secret: str | None = None,
    everything: bool = True,
    progress: Progress = quietly,
    wait_s: float = 0.0,
) -> SyncReport | None:
    """Sync the data directory `data` as its person set it up; None where nothing was. `secret`: keys that an editor keeps.

    Raises SharingError, TransportError, StorageError.
    """
    setup = read_setup(data)
    if setup is None or not setup.has_place:
        return None
    keys = load_device_keys(data, secret)
    places = open_places(data, setup, keys.dev)
    report = Sync(data, places, keys, never=setup.never).run(everything=everything, progress=progress, wait_s=wait_s)
    if report.received:
        rewrite_memory_files(data)
    return report
