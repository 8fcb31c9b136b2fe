"""The door to everything that is shared: what a device may do, checked before anything is sent or taken in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from holdfast.sharing.age import AgeIdentity, CannotDecrypt
from holdfast.sharing.device_keys import DeviceKeys
from holdfast.sharing.errors import DeviceRevoked, NotAdmitted, NotConfirmed, VaultAway
from holdfast.sharing.founding import VAULTS, Founding, read_founding
from holdfast.sharing.members import Member, Membership, Parked, read_membership
from holdfast.sharing.pairing_code import confirmation_code, pairing_code
from holdfast.sharing.publication import Publication, publish
from holdfast.sharing.signed import DocumentRefused
from holdfast.sharing.vault import Vault, new_vault, open_vault
from holdfast.sharing.vault_home import HomeState, VaultHome, with_statements

DOCUMENTS = ("v1/devices/", "v1/approvals/", "v1/vault/")
"""What the names of all files begin with that this module and those beside it are given: everything but segments."""


@dataclass(frozen=True, slots=True)
class Access:
    """A member's: who belongs as it sees them, the vault's secrets, and what it still has to write there."""

    keys: DeviceKeys
    state: HomeState
    membership: Membership
    vault: Vault
    publication: Publication


def enter(home: VaultHome, keys: DeviceKeys, there: Mapping[str, bytes]) -> Access:
    """Access for the device with `keys`, given the documents `there` are; what is new of them is remembered.

    Raises NotSetUp, CopiedDevice, WrongKeys, NotAdmitted, NotConfirmed, DeviceRevoked, VaultAway, StorageError. Until it
    returns, nothing but the announcement of this device may leave.
    """
    state = home.state_of(keys)
    whole = membership_of(state, keys, there)
    me = whole.signer(keys.signing.public)
    check_standing(state, keys, me)
    state = with_statements(state, whole.statements)
    kept = home.vault(keys, state.founding.id)
    handed, refused = ([], []) if me is None or me.standing == "teammate" else read_vaults(whole, keys.identity, there)
    found = [vault for vault in (kept, *handed) if vault is not None]
    if not found and me is not None and me.standing == "teammate":
        # Names of its own series are made with a secret of its own: the vault's is not for teammates.
        found = [new_vault(state.founding.id, pseudonyms=None)]
    if not found:
        raise VaultAway(
            "What the other devices know has not come here yet.", remedy="It comes with the next sync of one of them."
        )
    vault = found[0]
    for other in found[1:]:
        vault = vault.joined(other)
    seen = whole.seen_by(keys.signing.public, injected=state.injected)
    seen = replace(seen, parked=(*seen.parked, *refused, *other_vaults(state.founding, there)))
    return remember(home, state, keys, seen, vault, there)


def remember(
    home: VaultHome, state: HomeState, keys: DeviceKeys, seen: Membership, vault: Vault, there: Mapping[str, bytes]
) -> Access:
    """Keep what is known now, and say what the others must be told; raises StorageError or DiskFull."""
    publication, state = publish(state, keys, seen, vault, there)
    if vault != home.vault(keys, vault.id):
        home.keep_vault(vault, keys)
    if state != home.state():
        home.keep(state)
    return Access(keys, state, seen, vault, publication)


def membership_of(state: HomeState, keys: DeviceKeys, there: Mapping[str, bytes]) -> Membership:
    """Who belongs to the vault of `state`, as nobody in particular sees it."""
    nearest = (keys.signing.public, *state.nearest)
    return read_membership(state.founding, there, known=state.statements, nearest=nearest)


def check_standing(state: HomeState, keys: DeviceKeys, me: Member | None) -> None:
    """Raises what keeps this device, which is `me` among the members, from sharing."""
    vault = state.founding.id
    if me is None:
        code = pairing_code(keys.fingerprint, vault)
        raise NotAdmitted(
            f"“{state.name}” waits to be admitted.",
            remedy=f"On a device that belongs already: `holdfast sync approve {code}`.",
            code=code,
        )
    if me.standing == "revoked":
        raise DeviceRevoked(
            f"“{state.name}” was shut out by another device of this vault.",
            remedy="If that was a mistake: `holdfast sync setup --new-keys`, and approve it again.",
        )
    if not state.confirmed:
        confirmation = confirmation_code(keys.fingerprint, vault, me.admitted_with)
        raise NotConfirmed(
            f"“{state.name}” was admitted. The machine that did it shows {confirmation}, if it is yours.",
            remedy="If it does not, stop here. If it does: `holdfast sync setup` again, and say so.",
            confirmation=confirmation,
        )


def read_vaults(
    membership: Membership,
    identity: AgeIdentity,
    there: Mapping[str, bytes],
    *,
    standing: Literal["own", "revoked"] = "own",
) -> tuple[Sequence[Vault], list[Parked]]:
    """What the owner's devices of `standing` hand on and `identity` can read, and what passes itself off as such."""
    signers = [one.keys.ed25519 for one in membership.members if one.standing == standing and one.is_owners]
    found: list[Vault] = []
    parked: list[Parked] = []
    for name in sorted(name for name in there if name.startswith(VAULTS) and name.endswith(".age")):
        try:
            found.append(open_vault(there[name], identity, membership.founding.id, signers))
        except CannotDecrypt as error:
            if not error.not_for_us:
                parked.append(Parked(name, "it was changed or cut off"))
        except DocumentRefused as error:
            parked.append(Parked(name, error.why))
    return found, parked


def find_vaults(there: Mapping[str, bytes]) -> tuple[list[Founding], list[Parked]]:
    """The vaults that began in this place, and files that pass themselves off as such."""
    found: dict[str, Founding] = {}
    parked: list[Parked] = []
    for name in sorted(name for name in there if name.startswith(VAULTS) and name.endswith(".json")):
        try:
            founding = read_founding(there[name])
        except DocumentRefused as error:
            parked.append(Parked(name, error.why))
            continue
        if founding.name != name:
            parked.append(Parked(name, "it speaks for another device than its name says"))
        else:
            found[founding.id] = founding
    return list(found.values()), parked


def other_vaults(founding: Founding, there: Mapping[str, bytes]) -> list[Parked]:
    """What lies there besides this device's own vault."""
    found, parked = find_vaults(there)
    others = [one for one in found if one.id != founding.id]
    return [*parked, *(Parked(one.name, f"“{one.founder.name}” began another vault here") for one in others)]
