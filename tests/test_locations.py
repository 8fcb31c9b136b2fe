from pathlib import Path

import pytest

from holdfast import errors
from holdfast.locations import Locations, find_locations, make_private
from holdfast.reasons import PLAIN_REASONS, filtered_by, is_reason


def test_the_environment_names_the_places() -> None:
    found = find_locations({"HOLDFAST_DATA_DIR": "/somewhere/data", "HOLDFAST_CACHE_DIR": "/somewhere/cache"})

    assert found == Locations(data=Path("/somewhere/data"), cache=Path("/somewhere/cache"))
    assert found.sessions_db == Path("/somewhere/data/sessions.db")
    assert found.trusted_folders == Path("/somewhere/data/trusted.json")


def test_empty_variables_mean_the_platform_s_places() -> None:
    assert find_locations({"HOLDFAST_DATA_DIR": "", "HOLDFAST_CACHE_DIR": ""}) == find_locations({})
    assert find_locations({}).data.is_absolute()


def test_relative_places_become_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))

    found = find_locations({"HOLDFAST_DATA_DIR": "data", "HOLDFAST_CACHE_DIR": "~/cache"})

    assert found == Locations(data=tmp_path / "data", cache=tmp_path / "home" / "cache")


def test_one_cache_per_folder_however_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "link").symlink_to("shop")
    locations = Locations(data=tmp_path, cache=tmp_path / "cache")

    places = {locations.workspace_cache(tmp_path / written) for written in ("shop", "link", "shop/../shop", "shop/./")}

    assert len(places) == 1
    assert locations.workspace_cache(tmp_path) not in places


def test_a_private_directory_is_made_with_its_parents(tmp_path: Path) -> None:
    place = tmp_path / "a" / "b"

    assert make_private(place) == make_private(place) == place
    assert place.stat().st_mode & 0o777 == 0o700


def test_a_directory_that_cannot_be_made_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(errors.StorageError) as raised:
        make_private(tmp_path / "file" / "folder")

    assert "HOLDFAST_DATA_DIR" in raised.value.remedy


def every_error(kind: type[errors.HoldfastError]) -> list[type[errors.HoldfastError]]:
    """The tree of `errors.py`; a folder's own errors, whichever are imported by now, are its own tests' matter."""
    children = [child for child in kind.__subclasses__() if child.__module__ == errors.__name__]
    return [kind, *(deeper for child in children for deeper in every_error(child))]


@pytest.mark.parametrize("kind", every_error(errors.HoldfastError), ids=lambda kind: kind.__name__)
def test_every_error_has_a_known_reason_and_says_its_remedy(kind: type[errors.HoldfastError]) -> None:
    assert kind.reason in PLAIN_REASONS
    assert str(kind("It broke.", remedy="Mend it.")) == "It broke. Mend it."
    assert str(kind("It broke.")) == "It broke."
    assert not (kind.is_transient and not issubclass(kind, errors.ServerError))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("paused", True), (filtered_by("trim_end"), True), ("filtered:", False), ("", False), ("nonsense", False)],
)
def test_the_closed_list_of_reasons(text: str, *, expected: bool) -> None:
    assert is_reason(text) is expected


def test_every_folder_on_the_way_is_private(tmp_path: Path) -> None:
    made = make_private(tmp_path / "cache" / "workspaces" / "abc")
    modes = [place.stat().st_mode & 0o777 for place in (made, made.parent, made.parent.parent)]
    assert modes == [0o700, 0o700, 0o700]
