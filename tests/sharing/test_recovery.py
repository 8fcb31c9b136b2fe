from pathlib import Path

import pytest

from forged_segment import said
from holdfast.sharing.access import Access
from holdfast.sharing.errors import DeviceRevoked, RecoveryWrong, VaultAway
from holdfast.sharing.founding import found, read_founding
from holdfast.sharing.open_segment import open_segment
from holdfast.sharing.recovery import RecoveryKey, new_recovery_key, read_recovery_key
from holdfast.sharing.setting_up import recover
from holdfast.sharing.signed import DocumentRefused
from paired_devices import NOW, Machine, Place, machine, pair, standings


@pytest.fixture
def place() -> Place:
    return Place()


def recovered(one: Machine, place: Place, recovery: RecoveryKey) -> Access:
    access = recover(one.home, one.keys, place.files, recovery, name=one.name, at_ms=NOW)
    place.take(access.publication)
    return access


def test_with_the_recovery_key_alone_everything_is_read_again(tmp_path: Path, place: Place) -> None:
    lost, fresh = machine(tmp_path, "lost"), machine(tmp_path, "fresh")
    recovery = lost.found(place)
    entries = said(lost.keys.dev, "what was decided")
    sealed = lost.seal(place, entries)

    access = recovered(fresh, place, read_recovery_key(recovery.text))
    opened = open_segment(sealed.name, sealed.data, identity=recovery.identity, membership=access.membership)

    assert list(opened.lines) == entries
    assert standings(fresh.sync(place)) == {"lost": "own", "fresh": "own"}
    assert fresh.sync(place).vault == lost.sync(place).vault
    assert standings(lost.sync(place)) == {"lost": "own", "fresh": "own"}


def test_a_recovered_device_shuts_out_the_stolen_founder_and_admits_others(tmp_path: Path, place: Place) -> None:
    stolen, fresh, phone = (machine(tmp_path, name) for name in ("stolen", "fresh", "phone"))
    recovery = stolen.found(place)
    entries = said(stolen.keys.dev, "before", "after")
    recovered(fresh, place, recovery)

    fresh.revoke(place, "stolen")
    pair(fresh, phone, place)
    again = fresh.seal(place, entries)

    assert standings(phone.sync(place)) == {"stolen": "revoked", "fresh": "own", "phone": "own"}
    assert list(phone.open(place, again.name, again.data).lines) == entries
    with pytest.raises(DeviceRevoked):
        stolen.sync(place)


def test_who_was_shut_out_by_a_thief_gets_in_again_with_new_keys_and_the_recovery_key(
    tmp_path: Path, place: Place
) -> None:
    desktop, laptop, fresh = (machine(tmp_path, name) for name in ("desktop", "laptop", "fresh"))
    recovery = desktop.found(place)
    pair(desktop, laptop, place)
    laptop.revoke(place, "desktop")

    recovered(fresh, place, recovery)
    fresh.revoke(place, "laptop")

    assert standings(fresh.sync(place)) == {"desktop": "revoked", "laptop": "revoked", "fresh": "own"}
    with pytest.raises(DeviceRevoked):
        laptop.sync(place)


def test_recovering_twice_is_recovering_once(tmp_path: Path, place: Place) -> None:
    desktop, fresh = machine(tmp_path, "desktop"), machine(tmp_path, "fresh")
    recovery = desktop.found(place)

    first = recovered(fresh, place, recovery)
    second = recovered(fresh, place, recovery)

    assert standings(first) == standings(second) == {"desktop": "own", "fresh": "own"}
    assert fresh.sync(place).publication.files == {}


@pytest.mark.parametrize("text", ["", "AKEY", "AGE-SECRET-KEY-1QQQQ", "ß" * 74])
def test_what_is_no_recovery_key_is_not_repeated(text: str) -> None:
    with pytest.raises(RecoveryWrong) as refused:
        read_recovery_key(text)

    assert str(refused.value) == (
        "This is no recovery key. It begins with AGE-SECRET-KEY-1 and has 74 characters; type it whole."
    )


def test_a_recovery_key_is_read_however_it_was_written_down() -> None:
    recovery = new_recovery_key()
    groups = " ".join(recovery.text.lower()[at : at + 8] for at in range(0, 74, 8))

    assert read_recovery_key(f"  {groups}\n") == recovery
    assert repr(recovery) == "RecoveryKey()"


def test_the_key_of_another_vault_recovers_nothing(tmp_path: Path, place: Place) -> None:
    machine(tmp_path, "desktop").found(place)

    with pytest.raises(RecoveryWrong, match="not the recovery key of a vault"):
        recovered(machine(tmp_path, "fresh"), place, new_recovery_key())


def test_a_false_vault_cannot_use_the_recovery_key_of_the_true_one(tmp_path: Path, place: Place) -> None:
    desktop, thief = machine(tmp_path, "desktop"), machine(tmp_path, "thief")
    recovery = desktop.found(place)
    false = found(thief.keys, "desktop", new_recovery_key(), NOW)
    public = desktop.sync(place).membership.founding
    mixed = false.document.replace(false.recovery_age.encode(), public.recovery_age.encode()).replace(
        false.recovery_ed25519.encode(), public.recovery_ed25519.encode()
    )
    place.files[false.name] = mixed

    access = recovered(machine(tmp_path, "fresh"), place, recovery)

    assert access.membership.founding.id == public.id
    assert false.name in {one.name for one in machine(tmp_path, "fresh").sync(place).membership.parked}


def test_without_the_vaults_file_there_is_nothing_to_recover_yet(tmp_path: Path, place: Place) -> None:
    recovery = machine(tmp_path, "desktop").found(place)
    place.files = {name: data for name, data in place.files.items() if not name.endswith(".age")}
    fresh = machine(tmp_path, "fresh")

    with pytest.raises(VaultAway):
        recovered(fresh, place, recovery)

    assert fresh.home.state() is None


def test_a_founding_needs_both_signatures(tmp_path: Path) -> None:
    thief = machine(tmp_path, "thief")
    true = found(thief.keys, "x", new_recovery_key(), NOW)
    for field in (b'"sig":"', b'"recovery_sig":"'):
        at = true.document.index(field) + len(field)
        flipped = b"0" if true.document[at : at + 1] != b"0" else b"1"
        with pytest.raises(DocumentRefused, match="signature does not fit"):
            read_founding(true.document[:at] + flipped + true.document[at + 1 :])


@pytest.mark.parametrize(
    "before", [pytest.param("\u00a0", id="a space that JSON does not know"), pytest.param("\x1c", id="a separator")]
)
def test_a_founding_behind_something_else_stops_nobody(tmp_path: Path, place: Place, before: str) -> None:
    desktop = machine(tmp_path, "desktop")
    desktop.found(place)
    name = desktop.sync(place).membership.founding.name

    place.files[name.replace(".json", "x.json")] = before.encode() + place.files[name]

    parked = desktop.sync(place).membership.parked
    assert {one.why for one in parked} == {"it speaks for another device than its name says"}
