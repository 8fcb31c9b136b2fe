"""What this device remembers of the vault it belongs to, in `vault/` of the data directory.

`membership.json`: the founding document, who admitted this device and whether its person said so, and every statement that
ever counted. So nobody who can write to the shared place can make it forget that a device was revoked. `vault.age`: what
members know, encrypted to this device. `pseudonyms.key`: what redaction needs of it.
"""

import base64
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pydantic

from holdfast.errors import StorageError
from holdfast.sessions.identity.pseudonyms import SHARED_KEY
from holdfast.sharing.age import CannotDecrypt
from holdfast.sharing.device_keys import DeviceKeys
from holdfast.sharing.errors import CopiedDevice, NotSetUp, WrongKeys
from holdfast.sharing.founding import Founding, read_founding
from holdfast.sharing.private_file import read_private, write_private
from holdfast.sharing.public_keys import DeviceId, KeyText
from holdfast.sharing.signed import DocumentRefused, read_signed
from holdfast.sharing.statement import RECOVERY, Statement, read_statement
from holdfast.sharing.vault import Vault, open_vault, seal_vault

_LARGEST: Final = 64 * 1024 * 1024
_MOST_REMEMBERED: Final = 40 * 1024 * 1024
_MEMBERSHIP: Final = "membership.json"
_VAULT: Final = "vault.age"


@dataclass(frozen=True, slots=True)
class HomeState:
    """The device `dev` (its keys' `fingerprint`, the `name` it goes by since `at_ms`) in the vault of `founding`.

    `confirmed`: the person said that who admitted it, signing with `admitted_by`, was theirs. `injected`: in a vault of
    somebody else's, whether their sessions may go into prompts here. `handed_on`: the number of the vault file written last,
    for the readers `handed_to`.
    """

    dev: str
    fingerprint: str
    name: str
    at_ms: int
    founding: Founding
    confirmed: bool = False
    admitted_by: str | None = None
    injected: bool = False
    handed_on: int = 0
    handed_to: frozenset[str] = frozenset()
    statements: tuple[Statement, ...] = ()

    @property
    def nearest(self) -> tuple[str, ...]:
        """The signing key of who admitted this device, where it is known."""
        return (self.admitted_by,) if self.admitted_by else ()


class _StateModel(pydantic.BaseModel, strict=True):
    dev: DeviceId
    fingerprint: KeyText
    name: str
    at_ms: int
    founding: str
    confirmed: bool
    admitted_by: KeyText | None
    injected: bool
    handed_on: int
    handed_to: list[str]
    statements: list[str]


class VaultHome:
    """The folder; one for each vault that a device belongs to. Nothing is made before something is kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def state(self) -> HomeState | None:
        """What is remembered; None where sharing was never set up. Raises StorageError."""
        path = self._folder / _MEMBERSHIP
        data = read_private(path, _LARGEST)
        if data is None:
            return None
        try:
            return _read_state(data)
        except (ValueError, DocumentRefused) as error:
            raise StorageError(
                f"{path} cannot be understood.",
                remedy="Restore it, or move it away and run `holdfast sync setup`: this device is then paired again.",
            ) from error

    def state_of(self, keys: DeviceKeys) -> HomeState:
        """What is remembered, if it is of the device that holds `keys`.

        Raises NotSetUp, CopiedDevice when another machine set it up, WrongKeys when this one did with other keys.
        """
        state = self.state()
        if state is None:
            raise NotSetUp("Sharing is not set up on this device.", remedy="Run `holdfast sync setup`.")
        if state.dev != keys.dev:
            raise CopiedDevice(
                f"Sharing was set up here as “{state.name}”, on another machine: this data directory is a copy.",
                remedy="Run `holdfast sync setup`: this machine is paired as a device of its own. The other goes on as before.",
            )
        if state.fingerprint != keys.fingerprint:
            raise WrongKeys(
                "This device has other keys than those it was paired with.",
                remedy="Restore the old ones, or run `holdfast sync setup` to pair it again.",
            )
        return state

    def keep(self, state: HomeState) -> None:
        """Remember `state`. Raises StorageError or DiskFull, and then remembers what it did before."""
        model = _StateModel(
            dev=state.dev,
            fingerprint=state.fingerprint,
            name=state.name,
            at_ms=state.at_ms,
            founding=base64.b64encode(state.founding.document).decode(),
            confirmed=state.confirmed,
            admitted_by=state.admitted_by,
            injected=state.injected,
            handed_on=state.handed_on,
            handed_to=sorted(state.handed_to),
            statements=[one.signed.line for one in state.statements],
        )
        write_private(self._folder / _MEMBERSHIP, model.model_dump_json().encode())

    def vault(self, keys: DeviceKeys, vault: str) -> Vault | None:
        """The secrets of the vault with the id `vault`; None where they are not here, or cannot be read any more."""
        data = read_private(self._folder / _VAULT, _LARGEST)
        if data is None:
            return None
        try:
            return open_vault(data, keys.identity, vault, [keys.signing.public])
        except (CannotDecrypt, DocumentRefused):
            return None

    def keep_vault(self, vault: Vault, keys: DeviceKeys) -> None:
        """Remember `vault`, and put its key of the pseudonyms where redaction looks for it."""
        write_private(self._folder / _VAULT, seal_vault(vault, keys, [keys.identity.recipient]))
        if vault.pseudonyms is not None:
            write_private(self._folder / SHARED_KEY.name, vault.pseudonyms.hex().encode())

    def put_aside(self) -> None:
        """Begin anew; what was remembered is kept beside, under `.old`. The pseudonyms stay as they are."""
        for name in (_MEMBERSHIP, _VAULT):
            data = read_private(self._folder / name, _LARGEST)
            if data is not None:
                write_private(self._folder / f"{name}.old", data)
                (self._folder / name).unlink(missing_ok=True)


def with_statements(state: HomeState, statements: tuple[Statement, ...]) -> HomeState:
    """`state`, remembering `statements` too: those of others as far as there is room, its own always."""
    both = {one.signed.digest: one for one in state.statements}
    room = _MOST_REMEMBERED - sum(len(one.signed.line) for one in state.statements)
    for one in statements:
        if one.signed.digest in both:
            continue
        room -= len(one.signed.line)
        if room >= 0 or one.by in {state.dev, RECOVERY}:
            both[one.signed.digest] = one
    return replace(state, statements=tuple(both.values()))


def _read_state(data: bytes) -> HomeState:
    model = _StateModel.model_validate_json(data)
    return HomeState(
        dev=model.dev,
        fingerprint=model.fingerprint,
        name=model.name,
        at_ms=model.at_ms,
        founding=read_founding(base64.b64decode(model.founding)),
        confirmed=model.confirmed,
        admitted_by=model.admitted_by,
        injected=model.injected,
        handed_on=model.handed_on,
        handed_to=frozenset(model.handed_to),
        statements=tuple(read_statement(read_signed(line.encode(), "member")) for line in model.statements),
    )
