import json
from pathlib import Path

import pytest

from holdfast.errors import StorageError
from holdfast.locations import Locations
from holdfast.trust import is_trusted, trust, trusted_folders


@pytest.fixture
def locations(tmp_path: Path) -> Locations:
    return Locations(data=tmp_path / "data", cache=tmp_path / "cache")


def test_nothing_is_trusted_at_first(locations: Locations, tmp_path: Path) -> None:
    assert (is_trusted(locations, tmp_path), trusted_folders(locations)) == (False, ())


def test_a_trusted_folder_and_all_below_it(locations: Locations, tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    (shop / "src").mkdir(parents=True)
    trust(locations, shop)

    places = (shop, shop / "src", shop / "not" / "there", tmp_path, tmp_path / "shop2")
    assert [is_trusted(locations, place) for place in places] == [True, True, True, False, False]


def test_a_link_is_the_folder_it_leads_to(locations: Locations, tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "evil").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "shop")
    (tmp_path / "shop" / "out").symlink_to(tmp_path / "evil")
    trust(locations, tmp_path / "link")

    assert is_trusted(locations, tmp_path / "shop")
    assert not is_trusted(locations, tmp_path / "shop" / "out")


def test_trusting_twice_adds_nothing_and_another_keeps_the_first(locations: Locations, tmp_path: Path) -> None:
    for name in ("b", "a", "b"):
        trust(locations, tmp_path / name)

    assert trusted_folders(locations) == (tmp_path / "a", tmp_path / "b")


def test_the_list_is_private_and_no_leftover_lies_beside_it(locations: Locations, tmp_path: Path) -> None:
    trust(locations, tmp_path)

    assert [file.name for file in locations.data.iterdir()] == ["trusted.json"]
    assert locations.data.stat().st_mode & 0o777 == 0o700
    assert locations.trusted_folders.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"null", b'{"folder": true}', b"\xff\xfe", b"[1, null, [], {}]", b'["."]', b"[" * 200_000],
    ids=["empty", "torn", "null", "object", "not-utf-8", "not-texts", "relative", "deep"],
)
def test_a_damaged_list_trusts_nothing_and_can_be_written_again(
    locations: Locations, tmp_path: Path, content: bytes
) -> None:
    locations.data.mkdir()
    locations.trusted_folders.write_bytes(content)

    assert not is_trusted(locations, tmp_path)
    trust(locations, tmp_path)
    assert is_trusted(locations, tmp_path)


def test_what_is_damaged_in_part_keeps_the_rest(locations: Locations, tmp_path: Path) -> None:
    locations.data.mkdir()
    locations.trusted_folders.write_text(json.dumps([str(tmp_path), 3]))

    assert trusted_folders(locations) == (tmp_path,)


def test_a_list_that_cannot_be_written_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    locations = Locations(data=tmp_path / "data", cache=tmp_path)
    locations.trusted_folders.mkdir(parents=True)
    (locations.trusted_folders / "in the way").touch()

    with pytest.raises(StorageError, match="cannot be written") as raised:
        trust(locations, tmp_path)

    assert raised.value.remedy
    assert [file.name for file in locations.data.iterdir()] == ["trusted.json"]


def test_a_data_directory_that_is_a_file_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "data").touch()

    with pytest.raises(StorageError, match="Cannot make the folder"):
        trust(Locations(data=tmp_path / "data", cache=tmp_path), tmp_path)


def test_a_damaged_list_is_kept_when_a_new_one_begins(tmp_path: Path) -> None:
    locations = Locations(data=tmp_path / "data", cache=tmp_path / "cache")
    locations.data.mkdir()
    locations.trusted_folders.write_text('["/home/me/shop", ')
    trust(locations, tmp_path)
    assert trusted_folders(locations) == (tmp_path.resolve(),)
    assert locations.trusted_folders.with_suffix(".damaged").read_text() == '["/home/me/shop", '
