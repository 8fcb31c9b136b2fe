"""What this device has to say in the shared place, and what of it is not there yet."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from holdfast.sharing.age import CannotDecrypt
from holdfast.sharing.announcement import announce, announcement_name
from holdfast.sharing.device_keys import DeviceKeys
from holdfast.sharing.founding import VAULTS
from holdfast.sharing.members import Membership
from holdfast.sharing.signed import DocumentRefused
from holdfast.sharing.statement import RECOVERY, Statement, write_statements
from holdfast.sharing.vault import Vault, open_vault, seal_vault, vault_name
from holdfast.sharing.vault_home import HomeState


@dataclass(frozen=True, slots=True)
class Publication:
    """Files to write, and names of this device's own files to take away."""

    files: Mapping[str, bytes]
    remove: tuple[str, ...] = ()


def announcement(state: HomeState, keys: DeviceKeys, there: Mapping[str, bytes]) -> Publication:
    """All that a device may say that is not a member yet."""
    return Publication(_missing({announcement_name(keys.dev): _announced(state, keys)}, there))


def publish(
    state: HomeState, keys: DeviceKeys, membership: Membership, vault: Vault, there: Mapping[str, bytes]
) -> tuple[Publication, HomeState]:
    """What of this device is missing `there` (or older): its announcement, statements, and the vault for all members.

    The vault is handed on anew when who may read it has changed; the state says so.
    """
    files = {announcement_name(keys.dev): _announced(state, keys)}
    if state.founding.founder.fingerprint == keys.fingerprint:
        files[state.founding.name] = state.founding.document
    mine = [one for one in state.statements if _is_ours(one, keys.dev)]
    for name in {one.name for one in mine}:
        files[name] = write_statements(one for one in mine if one.name == name)
    files = _missing(files, there)
    if membership.limited_to is not None:
        return Publication(files), state
    readers = frozenset(membership.readers("", None))
    if readers != state.handed_to:
        state = replace(state, handed_on=state.handed_on + 1, handed_to=readers)
    name = vault_name(keys.dev, state.handed_on)
    older = [other for other in there if other.startswith(f"{VAULTS}{keys.dev}-") and other != name]
    if not _holds(there.get(name), vault, keys):
        files[name] = seal_vault(vault, keys, sorted(readers))
    return Publication(files, tuple(sorted(older))), state


def _announced(state: HomeState, keys: DeviceKeys) -> bytes:
    return announce(keys, state.name, state.founding.id, state.at_ms)


def _is_ours(statement: Statement, dev: str) -> bool:
    """Whether this device said it, with these keys or older ones, or it is what the recovery key said of this device."""
    return statement.by == dev or (statement.by == RECOVERY and statement.member.dev == dev)


def _holds(data: bytes | None, vault: Vault, keys: DeviceKeys) -> bool:
    """Whether the file hands on what this device knows: it may have been exchanged, or be from before a revocation."""
    if data is None:
        return False
    try:
        return open_vault(data, keys.identity, vault.id, [keys.signing.public]) == vault
    except (CannotDecrypt, DocumentRefused):
        return False


def _missing(files: Mapping[str, bytes], there: Mapping[str, bytes]) -> dict[str, bytes]:
    return {name: data for name, data in files.items() if there.get(name) != data}
