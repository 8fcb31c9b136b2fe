"""A teammate's machine: approved for one project, seen as theirs, and nothing else."""

from contextlib import closing
from pathlib import Path

import pytest

from holdfast.redaction.redactor import RULES_VERSION, Redactor
from holdfast.sessions.entries.entry import read_entry
from holdfast.sessions.log.orders import Orders
from holdfast.sharing.access import enter, membership_of
from holdfast.sharing.clearing import Cleared
from holdfast.sharing.key_files import load_device_keys
from holdfast.sharing.places import Places
from holdfast.sharing.preview import preview
from holdfast.sharing.seal import seal_segment
from holdfast.sharing.segment import Forgotten
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


def test_what_was_forgotten_whole_does_not_hold_up_what_comes_after_it(desk: Home, mate: Home) -> None:
    desk.record("ours", "to be forgotten", project=OURS)
    desk.sync()
    desk.record("ours", "stays", project=OURS)
    desk.sync()
    [wanted] = [body for body in desk.texts() if "to be forgotten" in body]
    with closing(desk.log()) as log:
        Orders(log, desk.dev).forget_entries([read_entry(wanted)])
    desk.sync()
    report = mate.sync()

    assert (report.received, report.parked) == ({desk.dev: 2}, ())
    assert any("stays" in body for body in mate.texts())


def test_a_session_of_several_projects_stays_with_its_teammate_and_holds_up_nothing(desk: Home, mate: Home) -> None:
    mate.record("mixed", "none of our business", project=OTHER)
    mate.record("mixed", "about the project", project=OURS)
    mate.record("theirs", "their part", project=OURS)
    report = mate.sync()
    desk.sync()

    assert report.sent == 1
    assert {session for session, *_ in desk.entries()} == {"theirs"}


def test_what_is_for_the_owner_alone_is_nothing_to_tell_a_teammate(desk: Home, mate: Home) -> None:
    desk.record("private", "about something else", project=OTHER)
    desk.sync()

    assert mate.sync().parked == ()


def test_the_preview_in_anothers_vault_shows_the_one_project(desk: Home, mate: Home) -> None:
    assert desk.data.exists()
    mate.record("theirs", "their part", project=OURS)
    mate.record("their own", "none of our business", project=OTHER)
    keys = load_device_keys(mate.data, fingerprint=mate.fingerprint)
    state = mate.vault.state()
    assert state is not None
    seen = membership_of(state, keys, {}).seen_by(keys.signing.public, injected=False)
    with closing(mate.log()) as log:
        found = log.change(
            lambda connection: preview(connection, mate.dev, Redactor(b"k" * 32), frozenset(), membership=seen)
        )

    assert sorted((one.session, one.is_kept_back) for one in found.sessions) == [("their own", True), ("theirs", False)]


def claim(mate: Home, place: MemoryPlace, entry_id: str) -> None:
    """A segment in which `mate` gives the id of another's entry to one that it says was forgotten."""
    keys = load_device_keys(mate.data, fingerprint=mate.fingerprint)
    places = Places(mate.places)
    places.refresh()
    access = enter(mate.vault, keys, places.documents())
    line = Forgotten(entry_id, mate.dev, "false", 0, None, "01a1ee565e00-0000")
    sealed = seal_segment(
        Cleared((line,), (), {}, RULES_VERSION),
        keys=keys,
        membership=access.membership,
        vault=access.vault,
        project=OURS,
    )
    place.files[sealed.name] = sealed.data


def test_who_claims_anothers_entry_holds_up_nothing(desk: Home, mate: Home, place: MemoryPlace) -> None:
    [entry] = desk.record("ours", "about the project", project=OURS)
    desk.sync()
    mate.record("theirs", "their part", project=OURS)
    mate.sync()
    claim(mate, place, entry)
    report = desk.sync()

    assert (report.received, [one.kind for one in report.parked]) == ({mate.dev: 1}, ["malformed"])
    assert {session for session, *_ in desk.entries()} == {"ours", "theirs"}


def test_an_entry_comes_in_though_another_claimed_it_before(
    tmp_path: Path, desk: Home, mate: Home, place: MemoryPlace
) -> None:
    late = Home(tmp_path, "late", [place])
    desk.approve(getattr(late.set_up(), "code", ""))
    late.set_up()
    [entry] = desk.record("ours", "about the project", project=OURS)
    claim(mate, place, entry)
    late.sync()
    desk.sync()
    report = late.sync()

    assert report.received == {desk.dev: 1}
    assert desk.entries() == late.entries()
    assert desk.problems() == late.problems() == []
