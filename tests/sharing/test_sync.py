"""Two and three machines that share over a folder."""

from pathlib import Path

import pytest

from holdfast.sharing.errors import NotAdmitted, NotConfirmed
from holdfast.sharing.folder import prepare_folder
from holdfast.sharing.key_files import renew_device_keys
from holdfast.sharing.setting_up import Waiting
from holdfast.sharing.sync_lock import SyncUnderWay, alone
from sharing_homes import Home, pair

SERIES_LEFT = 4
"""Of two sessions in four series one series is left, and what the three machines say to each other."""


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    return tmp_path / "shared"


def home(tmp_path: Path, name: str) -> Home:
    return Home(tmp_path, name, [prepare_folder(tmp_path / "shared")])


def test_what_one_machine_recorded_another_has(tmp_path: Path) -> None:
    desk, laptop = home(tmp_path, "desk"), home(tmp_path, "laptop")
    pair(desk, laptop)
    desk.record("s1", "we retry three times", end=True)
    laptop.record("s2", "the parser is lazy")
    reports = [machine.sync() for machine in (desk, laptop, desk)]

    assert desk.entries() == laptop.entries()
    assert len(desk.entries()) == 3
    assert [report.sent for report in reports] == [2, 1, 0]
    assert [report.received for report in reports] == [{}, {desk.dev: 2}, {laptop.dev: 1}]
    assert [report.parked for report in reports] == [(), (), ()]
    assert desk.problems() == laptop.problems() == []


def test_a_sync_with_nothing_new_writes_nothing(tmp_path: Path, shared: Path) -> None:
    desk, laptop = home(tmp_path, "desk"), home(tmp_path, "laptop")
    pair(desk, laptop)
    desk.record("s1", "text")
    for machine in (desk, laptop, desk, laptop):
        machine.sync()
    before = {path: path.stat().st_mtime_ns for path in shared.rglob("*")}
    reports = [desk.sync(), laptop.sync()]

    assert [(report.sent, report.received) for report in reports] == [(0, {}), (0, {})]
    assert {path: path.stat().st_mtime_ns for path in shared.rglob("*")} == before


def test_a_session_goes_on_where_it_was_sealed(tmp_path: Path) -> None:
    desk, laptop = home(tmp_path, "desk"), home(tmp_path, "laptop")
    pair(desk, laptop)
    for part in range(4):
        desk.record("s1", f"part {part}")
        desk.sync()
        laptop.sync()

    assert desk.entries() == laptop.entries()
    assert len(laptop.entries()) == 4


def test_a_machine_that_was_not_admitted_sends_nothing_but_its_name(tmp_path: Path, shared: Path) -> None:
    desk, stranger = home(tmp_path, "desk"), home(tmp_path, "stranger")
    desk.set_up()
    desk.record("s1", "secret plans")
    desk.sync()
    stranger.record("s2", "mine")
    waiting = stranger.set_up()
    assert isinstance(waiting, Waiting)
    before = len(list(shared.rglob("*.seg")))
    with pytest.raises(NotAdmitted) as refused:
        stranger.sync()
    desk.approve(waiting.code)
    with pytest.raises(NotConfirmed):
        stranger.sync()

    assert refused.value.code == waiting.code
    assert len(list(shared.rglob("*.seg"))) == before


def test_a_machine_that_comes_later_gets_what_was_there_before(tmp_path: Path) -> None:
    desk, laptop, late = (home(tmp_path, name) for name in ("desk", "laptop", "late"))
    pair(desk, laptop)
    desk.record("s1", "from the desk", end=True)
    laptop.record("s2", "from the laptop")
    for machine in (desk, laptop, desk):
        machine.sync()
    pair_late(desk, late)
    first = late.sync()
    for machine in (desk, laptop, late, desk, laptop):
        machine.sync()

    assert {one.kind for one in first.parked} == {"not_for_us"}
    assert desk.entries() == laptop.entries() == late.entries()
    assert late.sync().parked == ()


def pair_late(member: Home, late: Home) -> None:
    waiting = late.set_up()
    assert isinstance(waiting, Waiting)
    member.approve(waiting.code)
    late.set_up()


def test_what_is_sealed_after_a_revocation_the_revoked_machine_cannot_read(tmp_path: Path) -> None:
    desk, laptop, lost = (home(tmp_path, name) for name in ("desk", "laptop", "lost"))
    pair(desk, laptop, lost)
    desk.record("s1", "before")
    for machine in (desk, laptop, lost, desk):
        machine.sync()
    keys = lost.data / "keys"
    desk.revoke("lost")
    desk.record("s2", "after")
    for machine in (desk, laptop):
        machine.sync()

    assert keys.exists()
    assert desk.entries() == laptop.entries()
    with pytest.raises(Exception, match="shut out"):
        lost.sync()
    assert not any("after" in body for body in lost.texts())


def test_a_project_that_is_never_shared_stays_and_what_was_sent_of_it_goes(tmp_path: Path, shared: Path) -> None:
    desk, laptop = home(tmp_path, "desk"), home(tmp_path, "laptop")
    pair(desk, laptop)
    desk.record("s1", "secret client", project="a" * 64)
    desk.record("s2", "open source", project="b" * 64)
    desk.sync()
    before = len(list(shared.rglob("*.seg")))
    desk.never = frozenset({"a" * 64})
    desk.record("s1", "more of it", project="a" * 64)
    desk.sync()
    laptop.sync()

    assert (before, len(list(shared.rglob("*.seg")))) == (2, 1)
    assert len(laptop.entries()) == 1
    assert len(desk.entries()) == 3


def test_a_forgotten_session_goes_from_every_machine_and_the_folder(tmp_path: Path, shared: Path) -> None:
    desk, laptop, late = (home(tmp_path, name) for name in ("desk", "laptop", "late"))
    pair(desk, laptop, late)
    desk.record("s1", "forget me")
    desk.record("s1/h0123456789abcdef", "forget what the helper said")
    desk.record("s2", "keep me")
    laptop.record("s1", "forget me too")
    for machine in (desk, laptop, desk):
        machine.sync()
    laptop.forget("s1")
    for machine in (laptop, desk, late, laptop, desk):
        machine.sync()

    assert {session for session, *_ in desk.entries() | laptop.entries() | late.entries()} == {"s2"}
    assert desk.entries() == laptop.entries() == late.entries()
    assert desk.record("s1", "again") == desk.record("s1/h0123456789abcdef", "again") == []
    assert desk.problems() == laptop.problems() == late.problems() == []
    assert [path for path in shared.rglob("*.seg") if "forget me" in path.read_text("utf-8", "replace")] == []
    assert len(list((shared / "v1" / "series").iterdir())) == SERIES_LEFT


def test_of_two_syncs_at_once_the_second_says_so(tmp_path: Path) -> None:
    desk = home(tmp_path, "desk")
    desk.set_up()
    with alone(desk.data), pytest.raises(SyncUnderWay):
        desk.sync()

    assert desk.sync().sent == 0


def test_a_machine_that_leaves_for_another_vault_seals_everything_for_that_one(tmp_path: Path) -> None:
    desk, laptop = home(tmp_path, "desk"), home(tmp_path, "laptop")
    pair(desk, laptop)
    laptop.record("s1", "said before")
    laptop.sync()
    elsewhere = prepare_folder(tmp_path / "elsewhere")
    laptop.vault.put_aside()
    laptop.places = [elsewhere]
    tablet = Home(tmp_path, "tablet", [elsewhere])
    pair(laptop, tablet)
    for machine in (laptop, tablet):
        machine.sync()

    assert tablet.entries() == laptop.entries()
    assert tablet.sync().parked == ()


def test_new_keys_are_paired_again_and_go_on(tmp_path: Path) -> None:
    desk, laptop = home(tmp_path, "desk"), home(tmp_path, "laptop")
    pair(desk, laptop)
    laptop.record("s1", "said with the old keys")
    for machine in (laptop, desk):
        machine.sync()
    renew_device_keys(laptop.data, fingerprint=laptop.fingerprint)
    pair_late(desk, laptop)
    laptop.record("s1", "said with the new ones")
    for machine in (laptop, desk, laptop):
        machine.sync()

    assert desk.entries() == laptop.entries()
    assert len(desk.entries()) == 2
