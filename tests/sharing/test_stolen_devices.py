"""What a thief can do with the keys of a device that belongs: read, and lie, until it is shut out; not lock the others out."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from holdfast.sessions.entries.canonical_json import JsonObject
from holdfast.sharing.access import Access
from holdfast.sharing.age import encrypt
from holdfast.sharing.errors import RecoveryWrong, VaultAway
from holdfast.sharing.founding import Founding
from holdfast.sharing.pairing_code import pairing_code
from holdfast.sharing.public_keys import PublicKeys
from holdfast.sharing.recovery import RecoveryKey, new_recovery_key
from holdfast.sharing.setting_up import recover
from holdfast.sharing.signed import sign_document
from holdfast.sharing.statement import (
    LARGEST_NUMBER,
    MOST_SAID,
    MOST_SEGMENTS,
    Statement,
    Verdict,
    state,
    write_statements,
)
from holdfast.sharing.vault import vault_name
from paired_devices import NOW, OTHER_PROJECT, OWN, PROJECT, Machine, Place, machine, pair, standings

REVOKED = Verdict("own", revoked=True)


@pytest.fixture
def place() -> Place:
    return Place()


@pytest.fixture
def desktop(tmp_path: Path) -> Machine:
    return machine(tmp_path, "desktop")


@pytest.fixture
def recovery(desktop: Machine, place: Place) -> RecoveryKey:
    """The vault's, which the desktop began."""
    return desktop.found(place)


@pytest.fixture
def stolen(tmp_path: Path, desktop: Machine, recovery: RecoveryKey, place: Place) -> Machine:
    assert recovery.text
    stolen = machine(tmp_path, "stolen")
    pair(desktop, stolen, place)
    return stolen


@pytest.fixture
def fresh(tmp_path: Path) -> Machine:
    return machine(tmp_path, "fresh")


def founding(one: Machine, place: Place) -> Founding:
    return one.sync(place).membership.founding


def say(thief: Machine, about: PublicKeys, vault: str, place: Place, verdict: Verdict, number: int = 50) -> Statement:
    one = state(vault, thief.keys.dev, thief.keys.signing, about, verdict, number=number, at_ms=NOW)
    place.files[one.name] = place.files.get(one.name, b"") + write_statements([one])
    return one


def hand_on(thief: Machine, reader: Machine, place: Place, secrets: Sequence[tuple[int, str]]) -> None:
    """A vault file of the thief's with these generations and secrets."""
    body: JsonObject = {
        "vault": founding(reader, place).id,
        "signer": thief.keys.signing.public,
        "naming": [{"generation": generation, "secret": secret} for generation, secret in secrets],
        "pseudonyms": None,
    }
    line = sign_document("secrets", body, thief.keys.signing).line.encode()
    place.files[vault_name(thief.keys.dev, 9)] = encrypt(line, [reader.keys.identity.recipient])


def recovered(one: Machine, place: Place, recovery: RecoveryKey) -> Access:
    access = recover(one.home, one.keys, place.files, recovery, name=one.name, at_ms=NOW)
    place.take(access.publication)
    return access


def test_after_the_last_number_there_is_a_thief_can_still_be_shut_out(
    desktop: Machine, stolen: Machine, fresh: Machine, place: Place
) -> None:
    vault = founding(desktop, place).id
    for one in (desktop, stolen):
        say(stolen, one.keys.public("x"), vault, place, OWN, LARGEST_NUMBER)
    desktop.sync(place)

    desktop.revoke(place, "stolen")
    pair(desktop, fresh, place)

    assert standings(fresh.sync(place)) == {"desktop": "own", "stolen": "revoked", "fresh": "own"}


def test_what_a_thief_says_of_one_device_does_not_have_the_last_word_on_another(
    desktop: Machine, stolen: Machine, fresh: Machine, place: Place
) -> None:
    say(stolen, desktop.keys.public("x"), founding(desktop, place).id, place, OWN, LARGEST_NUMBER)
    pair(desktop, fresh, place, Verdict("teammate", PROJECT))

    code = pairing_code(fresh.keys.fingerprint, founding(desktop, place).id)
    again = desktop.approve(place, code, Verdict("teammate", OTHER_PROJECT))

    assert again.member.project == OTHER_PROJECT


def test_nobody_shuts_out_the_recovery_key(
    desktop: Machine, recovery: RecoveryKey, stolen: Machine, fresh: Machine, place: Place
) -> None:
    begun = founding(desktop, place)
    its = PublicKeys("e" * 32, begun.recovery_age, begun.recovery_ed25519, "recovery")
    say(stolen, its, begun.id, place, REVOKED)
    shut_out = frozenset([begun.recovery_ed25519])
    say(stolen, desktop.keys.public("x"), begun.id, place, Verdict("own", shut_out=shut_out))

    assert standings(recovered(fresh, place, recovery))["fresh"] == "own"
    assert standings(desktop.sync(place))["fresh"] == "own"


def test_the_recovery_key_opens_a_vault_whose_other_devices_a_thief_shut_out(
    desktop: Machine, recovery: RecoveryKey, stolen: Machine, fresh: Machine, place: Place
) -> None:
    before = desktop.sync(place).vault
    stolen.revoke(place, "desktop")
    for name in [name for name in place.files if name.startswith(f"v1/vault/{stolen.keys.dev}")]:
        del place.files[name]

    access = recovered(fresh, place, recovery)

    assert standings(access) == {"desktop": "revoked", "stolen": "own", "fresh": "own"}
    assert access.vault == before
    assert standings(fresh.revoke(place, "stolen"))["stolen"] == "revoked"


@pytest.mark.parametrize(
    "secrets",
    [
        pytest.param([(2**31 - 1, "0" * 64)], id="the last generation there is"),
        pytest.param([(n, f"{n:064x}") for n in range(1000)], id="as many as there can be"),
    ],
)
def test_secrets_that_a_thief_hands_on_do_not_end_the_vault(
    desktop: Machine, stolen: Machine, fresh: Machine, place: Place, secrets: Sequence[tuple[int, str]]
) -> None:
    before = desktop.sync(place).vault
    hand_on(stolen, desktop, place, secrets)
    assert {one.secret for one in before.naming} < {one.secret for one in desktop.sync(place).vault.naming}

    desktop.revoke(place, "stolen")
    known = {bytes.fromhex(secret) for _, secret in secrets}
    after = desktop.sync(place).vault
    pair(desktop, fresh, place)

    assert after.naming[0].secret not in known
    assert after == desktop.sync(place).vault == fresh.sync(place).vault


def test_generations_are_one_for_all_whoever_counted_them(desktop: Machine, place: Place, stolen: Machine) -> None:
    hand_on(stolen, desktop, place, [(2**31 - 1, "0" * 64)])
    one = desktop.sync(place).vault
    other = one.rotated()

    assert one.joined(other) == other.joined(one) == other


def test_what_a_thief_says_is_heard_up_to_a_point(desktop: Machine, stolen: Machine, place: Place) -> None:
    vault = founding(desktop, place).id
    lines: dict[str, list[str]] = {}
    for n in range(MOST_SAID + 20):
        about = replace(desktop.keys.public("x"), dev=f"{n % 3:032x}")
        one = state(vault, stolen.keys.dev, stolen.keys.signing, about, OWN, number=n, at_ms=NOW)
        lines.setdefault(one.name, []).append(f"{one.signed.line}\n")
    place.files.update({name: "".join(said).encode() for name, said in lines.items()})

    access = desktop.sync(place)

    assert len([one for one in access.state.statements if one.by == stolen.keys.dev]) == MOST_SAID
    assert "who signed it has said more than any device has to say" in {one.why for one in access.membership.parked}
    desktop.revoke(place, "stolen")
    assert standings(desktop.sync(place))["stolen"] == "revoked"


def test_a_device_that_sealed_very_much_is_shut_out_all_the_same(
    desktop: Machine, stolen: Machine, fresh: Machine, place: Place
) -> None:
    desktop.revoke(place, "stolen", *[f"{n:032x}" for n in range(40_000)])

    member = desktop.sync(place).membership.signer(stolen.keys.signing.public)
    assert member is not None
    assert member.kept_segments == {f"{n:032x}" for n in range(MOST_SEGMENTS)}
    pair(desktop, fresh, place)
    assert standings(fresh.sync(place))["stolen"] == "revoked"


def test_an_admission_carries_nothing_that_only_a_revocation_does(
    desktop: Machine, stolen: Machine, fresh: Machine, place: Place
) -> None:
    good = say(stolen, fresh.keys.public("fresh"), founding(desktop, place).id, place, OWN)
    body = {**good.signed.body, "kept": ["0" * 64]}
    place.files[good.name] = sign_document("member", body, stolen.keys.signing).line.encode()

    assert {one.why for one in desktop.sync(place).membership.parked} == {"it lists what only a revocation does"}


def test_a_device_stays_in_its_vault_where_the_recovery_of_another_does_not_work(
    recovery: RecoveryKey, fresh: Machine, place: Place
) -> None:
    elsewhere = Place()
    fresh.found(elsewhere)
    for name in [name for name in place.files if name.endswith(".age")]:
        del place.files[name]

    with pytest.raises(VaultAway):
        recover(fresh.home, fresh.keys, place.files, recovery, name="fresh", at_ms=NOW)
    with pytest.raises(RecoveryWrong):
        recover(fresh.home, fresh.keys, place.files, new_recovery_key(), name="fresh", at_ms=NOW)

    assert standings(fresh.sync(elsewhere)) == {"fresh": "own"}
