"""Devices that share through a place where anybody can write: a dictionary of files."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from holdfast.redaction.redactor import Redactor
from holdfast.sharing.access import Access, enter
from holdfast.sharing.admitting import Admitted, approve, revoke
from holdfast.sharing.clearing import clear
from holdfast.sharing.device_keys import DeviceKeys
from holdfast.sharing.key_files import load_device_keys
from holdfast.sharing.open_segment import OpenedSegment, open_segment
from holdfast.sharing.publication import Publication
from holdfast.sharing.recovery import RecoveryKey
from holdfast.sharing.seal import SealedSegment, seal_segment
from holdfast.sharing.segment import Line
from holdfast.sharing.setting_up import Admission, NewVault, Waiting, begin, confirm, set_up
from holdfast.sharing.statement import Verdict
from holdfast.sharing.vault_home import VaultHome

NOW = 1_795_000_000_000
PROJECT = "a" * 64
OTHER_PROJECT = "b" * 64
OWN = Verdict("own")


@dataclass
class Place:
    """What everybody can read, write and delete."""

    files: dict[str, bytes] = field(default_factory=dict)

    def take(self, publication: Publication) -> None:
        self.files.update(publication.files)
        for name in publication.remove:
            self.files.pop(name, None)


@dataclass
class Machine:
    """A machine with its data directory; `fingerprint` is what tells it from others."""

    data: Path
    name: str
    fingerprint: str

    @property
    def keys(self) -> DeviceKeys:
        return load_device_keys(self.data, fingerprint=self.fingerprint)

    @property
    def home(self) -> VaultHome:
        return VaultHome(self.data / "vault")

    def set_up(self, place: Place, *, vault: str | None = None) -> NewVault | Waiting | Admission | Access:
        step = set_up(
            self.home,
            self.keys,
            place.files,
            name=self.name,
            at_ms=NOW,
            pseudonyms=self.name.encode().ljust(32),
            vault=vault,
        )
        if isinstance(step, Waiting | Access):
            place.take(step.publication)
        return step

    def found(self, place: Place) -> RecoveryKey:
        step = self.set_up(place)
        assert isinstance(step, NewVault)
        place.take(begin(self.home, self.keys, step, place.files).publication)
        return step.recovery

    def wait(self, place: Place) -> str:
        step = self.set_up(place)
        assert isinstance(step, Waiting)
        return step.code

    def approve(self, place: Place, code: str, verdict: Verdict = OWN) -> Admitted:
        admitted = approve(self.home, self.sync(place), place.files, code, verdict, at_ms=NOW)
        place.take(admitted.access.publication)
        return admitted

    def revoke(self, place: Place, device: str, *kept: str) -> Access:
        access = revoke(self.home, self.sync(place), place.files, device, kept_segments=kept, at_ms=NOW)
        place.take(access.publication)
        return access

    def confirm(self, place: Place, *, injected: bool = False) -> Access:
        admission = self.set_up(place)
        assert isinstance(admission, Admission)
        access = confirm(self.home, self.keys, place.files, admission.confirmation, injected=injected)
        place.take(access.publication)
        return access

    def sync(self, place: Place) -> Access:
        access = enter(self.home, self.keys, place.files)
        place.take(access.publication)
        return access

    def seal(self, place: Place, entries: Sequence[Line]) -> SealedSegment:
        access = self.sync(place)
        cleared = clear(entries, Redactor(b"key"))
        return seal_segment(cleared, keys=self.keys, membership=access.membership, vault=access.vault)

    def open(self, place: Place, name: str, data: bytes) -> OpenedSegment:
        return open_segment(name, data, identity=self.keys.identity, membership=self.sync(place).membership)


def machine(folder: Path, name: str) -> Machine:
    """A machine of its own under `folder`."""
    return Machine(folder / name, name, name.encode().hex().ljust(32, "0")[:32])


def pair(member: Machine, newcomer: Machine, place: Place, verdict: Verdict = OWN) -> None:
    """The whole of a pairing in which nobody interferes."""
    member.approve(place, newcomer.wait(place), verdict)
    newcomer.confirm(place)
    member.sync(place)


def standings(access: Access) -> dict[str, str]:
    """By name, how a device sees the members."""
    return {member.keys.name: member.standing for member in access.membership.members}
