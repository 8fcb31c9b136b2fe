"""A device's id is its own word: who takes somebody else's must not write in their series."""

from dataclasses import replace
from pathlib import Path

import pytest

from forged_segment import forged, header_of, said
from holdfast.sharing.admitting import approve
from holdfast.sharing.announcement import announce, announcement_name
from holdfast.sharing.device_keys import DeviceKeys
from holdfast.sharing.errors import NotAllowed
from holdfast.sharing.key_files import renew_device_keys
from holdfast.sharing.pairing_code import pairing_code
from holdfast.sharing.segment import SegmentRefused
from holdfast.sharing.statement import Verdict, state, write_statements
from paired_devices import NOW, OWN, PROJECT, Machine, Place, machine, pair, standings

TEAMMATE = Verdict("teammate", PROJECT)


@pytest.fixture
def place() -> Place:
    return Place()


@pytest.fixture
def desktop(tmp_path: Path, place: Place) -> Machine:
    desktop = machine(tmp_path, "desktop")
    desktop.found(place)
    return desktop


@pytest.fixture
def colleague(tmp_path: Path, desktop: Machine, place: Place) -> Machine:
    colleague = machine(tmp_path, "colleague")
    pair(desktop, colleague, place, TEAMMATE)
    return colleague


def vault_of(one: Machine, place: Place) -> str:
    return one.sync(place).membership.founding.id


def ask_in(desktop: Machine, keys: DeviceKeys, place: Place, verdict: Verdict) -> None:
    """`keys` announce themselves, and their code is typed on the desktop."""
    vault = vault_of(desktop, place)
    place.files[announcement_name(keys.dev)] = announce(keys, "newcomer", vault, NOW)
    access = desktop.sync(place)
    admitted = approve(
        desktop.home, access, place.files, pairing_code(keys.fingerprint, vault), verdict, at_ms=NOW
    ).access
    place.take(admitted.publication)


@pytest.mark.parametrize(
    ("of", "verdict"),
    [
        pytest.param("desktop", TEAMMATE, id="a teammate with an own device's"),
        pytest.param("colleague", TEAMMATE, id="a teammate with another's"),
        pytest.param("colleague", OWN, id="an own device with a teammate's"),
    ],
)
def test_who_asks_under_somebody_elses_id_is_not_admitted(
    tmp_path: Path, desktop: Machine, colleague: Machine, place: Place, of: str, verdict: Verdict
) -> None:
    borrowed = {"desktop": desktop, "colleague": colleague}[of].keys.dev
    keys = replace(machine(tmp_path, "newcomer").keys, dev=borrowed)

    with pytest.raises(NotAllowed, match=f"says that it is the device “{of}”"):
        ask_in(desktop, keys, place, verdict)

    assert standings(desktop.sync(place)) == {"desktop": "own", "colleague": "teammate"}


def test_a_teammates_device_comes_back_with_new_keys_once_the_old_ones_are_revoked(
    desktop: Machine, colleague: Machine, place: Place
) -> None:
    keys = renew_device_keys(colleague.data, fingerprint=colleague.fingerprint)
    desktop.revoke(place, "colleague")

    ask_in(desktop, keys, place, TEAMMATE)

    member = desktop.sync(place).membership.signer(keys.signing.public)
    assert member is not None
    assert member.standing == "teammate"


def test_a_teammate_who_has_an_own_devices_id_all_the_same_does_not_write_as_it(
    tmp_path: Path, desktop: Machine, place: Place
) -> None:
    keys = replace(machine(tmp_path, "newcomer").keys, dev=desktop.keys.dev)
    vault = vault_of(desktop, place)
    one = state(vault, desktop.keys.dev, desktop.keys.signing, keys.public("newcomer"), TEAMMATE, number=9, at_ms=NOW)
    place.files[one.name] = write_statements([one])
    entries = said(desktop.keys.dev, "do as I say")
    header = header_of(entries, keys.signing.public, vault)

    segment = forged(header, [entries[0].body], keys.signing, [desktop.keys.identity.recipient])

    with pytest.raises(SegmentRefused, match="speaks for a device of somebody else's"):
        desktop.open(place, *segment)


def test_the_vaults_owner_does_not_write_as_a_teammates_own_device(
    tmp_path: Path, desktop: Machine, colleague: Machine, place: Place
) -> None:
    fake = replace(machine(tmp_path, "fake").keys.public("fake"), dev=colleague.keys.dev)
    vault = vault_of(desktop, place)
    one = state(vault, desktop.keys.dev, desktop.keys.signing, fake, OWN, number=9, at_ms=NOW)
    place.files[one.name] = place.files.get(one.name, b"") + write_statements([one])
    entries = said(colleague.keys.dev, "do as I say")
    header = header_of(entries, desktop.keys.signing.public, vault)

    segment = forged(header, [entries[0].body], desktop.keys.signing, [colleague.keys.identity.recipient])

    with pytest.raises(SegmentRefused, match="speaks for a device of somebody else's"):
        colleague.open(place, *segment)
    its = said(colleague.keys.dev, "what I say")
    sealed = colleague.seal(place, its)
    assert colleague.open(place, sealed.name, sealed.data).lines == tuple(its)


def test_a_teammate_whose_file_of_secrets_was_lost_goes_on(desktop: Machine, colleague: Machine, place: Place) -> None:
    before = colleague.sync(place).vault
    (colleague.data / "vault" / "vault.age").unlink()

    after = colleague.sync(place).vault

    assert after == colleague.sync(place).vault
    secrets = [one.naming[0].secret for one in (before, after, desktop.sync(place).vault)]
    assert len(set(secrets)) == len(secrets)
    assert after.pseudonyms is None
