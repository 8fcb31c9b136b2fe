"""What this machine has of sharing: where everything lies, what was set up, its keys, and how a place comes to be used."""

import platform
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from holdfast.redaction.redactor import Redactor
from holdfast.sessions.entries.clock import wall_clock_ms
from holdfast.sessions.identity.device import load_device
from holdfast.sessions.identity.pseudonyms import pseudonym_key
from holdfast.sessions.log.history import open_history
from holdfast.sessions.log.store import SessionLog
from holdfast.sharing import admitting
from holdfast.sharing.access import Access, enter, find_vaults
from holdfast.sharing.admitting import Admitted
from holdfast.sharing.deliver import publish_everywhere
from holdfast.sharing.device_keys import DeviceKeys
from holdfast.sharing.errors import NotSetUp, SeveralVaults
from holdfast.sharing.folder import prepare_folder
from holdfast.sharing.key_files import load_device_keys
from holdfast.sharing.open_places import open_places, prepare_git
from holdfast.sharing.places import Places, documents_in
from holdfast.sharing.setting_up import Admission, NewVault, Waiting, begin, confirm, set_up
from holdfast.sharing.setup_file import Setup, read_setup, write_setup
from holdfast.sharing.statement import Verdict
from holdfast.sharing.status import SharingStatus, sharing_status
from holdfast.sharing.sync import VAULT_HOME
from holdfast.sharing.transport import Transport
from holdfast.sharing.vault_home import VaultHome

Step = NewVault | Waiting | Admission | Access


@dataclass(frozen=True, slots=True)
class Wanted:
    """A place that a person names; `workspace` is where they work: its code's remote is no place, unless `same_remote`."""

    workspace: Path
    folder: Path | None = None
    git: str | None = None
    name: str | None = None
    inside_repository: bool = False
    same_remote: bool = False


@dataclass(frozen=True, slots=True)
class SyncHome:
    """The data directory, what was set up, this device's keys, and what it remembers of the vault.

    What changes who belongs is done `alone` (`sync_lock.py`).
    """

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

    def next_step(self, places: Places, vault: str | None = None) -> Step:
        """What is to be done for this device to belong; what needs nobody's word is done. Raises SharingError."""
        step = set_up(
            self.vault,
            self.keys,
            places.documents(),
            name=self.setup.name,
            at_ms=wall_clock_ms(),
            pseudonyms=pseudonym_key(self.data, load_device(self.data)),
            vault=vault,
        )
        if isinstance(step, Waiting) and (step.publication.files or step.publication.remove):
            publication = step.publication
            places.each(lambda place: place.write(publication.files, publication.remove))
        elif isinstance(step, Access):
            publish_everywhere(places, step)
        return step

    def begin(self, places: Places, new: NewVault) -> None:
        """Begin the vault whose recovery key was proved."""
        publish_everywhere(places, begin(self.vault, self.keys, new, places.documents()))

    def confirm(self, places: Places, confirmation: str, *, injected: bool = False) -> None:
        """Belong: a person saw `confirmation` on the machine that admitted this one."""
        publish_everywhere(places, confirm(self.vault, self.keys, places.documents(), confirmation, injected=injected))

    def approve(self, places: Places, code: str, verdict: Verdict) -> Admitted:
        """Admit the machine that shows `code`; raises SharingError."""
        access, there = self.access(places)
        admitted = admitting.approve(self.vault, access, there, code, verdict, at_ms=wall_clock_ms())
        publish_everywhere(places, admitted.access)
        return admitted

    def status(self, places: Places, access: Access) -> SharingStatus:
        """Where everything stands, by `places` as they were refreshed and by the log."""
        with closing(SessionLog(self.data / "sessions.db")) as log:
            return log.read(lambda connection: sharing_status(connection, places, access, self.setup.never))

    def with_place(self, wanted: Wanted) -> "SyncHome":
        """The same with the place that is `wanted`, looked at before anything is kept. Raises TransportError or SharingError."""
        # Not what the machine is called in its network: the name can be read by whoever can read the place.
        own_name = f"{platform.system() or 'machine'} {self.keys.dev[:4]}"
        after = replace(self.setup, name=wanted.name or self.setup.name or own_name)
        if wanted.folder is not None:
            self._must_fit(prepare_folder(wanted.folder, inside_repository=wanted.inside_repository))
            after = replace(after, folder=str(wanted.folder.expanduser().absolute()))
        if wanted.git is not None:
            place = prepare_git(
                self.data,
                wanted.git,
                self.keys.dev,
                workspace=wanted.workspace,
                projects=self._projects(),
                same_remote=wanted.same_remote,
            )
            self._must_fit(place)
            after = replace(after, git=wanted.git)
        if after != read_setup(self.data):
            write_setup(self.data, after)
        return replace(self, setup=after)

    def _projects(self) -> list[str]:
        """The ids of the projects in the session log."""
        with open_history(self.data / "sessions.db") as history:
            counts = history.counts("project") if history is not None else {}
        return [project for project in counts if project is not None]

    def _must_fit(self, place: Transport) -> None:
        """A new place must be empty, or hold the vault that this machine belongs to."""
        state = self.vault.state()
        place.refresh()
        found, _ = find_vaults(documents_in(place))
        if state is not None and state.confirmed and found and state.founding.id not in {one.id for one in found}:
            raise SeveralVaults(
                f"{place.label} holds a vault that “{found[0].founder.name}” began, and this machine belongs to another.",
                remedy="Take an empty place. To leave the present vault for that one: --leave.",
            )


def load_sync_home(data: Path, secret: str | None = None) -> SyncHome:
    """What was set up in the data directory `data`; raises NotSetUp, and what loading keys raises."""
    setup = read_setup(data)
    if setup is None or not setup.has_place:
        raise NotSetUp(
            "Sharing is not set up on this machine.",
            remedy="`holdfast sync setup --folder DIR`, or `--git URL`; in VS Code *Holdfast: Share Session Logs*.",
        )
    return SyncHome(data, setup, load_device_keys(data, secret))
