"""How a device comes to belong to a vault: it begins one, or waits to be admitted, or replaces what was lost.

Nothing is kept of a new vault before its recovery key was shown, and nothing is sent before a person on this device said that
the machine which admitted it is theirs: a vault that somebody else put into the shared place gets an announcement, and
nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from holdfast.sharing.access import Access, check_standing, enter, find_vaults, membership_of, read_vaults, remember
from holdfast.sharing.device_keys import DeviceKeys
from holdfast.sharing.errors import (
    CopiedDevice,
    NotSetUp,
    RecoveryWrong,
    SeveralVaults,
    VaultAway,
    WrongKeys,
)
from holdfast.sharing.founding import Founding, found
from holdfast.sharing.members import Member
from holdfast.sharing.pairing_code import confirmation_code, pairing_code
from holdfast.sharing.public_keys import shown_name
from holdfast.sharing.publication import Publication, announcement
from holdfast.sharing.recovery import RecoveryKey, new_recovery_key
from holdfast.sharing.statement import RECOVERY, Verdict, next_number
from holdfast.sharing.statement import state as state_verdict
from holdfast.sharing.vault import new_vault
from holdfast.sharing.vault_home import HomeState, VaultHome, with_statements


@dataclass(frozen=True, slots=True)
class NewVault:
    """A vault that could begin. Show `recovery`, let the person prove that they have it, then `begin`."""

    state: HomeState
    recovery: RecoveryKey
    pseudonyms: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Waiting:
    """The device announces itself; a member must be given `code`. `founder` began the vault, as its name says."""

    code: str
    founder: str
    publication: Publication


@dataclass(frozen=True, slots=True)
class Admission:
    """A member admitted this device: `by`, its name or “the recovery key”. Both machines show `confirmation`; a person compares, then `confirm`.

    As a teammate's it is admitted for `project` alone.
    """

    by: str
    confirmation: str
    project: str | None


def set_up(
    home: VaultHome,
    keys: DeviceKeys,
    there: Mapping[str, bytes],
    *,
    name: str,
    at_ms: int,
    pseudonyms: bytes,
    vault: str | None = None,
) -> NewVault | Waiting | Admission | Access:
    """The next step for this device, which a person calls `name`, in the place where the documents `there` lie.

    With no vault there it may begin one, for which redaction goes on with `pseudonyms`; of several, `vault` begins the id of
    the one that is meant. Called again it goes on where it stood. Raises SeveralVaults, DeviceRevoked, and what `enter` raises.
    """
    state = _own_state(home, keys)
    if state is None:
        vaults, _ = find_vaults(there)
        if not vaults:
            recovery = new_recovery_key()
            return NewVault(
                _state(keys, found(keys, shown_name(name), recovery, at_ms), name, at_ms), recovery, pseudonyms
            )
        state = _state(keys, _chosen(vaults, vault), name, at_ms)
        home.keep(state)
    _must_be_ours(state.founding, there)
    if state.confirmed:
        return enter(home, keys, there)
    membership = membership_of(state, keys, there)
    me = membership.signer(keys.signing.public)
    if me is None:
        code = pairing_code(keys.fingerprint, state.founding.id)
        return Waiting(code, state.founding.founder.name, announcement(state, keys, there))
    return _admission(state, keys, me, {one.keys.dev: one.keys.name for one in membership.members})


def begin(home: VaultHome, keys: DeviceKeys, new: NewVault, there: Mapping[str, bytes]) -> Access:
    """Begin the vault; raises StorageError or DiskFull, and it has not begun then.

    Raises SeveralVaults when this device was set up while the recovery key was shown: it must not be one of another vault.
    """
    since = home.state()
    if since is not None:
        raise SeveralVaults(
            f"This machine was set up just now, in the vault that “{since.founding.founder.name}” began.",
            remedy="The recovery key that was just shown belongs to nothing: strike it out.",
        )
    home.keep_vault(new_vault(new.state.founding.id, pseudonyms=new.pseudonyms), keys)
    home.keep(replace(new.state, confirmed=True, admitted_by=keys.signing.public))
    return enter(home, keys, there)


def confirm(
    home: VaultHome, keys: DeviceKeys, there: Mapping[str, bytes], confirmation: str, *, injected: bool = False
) -> Access:
    """The person says that the machine which shows `confirmation` too is theirs, or their teammate's.

    `injected`: in a teammate's vault, whether the sessions there may go into prompts on this device. Raises as `enter` does,
    NotConfirmed also when by now somebody else admitted this device than was asked about.
    """
    state = home.state_of(keys)
    membership = membership_of(state, keys, there)
    me = membership.signer(keys.signing.public)
    confirmed = replace(state, confirmed=True, injected=injected)
    check_standing(confirmed, keys, me)
    if me is not None and confirmation != confirmation_code(keys.fingerprint, state.founding.id, me.admitted_with):
        check_standing(state, keys, me)
    admitted_by = me.admitted_with if me is not None else None
    home.keep(with_statements(replace(confirmed, admitted_by=admitted_by), membership.statements))
    return enter(home, keys, there)


def recover(
    home: VaultHome, keys: DeviceKeys, there: Mapping[str, bytes], recovery: RecoveryKey, *, name: str, at_ms: int
) -> Access:
    """Admit this device with the recovery key alone, when no other is left. Raises RecoveryWrong, VaultAway, StorageError.

    Who is a member already stays one: `holdfast sync revoke` those that were lost.
    """
    vaults, _ = find_vaults(there)
    vault = next((one for one in vaults if one.recovery_ed25519 == recovery.signing.public), None)
    if vault is None:
        raise RecoveryWrong(
            "This is not the recovery key of a vault in this place.",
            remedy="Compare it with what was written down, and see that the place is the right one and all of it has come.",
        )
    state = _own_state(home, keys)
    is_new = state is None or state.founding.id != vault.id
    if state is None or is_new:
        state = _state(keys, vault, name, at_ms)
    membership = membership_of(state, keys, there)
    handed, _ = read_vaults(membership, recovery.identity, there)
    if not handed:
        # A thief may have shut out whoever wrote it.
        handed, _ = read_vaults(membership, recovery.identity, there, standing="revoked")
    if not handed:
        raise VaultAway(
            "The vault's own file is not in this place.", remedy="Wait until all of it has come, or take another place."
        )
    me = keys.public(state.name)
    number = next_number(membership.statements, me)
    own = state_verdict(vault.id, RECOVERY, recovery.signing, me, Verdict("own"), number=number, at_ms=at_ms)
    state = with_statements(state, (*membership.statements, own))
    state = replace(state, confirmed=True, admitted_by=recovery.signing.public)
    membership = membership_of(state, keys, there)
    check_standing(state, keys, membership.signer(keys.signing.public))
    if is_new:
        home.put_aside()
    secrets = handed[0]
    for other in handed[1:]:
        secrets = secrets.joined(other)
    return remember(home, state, keys, membership, secrets, there)


def _own_state(home: VaultHome, keys: DeviceKeys) -> HomeState | None:
    """What this device remembers; what another machine or older keys set up is put aside."""
    try:
        return home.state_of(keys)
    except NotSetUp:
        return None
    except (CopiedDevice, WrongKeys):
        home.put_aside()
        return None


def _state(keys: DeviceKeys, founding: Founding, name: str, at_ms: int) -> HomeState:
    return HomeState(keys.dev, keys.fingerprint, shown_name(name), at_ms, founding)


def _chosen(vaults: list[Founding], wanted: str | None) -> Founding:
    fitting = [one for one in vaults if one.id.startswith(wanted or "")]
    if len(fitting) == 1:
        return fitting[0]
    listed = ", ".join(f"{one.id[:12]} (begun by “{one.founder.name}”)" for one in vaults)
    raise SeveralVaults(
        f"{len(vaults)} vaults lie here: {listed}.",
        remedy="Say which with `--vault ID`; a device that belongs to it shows its id in `holdfast sync status`.",
    )


def _must_be_ours(founding: Founding, there: Mapping[str, bytes]) -> None:
    """Raises SeveralVaults where only others' vaults lie: nothing of this one goes beside them unasked."""
    vaults, _ = find_vaults(there)
    if vaults and founding.id not in {one.id for one in vaults}:
        names = ", ".join(f"“{one.founder.name}”" for one in vaults)
        raise SeveralVaults(
            f"A vault that {names} began lies here, and this device belongs to another, begun by “{founding.founder.name}”.",
            remedy="Take an empty place. To leave the present vault for this one: `holdfast sync setup --leave`.",
        )


def _admission(state: HomeState, keys: DeviceKeys, me: Member, names: Mapping[str, str]) -> Admission:
    check_standing(replace(state, confirmed=True), keys, me)
    confirmation = confirmation_code(keys.fingerprint, state.founding.id, me.admitted_with)
    by = "the recovery key" if me.admitted_by == RECOVERY else names.get(me.admitted_by, me.admitted_by)
    return Admission(by, confirmation, me.project)
