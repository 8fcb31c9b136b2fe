"""What a machine recorded that is lost, shut out or long off reaches the ones that come after it."""

from pathlib import Path

import pytest

from holdfast.sharing.key_files import load_device_keys
from holdfast.sharing.places import Places
from holdfast.sharing.plan import tag_of
from holdfast.sharing.recovery import RecoveryKey
from holdfast.sharing.segment import segment_name
from holdfast.sharing.setting_up import NewVault, Waiting, recover
from memory_place import MemoryPlace
from sharing_homes import Home, pair

DAY_MS = 24 * 3600 * 1000


@pytest.fixture
def place() -> MemoryPlace:
    return MemoryPlace("all")


def admit(member: Home, name: str) -> Home:
    newcomer = Home(member.folder, name, member.places)
    waiting = newcomer.set_up()
    assert isinstance(waiting, Waiting)
    member.approve(waiting.code)
    newcomer.set_up()
    return newcomer


def test_a_new_laptop_gets_what_the_lost_one_recorded(tmp_path: Path, place: MemoryPlace) -> None:
    desk, lost = Home(tmp_path, "desk", [place]), Home(tmp_path, "lost", [place])
    pair(desk, lost)
    lost.record("s1", "said on the lost one", end=True)
    lost.record("s2", "and this")
    lost.sync()
    desk.sync()
    hashes = [found.hash for name in place.names("v1/series/") if (found := segment_name(name))]
    desk.revoke("lost", hashes)
    new = admit(desk, "new")
    desk.change("UPDATE heard SET at_ms = 0")
    for home in (desk, new, desk, new):
        home.sync()

    assert new.entries() == desk.entries()
    assert len(new.entries()) == 3
    assert new.problems() == []


@pytest.mark.parametrize(("days", "gets"), [(1, 0), (30, 1)], ids=["heard of yesterday", "silent for a month"])
def test_a_machine_that_is_off_is_waited_for_a_week(tmp_path: Path, place: MemoryPlace, days: int, gets: int) -> None:
    desk, off = Home(tmp_path, "desk", [place]), Home(tmp_path, "off", [place])
    pair(desk, off)
    off.record("s1", "said before it was switched off")
    off.sync()
    desk.sync()
    new = admit(desk, "new")
    desk.change("UPDATE heard SET at_ms = at_ms - ?", str(days * DAY_MS))
    desk.sync()
    new.sync()
    before = len(place.names("v1/series/"))
    desk.sync()

    assert len(new.entries()) == gets
    assert len(place.names("v1/series/")) == before


def test_what_is_passed_on_and_then_forgotten_goes_too(tmp_path: Path, place: MemoryPlace) -> None:
    desk, lost = Home(tmp_path, "desk", [place]), Home(tmp_path, "lost", [place])
    pair(desk, lost)
    lost.record("s1", "said on the lost one")
    lost.sync()
    desk.sync()
    new = admit(desk, "new")
    desk.change("UPDATE heard SET at_ms = 0")
    desk.sync()
    new.sync()
    new.forget("s1")
    for home in (new, desk, new):
        home.sync()

    assert desk.entries() == new.entries() == set()
    assert len({tag_of(name) for name in place.names("v1/series/")}) == 2


def test_when_all_machines_are_lost_the_recovery_key_brings_everything_back(tmp_path: Path, place: MemoryPlace) -> None:
    desk = Home(tmp_path, "desk", [place])
    step = desk.set_up()
    assert isinstance(step, NewVault)
    desk.record("s1", "said before the fire")
    desk.sync()
    new = Home(tmp_path, "new", [place])
    key = RecoveryKey(step.recovery.identity)
    keys = load_device_keys(new.data, fingerprint=new.fingerprint)
    recover(new.vault, keys, Places([place]).documents(), key, name="new", at_ms=1)
    report = new.sync(recovery=key.identity)

    assert report.received == {desk.dev: 1}
    assert new.entries() == desk.entries()
