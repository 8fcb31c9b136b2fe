"""A teammate's machine: approved for one project, seen as theirs, and nothing else."""

from contextlib import closing
from pathlib import Path

import pytest

from holdfast.sharing.access import enter
from holdfast.sharing.key_files import load_device_keys
from holdfast.sharing.places import Places
from holdfast.sharing.statement import Verdict
from holdfast.sharing.status import SharingStatus, sharing_status
from memory_place import MemoryPlace
from sessions_fixture import rows
from sharing_homes import Home, pair

OURS, OTHER = "a" * 64, "b" * 64


@pytest.fixture
def place() -> MemoryPlace:
    return MemoryPlace("all")


@pytest.fixture
def desk(tmp_path: Path, place: MemoryPlace) -> Home:
    return Home(tmp_path, "desk", [place])


@pytest.fixture
def mate(tmp_path: Path, place: MemoryPlace, desk: Home) -> Home:
    desk.set_up()
    mate = Home(tmp_path, "mate", [place])
    waiting = mate.set_up()
    desk.approve(getattr(waiting, "code", ""), Verdict("teammate", OURS))
    mate.set_up()
    return mate


def status_of(home: Home) -> SharingStatus:
    keys = load_device_keys(home.data, fingerprint=home.fingerprint)
    places = Places(home.places)
    places.refresh()
    access = enter(home.vault, keys, places.documents())
    with closing(home.log()) as log:
        return log.change(lambda connection: sharing_status(connection, places, access, home.never))


def test_only_the_sessions_of_the_project_agreed_on_are_shared_both_ways(desk: Home, mate: Home) -> None:
    desk.record("ours", "about the project", project=OURS)
    desk.record("private", "about something else", project=OTHER)
    desk.record("nowhere", "in no project")
    mate.record("theirs", "their part", project=OURS)
    mate.record("their own", "none of our business", project=OTHER)
    for home in (desk, mate, desk):
        home.sync()

    assert {session for session, *_ in mate.entries()} == {"ours", "theirs", "their own"}
    assert {session for session, *_ in desk.entries()} == {"ours", "private", "nowhere", "theirs"}


def test_a_teammates_sessions_are_known_as_theirs_and_not_for_prompts(desk: Home, mate: Home) -> None:
    mate.record("theirs", "their part", project=OURS)
    mate.sync()
    desk.sync()

    assert rows(desk.data / "sessions.db", "SELECT standing, project, injected FROM device ORDER BY standing") == [
        ("own", None, 1),
        ("teammate", OURS, 0),
    ]


def test_a_teammate_forgets_nothing_of_ours(desk: Home, mate: Home) -> None:
    desk.record("ours", "about the project", project=OURS)
    for home in (desk, mate):
        home.sync()
    mate.forget("ours")
    for home in (mate, desk):
        home.sync()

    assert {session for session, *_ in desk.entries()} == {"ours"}


def test_the_status_says_where_everything_is(tmp_path: Path, place: MemoryPlace, desk: Home, mate: Home) -> None:
    laptop = Home(tmp_path, "laptop", [place])
    waiting = laptop.set_up()
    desk.approve(getattr(waiting, "code", ""))
    laptop.set_up()
    mate.record("theirs", "their part", project=OURS)
    mate.sync()
    desk.record("s1", "shared")
    desk.sync()
    desk.record("s2", "not yet")
    desk.forget("s1")
    Home(tmp_path, "newcomer", [place]).set_up()
    found = status_of(desk)

    assert {one.name: (one.standing, one.is_this, one.entries) for one in found.devices} == {
        "desk": ("own", True, 2),
        "laptop": ("own", False, 0),
        "mate": ("teammate", False, 1),
    }
    assert found.pending == ("newcomer",)
    assert found.unsealed == 2
    assert [(one.session, one.done, one.waiting) for one in found.forgetting] == [("s1", (desk.dev,), (laptop.dev,))]
    assert sorted((one.name, one.heard_ms is not None) for one in found.devices if not one.is_this) == [
        ("laptop", False),
        ("mate", True),
    ]


def test_the_status_says_when_every_machine_has_forgotten(tmp_path: Path, place: MemoryPlace, desk: Home) -> None:
    laptop = Home(tmp_path, "laptop", [place])
    pair(desk, laptop)
    desk.record("s1", "shared")
    for home in (desk, laptop):
        home.sync()
    desk.forget("s1")
    for home in (desk, laptop, desk):
        home.sync()

    assert [(one.session, set(one.done), one.waiting) for one in status_of(desk).forgetting] == [
        ("s1", {desk.dev, laptop.dev}, ())
    ]
