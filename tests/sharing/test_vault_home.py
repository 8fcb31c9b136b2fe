import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from holdfast.errors import StorageError
from holdfast.sharing.private_file import read_private, write_private
from paired_devices import Machine, Place, machine, pair, standings


@pytest.fixture
def place() -> Place:
    return Place()


@pytest.fixture
def desktop(tmp_path: Path, place: Place) -> Machine:
    desktop = machine(tmp_path, "desktop")
    desktop.found(place)
    return desktop


def test_what_is_remembered_is_for_its_owner_alone(desktop: Machine) -> None:
    folder = desktop.data / "vault"

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir())}

    assert modes == {"vault": 0o700, "membership.json": 0o600, "vault.age": 0o600, "pseudonyms.key": 0o600}


def test_nothing_is_written_where_nothing_is_new(desktop: Machine, place: Place) -> None:
    def times() -> list[int]:
        return [path.stat().st_mtime_ns for path in sorted((desktop.data / "vault").iterdir())]

    before = times()
    desktop.sync(place)

    assert times() == before


def test_secrets_of_the_vault_are_not_shown_when_they_are_printed(desktop: Machine, place: Place) -> None:
    vault = desktop.sync(place).vault

    assert vault.naming[0].secret.hex() not in repr(vault)
    assert repr(vault.naming[0].secret) not in repr(vault)
    assert repr(vault.pseudonyms) not in repr(vault)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda _: b"", id="empty"),
        pytest.param(lambda data: data[: len(data) // 2], id="torn"),
        pytest.param(lambda data: data.replace(b'"statements":[]', b'"statements":["x"]'), id="no statement"),
        pytest.param(lambda data: data.replace(b'"founding":"', b'"founding":"AAAA'), id="no founding"),
        pytest.param(lambda data: data.replace(b'"founding":"', b'"founding":"\xc3\x9f'), id="no base 64"),
    ],
)
def test_a_memory_that_cannot_be_understood_is_an_error_that_leaves_it(
    desktop: Machine, place: Place, damage: Callable[[bytes], bytes]
) -> None:
    path = desktop.data / "vault" / "membership.json"
    damaged = damage(path.read_bytes())
    path.write_bytes(damaged)

    with pytest.raises(StorageError, match="run `holdfast sync setup`"):
        desktop.sync(place)

    assert path.read_bytes() == damaged


def test_what_is_put_aside_is_kept_beside_and_the_marks_of_secrets_stay_the_same(desktop: Machine) -> None:
    folder = desktop.data / "vault"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    desktop.home.put_aside()

    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        "membership.json.old": before["membership.json"],
        "vault.age.old": before["vault.age"],
        "pseudonyms.key": before["pseudonyms.key"],
    }
    assert desktop.home.state() is None


def test_a_vault_file_of_other_secrets_does_not_replace_the_known_ones(
    tmp_path: Path, desktop: Machine, place: Place
) -> None:
    laptop = machine(tmp_path, "laptop")
    pair(desktop, laptop, place)
    [theirs] = [name for name in place.files if name.startswith(f"v1/vault/{laptop.keys.dev}-")]
    rotated = laptop.sync(place).vault.rotated()
    laptop.home.keep_vault(replace(rotated, pseudonyms=bytes(32)), laptop.keys)
    laptop.sync(place)

    vault = desktop.sync(place).vault

    assert theirs in place.files
    assert (vault.naming, vault.pseudonyms) == (rotated.naming, b"desktop".ljust(32))
    assert standings(desktop.sync(place)) == {"desktop": "own", "laptop": "own"}


def test_a_private_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "file"

    write_private(path, b"first")
    write_private(path, b"second")

    assert read_private(path, 6) == b"second"
    assert [one.name for one in path.parent.iterdir()] == ["file"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_private_file_that_cannot_be_used_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "folder" / "inside").mkdir(parents=True)
    (tmp_path / "large").write_bytes(b"12345")

    with pytest.raises(StorageError, match="Cannot read"):
        read_private(tmp_path / "folder", 10)
    with pytest.raises(StorageError, match="Cannot write"):
        write_private(tmp_path / "folder", b"")
    with pytest.raises(StorageError, match="larger than anything"):
        read_private(tmp_path / "large", 4)

    assert read_private(tmp_path / "missing", 4) is None
    assert sorted(one.name for one in tmp_path.iterdir()) == ["folder", "large"]
