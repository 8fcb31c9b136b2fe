"""What a member does for other devices: admits one by its code, and shuts one out."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from holdfast.errors import UsageError
from holdfast.sharing.access import Access, membership_of, remember
from holdfast.sharing.errors import CodeUnknown, NotAllowed
from holdfast.sharing.members import Member
from holdfast.sharing.pairing_code import confirmation_code, is_same_code, pairing_code
from holdfast.sharing.public_keys import PublicKeys
from holdfast.sharing.statement import MOST_SEGMENTS, MOST_SHUT_OUT, Statement, Verdict, next_number, state
from holdfast.sharing.vault import Vault
from holdfast.sharing.vault_home import VaultHome, with_statements


@dataclass(frozen=True, slots=True)
class Admitted:
    """`member` belongs once `access.publication` is written; its own machine shows the same `confirmation`."""

    member: Member
    confirmation: str
    access: Access


def approve(
    home: VaultHome, access: Access, there: Mapping[str, bytes], code: str, verdict: Verdict, *, at_ms: int
) -> Admitted:
    """Admit the device whose pairing code a person typed, as `verdict` says.

    Raises CodeUnknown when none among those that wait has it, NotAllowed for a teammate's device, StorageError.
    """
    _must_be_own(access)
    vault = access.membership.founding.id
    members = {one.keys: one for one in access.membership.members if one.standing != "revoked"}
    waiting = [announcement.keys for announcement in access.membership.pending]
    # All are compared, whichever it is: how long this takes says nothing.
    fitting = [keys for keys in (*members, *waiting) if is_same_code(pairing_code(keys.fingerprint, vault), code)]
    if not fitting:
        raise CodeUnknown(
            f"No device that waits here has the code {code}.",
            remedy="Compare it with what that device shows. If it is right, its announcement has not come yet, or it was "
            "shown another vault than this one: `holdfast sync status` there must show the same vault as here.",
        )
    keys = fitting[0]
    known = members.get(keys)
    if known is None:
        _must_be_its_own(access, keys, verdict)
    if known is None or (known.standing != "own" and _differs(known, verdict)):
        access = _say(home, access, there, [(keys, verdict)], access.vault, at_ms)
    member = access.membership.signer(keys.ed25519)
    if member is None:
        raise CodeUnknown("That device was admitted and shut out at once.", remedy="See `holdfast sync status`.")
    return Admitted(member, confirmation_code(keys.fingerprint, vault, member.admitted_with), access)


def revoke(
    home: VaultHome,
    access: Access,
    there: Mapping[str, bytes],
    device: str,
    *,
    kept_segments: Collection[str],
    at_ms: int,
) -> Access:
    """Shut out the device whose name, or the beginning of whose id, is `device`: for good, as far as its present keys go.

    Of what it sealed, `kept_segments` (the hashes in their names: what is known to be its own; the first MOST_SEGMENTS) still
    count everywhere. What it could read before it may have kept; nothing that is sealed from now on is encrypted to it. Raises
    UsageError when no one device is meant, NotAllowed, StorageError.
    """
    _must_be_own(access)
    targets = _meant(access, device)
    said = access.state.statements
    vault = access.vault.rotated()
    segments = frozenset(list(kept_segments)[:MOST_SEGMENTS])
    verdicts = [
        (
            member.keys,
            Verdict(
                "own" if member.standing == "own" else "teammate",
                member.project,
                revoked=True,
                kept=frozenset(one.signed.digest for one in said if one.signer == member.keys.ed25519),
                kept_segments=segments,
            ),
        )
        for member in targets
    ]
    return _say(home, access, there, verdicts, vault, at_ms)


def _say(
    home: VaultHome,
    access: Access,
    there: Mapping[str, bytes],
    verdicts: list[tuple[PublicKeys, Verdict]],
    vault: Vault,
    at_ms: int,
) -> Access:
    """State `verdicts`, keep them, and what is to be published then."""
    before, keys = access.state, access.keys
    revoked = sorted(one.keys.ed25519 for one in access.membership.members if one.standing == "revoked")
    shut_out = frozenset(revoked[:MOST_SHUT_OUT])
    statements: list[Statement] = [
        state(
            before.founding.id,
            keys.dev,
            keys.signing,
            about,
            replace(verdict, shut_out=shut_out),
            number=next_number(before.statements, about),
            at_ms=at_ms,
        )
        for about, verdict in verdicts
    ]
    after = with_statements(before, tuple(statements))
    return remember(home, after, keys, membership_of(after, keys, there), vault, there)


def _meant(access: Access, device: str) -> list[Member]:
    there = [member for member in access.membership.members if member.standing != "revoked"]
    found = [one for one in there if one.keys.name == device] or [
        one for one in there if device and one.keys.dev.startswith(device.lower())
    ]
    if len({one.keys.dev for one in found}) != 1:
        names = ", ".join(f"“{one.keys.name}” ({one.keys.dev[:8]})" for one in there)
        raise UsageError(f"“{device}” is not one device of this vault.", remedy=f"There are: {names}.")
    if found[0].keys.dev == access.keys.dev and any(
        one.keys == found[0].keys for one in there if one.keys.ed25519 == access.keys.signing.public
    ):
        raise NotAllowed("A device does not shut itself out.", remedy="Do it on another one, or with the recovery key.")
    return found


def _must_be_its_own(access: Access, keys: PublicKeys, verdict: Verdict) -> None:
    """Raises NotAllowed when the id of the device that asks is somebody else's: whoever has it could write in their series."""
    for one in access.membership.members:
        if one.keys.dev != keys.dev or (one.is_owners and verdict.standing == "own"):
            continue
        if one.is_owners or one.standing != "revoked":
            raise NotAllowed(
                f"“{keys.name}” says that it is the device “{one.keys.name}”, with other keys.",
                remedy="If that teammate's device has new keys, revoke the old ones first. Else somebody tries to write as it.",
            )


def _differs(member: Member, verdict: Verdict) -> bool:
    """Whether a member that is no own device is to become something else than it is."""
    said = (verdict.standing, verdict.project, verdict.injected)
    return said != (member.standing, member.project, member.injected)


def _must_be_own(access: Access) -> None:
    if access.membership.limited_to is not None:
        raise NotAllowed(
            "This device is a teammate's in this vault.",
            remedy="Its owner admits and revokes devices, on one of theirs.",
        )
