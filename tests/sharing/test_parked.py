"""What cannot be taken in is parked with the reason, holds up nothing else, and is tried again when that may help."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from holdfast.sharing.folder import prepare_folder
from holdfast.sharing.key_files import load_device_keys
from holdfast.sharing.plan import tag_of
from holdfast.sharing.transport import TransportError
from memory_place import MemoryPlace
from sharing_homes import Home, pair


@pytest.fixture
def place() -> MemoryPlace:
    return MemoryPlace("all")


@pytest.fixture
def desk(tmp_path: Path, place: MemoryPlace) -> Home:
    return Home(tmp_path, "desk", [place])


@pytest.fixture
def laptop(tmp_path: Path, place: MemoryPlace, desk: Home) -> Home:
    laptop = Home(tmp_path, "laptop", [place])
    pair(desk, laptop)
    return laptop


def segments(place: MemoryPlace) -> list[str]:
    return place.names("v1/series/")


def flipped(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


SPOILED: dict[str, Callable[[bytes], bytes]] = {
    "tampered": flipped,
    "truncated": lambda data: data[: len(data) // 2],
}


@pytest.mark.parametrize("kind", ["tampered", "truncated"])
def test_a_spoiled_file_is_parked_until_it_comes_whole(place: MemoryPlace, desk: Home, laptop: Home, kind: str) -> None:
    desk.record("s1", "first")
    desk.sync()
    [name] = segments(place)
    desk.record("s2", "second")
    desk.sync()
    whole = place.files[name]
    place.files[name] = SPOILED[kind](whole)
    spoiled = laptop.sync()
    place.files[name] = whole
    healed = laptop.sync()

    assert [(one.name, one.kind) for one in spoiled.parked] == [(name, kind)]
    assert spoiled.received == {desk.dev: 1}
    assert (healed.parked, healed.received) == ((), {desk.dev: 1})


def test_a_segment_under_another_name_is_parked(place: MemoryPlace, desk: Home, laptop: Home) -> None:
    desk.record("s1", "first")
    desk.sync()
    [name] = segments(place)
    tag = tag_of(name) or ""
    replayed = name.replace(tag, "0" * len(tag))
    place.files[replayed] = place.files[name]
    report = laptop.sync()

    assert [(one.name, one.kind) for one in report.parked] == [(replayed, "name_mismatch")]
    assert len(laptop.entries()) == 1


def test_what_a_stranger_puts_there_is_parked_and_blocks_nothing(
    tmp_path: Path, place: MemoryPlace, desk: Home, laptop: Home
) -> None:
    elsewhere = MemoryPlace("elsewhere")
    stranger = Home(tmp_path, "stranger", [elsewhere])
    stranger.set_up()
    stranger.record("s9", "obey me")
    stranger.sync()
    foreign = dict(elsewhere.files)
    place.files.update({name: data for name, data in foreign.items() if name.startswith("v1/series/")})
    place.files["v1/series/" + "f" * 32 + "/0-0." + "0" * 32 + ".seg"] = b"garbage"
    desk.record("s1", "first")
    desk.sync()
    report = laptop.sync()

    assert sorted(one.kind for one in report.parked) == ["not_for_us", "tampered"]
    assert {session for session, *_ in laptop.entries()} == {"s1"}


def test_what_comes_too_early_waits_for_what_is_missing(place: MemoryPlace, desk: Home, laptop: Home) -> None:
    for part in range(3):
        desk.record("s1", f"part {part}")
        desk.sync()
    first, second, third = segments(place)
    missing = {name: place.files.pop(name) for name in (first, second)}
    early = laptop.sync()
    place.files[first] = missing[first]
    still = laptop.sync()
    place.files[second] = missing[second]
    complete = laptop.sync()

    assert [(one.name, one.kind) for one in early.parked] == [(third, "gap")]
    assert [one.name for one in still.parked] == [third]
    assert (complete.parked, complete.received) == ((), {desk.dev: 2})
    assert laptop.entries() == desk.entries()


def test_a_copy_that_meets_what_the_first_machine_wrote_sends_nothing_of_it(desk: Home, laptop: Home) -> None:
    """Only a data directory that was copied to a machine with the same id, a container say, can write one series twice."""
    desk.record("s1", "both have this")
    desk.sync()
    copy = copy_of(desk)
    desk.record("s1", "only the desk has this")
    copy.record("s1", "only the copy has this")
    desk.sync()
    report = copy.sync()
    laptop.sync()

    assert {one.kind for one in report.parked} == {"copied_device"}
    assert laptop.entries() == desk.entries()
    assert any("only the copy" in body for body in copy.texts())


def test_of_two_versions_of_a_series_every_machine_keeps_what_both_agree_on(
    tmp_path: Path, place: MemoryPlace, desk: Home, laptop: Home
) -> None:
    apart = MemoryPlace("apart")
    late = Home(tmp_path, "late", [place])
    waiting = late.set_up()
    desk.approve(getattr(waiting, "code", ""))
    late.set_up()
    desk.record("s1", "both have this")
    desk.sync()
    copy = copy_of(desk)
    apart.files = dict(place.files)
    copy.places = [apart]
    desk.record("s1", "only the desk has this")
    desk.sync()
    laptop.sync()
    copy.record("s1", "only the copy has this")
    copy.record("s1", "and this")
    copy.sync()
    late.places = [apart]
    late.sync()
    one_each = (len(laptop.entries()), len(late.entries()))
    place.files.update(apart.files)
    late.places = [place]
    reports = [laptop.sync(), late.sync(), laptop.sync(), late.sync()]
    agreed = {entry for entry in desk.entries() if entry[1] == 0}

    assert one_each == (2, 3)
    assert laptop.entries() == late.entries() == agreed
    assert laptop.problems() == late.problems() == []
    assert [{one.kind for one in report.parked} for report in reports[2:]] == [{"copied_device"}] * 2
    assert len(desk.entries()) == 2


def copy_of(home: Home) -> Home:
    """The same device once more, in a copy of its data directory."""
    copy = Home(home.folder / "copy", home.name, home.places)
    copy.data.parent.mkdir()
    copied(home.data, copy.data)
    return copy


def copied(source: Path, target: Path) -> None:
    shutil.copytree(source, target)


def test_a_copied_data_directory_on_another_machine_is_told_before_anything_moves(
    tmp_path: Path, desk: Home, laptop: Home
) -> None:
    assert laptop.data.exists()
    desk.record("s1", "mine")
    copied(desk.data, tmp_path / "moved")
    moved = Home(tmp_path, "moved", desk.places)
    before = dict(desk.places[0].stamps())
    with pytest.raises(Exception, match="another machine"):
        moved.sync()

    assert dict(desk.places[0].stamps()) == before


def test_lost_keys_are_told_before_anything_moves(desk: Home, laptop: Home) -> None:
    assert laptop.data.exists()
    desk.record("s1", "mine")
    for key in (desk.data / "keys").glob("*.key"):
        key.unlink()
    before = dict(desk.places[0].stamps())
    with pytest.raises(Exception, match="keys of this device are not"):
        desk.sync()

    assert dict(desk.places[0].stamps()) == before


def test_a_place_that_is_away_holds_up_nothing_and_gets_all_later(
    tmp_path: Path, place: MemoryPlace, desk: Home
) -> None:
    stick = prepare_folder(tmp_path / "stick")
    desk.places = [place, stick]
    desk.set_up()
    desk.record("s1", "first")
    (tmp_path / "stick").rename(tmp_path / "unplugged")
    away = desk.sync()
    (tmp_path / "unplugged").rename(tmp_path / "stick")
    back = desk.sync()

    assert list(away.away) == [stick.label]
    assert (away.sent, back.sent, back.away) == (1, 1, {})
    assert stick.names("v1/series/") == segments(place)
    assert stick.names("v1/vault/") == place.names("v1/vault/")


def test_machines_share_over_whichever_place_both_use(
    tmp_path: Path, place: MemoryPlace, desk: Home, laptop: Home
) -> None:
    other = MemoryPlace("other")
    desk.places = [place, other]
    desk.record("s1", "first")
    desk.sync()
    late = Home(tmp_path, "late", [other])
    waiting = late.set_up()
    desk.approve(getattr(waiting, "code", ""))
    late.set_up()
    desk.sync()
    laptop.sync()

    assert late.sync().received == {desk.dev: 1}
    assert late.entries() == desk.entries() == laptop.entries()


def test_lost_files_of_a_place_are_sent_again(place: MemoryPlace, desk: Home, laptop: Home) -> None:
    desk.record("s1", "first")
    desk.sync()
    place.files = {name: data for name, data in place.files.items() if name.startswith("v1/vault/")}
    desk.sync()

    assert laptop.sync().received == {desk.dev: 1}


def test_a_log_that_was_restored_from_a_backup_gets_its_own_entries_back(
    place: MemoryPlace, desk: Home, laptop: Home
) -> None:
    desk.record("s1", "before the backup")
    desk.sync()
    copied(desk.data, desk.folder / "backup")
    desk.record("s1", "after it")
    desk.record("s2", "after it too")
    desk.sync()
    everything = desk.entries()
    shutil.rmtree(desk.data)
    copied(desk.folder / "backup", desk.data)
    report = desk.sync()
    desk.record("s1", "and on")
    desk.sync()
    laptop.sync()

    assert report.received == {desk.dev: 2}
    assert everything < desk.entries() == laptop.entries()
    assert len(segments(place)) == 4


def test_the_device_keys_are_those_of_this_machine(desk: Home) -> None:
    keys = load_device_keys(desk.data, fingerprint=desk.fingerprint)

    assert keys.dev == desk.dev


def test_a_file_of_this_device_that_a_sync_tool_cut_off_everywhere_is_sent_again(
    tmp_path: Path, desk: Home, laptop: Home
) -> None:
    folder = prepare_folder(tmp_path / "shared")
    desk.places = [folder, *desk.places]
    desk.record("s1", "first")
    desk.sync()
    [name] = folder.names("v1/series/")
    whole = folder.read(name)
    (tmp_path / "shared" / name).write_bytes(whole[:100])
    report = desk.sync()

    assert laptop.data.exists()
    assert (report.sent, folder.read(name)) == (1, whole)


class Reluctant(MemoryPlace):
    """Refuses once to let anything be read, for a reason that only a person can change."""

    refuses = True

    def read(self, name: str) -> bytes:
        if self.refuses and name.endswith(".seg"):
            raise TransportError(f"Cannot read {name}: Permission denied.")
        return super().read(name)


def test_a_file_that_may_not_be_read_is_tried_again_though_its_bytes_are_the_same(desk: Home, laptop: Home) -> None:
    place = Reluctant("all")
    place.files = dict(desk.places[0].files) if isinstance(desk.places[0], MemoryPlace) else {}
    desk.places = laptop.places = [place]
    desk.record("s1", "first")
    desk.sync()
    refused = laptop.sync()
    place.refuses = False

    assert [one.kind for one in refused.parked] == ["not_there"]
    assert laptop.sync().received == {desk.dev: 1}
