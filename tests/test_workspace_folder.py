import logging
from pathlib import Path

import pytest

from holdfast.locations import Locations
from holdfast.workspace_folder import Workspace, WorkspaceFolder, project_folder


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / "shop" / "inner").mkdir(parents=True)
    locations = Locations(data=tmp_path / "data", cache=tmp_path / "cache")
    roots = (tmp_path / "shop", tmp_path / "shop" / "inner")
    return Workspace(tuple(WorkspaceFolder(root, locations, manifest_file=None) for root in roots))


def test_a_file_belongs_to_the_deepest_folder_that_holds_it(workspace: Workspace, tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    assert workspace.locate(shop / "a.py") == (shop, "a.py")
    assert workspace.locate(shop / "inner" / "b" / "c.py") == (shop / "inner", "b/c.py")
    assert workspace.locate(tmp_path / "else.py") == (None, "else.py")


def test_a_file_named_through_a_link_belongs_to_the_folder_it_lies_in(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "shop")
    assert workspace.locate(tmp_path / "link" / "a.py") == (tmp_path / "shop", "a.py")


@pytest.mark.parametrize(
    ("path", "reason"),
    [("a.py", None), (".env", "secret_file"), ("node_modules/x.js", "ignored_file"), ("keys/id_rsa", "secret_file")],
)
def test_secrets_and_ignored_files_are_neither_completed_nor_learnt_from(
    workspace: Workspace, tmp_path: Path, path: str, reason: str | None
) -> None:
    assert workspace.ignore_reason_of(tmp_path / "shop", path) == reason


def test_a_secret_outside_of_every_folder_is_one_too(workspace: Workspace) -> None:
    assert workspace.ignore_reason_of(None, ".env") == "secret_file"


@pytest.mark.parametrize(
    ("setting", "expected"),
    [(".", "."), ("app", "app"), ("./app/", "app"), ("missing", "."), ("..", "."), ("/", "."), ("out", ".")],
)
def test_the_project_is_a_folder_inside_the_workspace(
    tmp_path: Path, setting: str, expected: str, caplog: pytest.LogCaptureFixture
) -> None:
    root = tmp_path / "shop"
    (root / "app").mkdir(parents=True)
    (root / "out").symlink_to(tmp_path)
    with caplog.at_level(logging.WARNING):
        assert project_folder(root, setting) == (root / expected).resolve()
    assert ("projectRoot is ignored" in caplog.text) is (expected == "." and setting != ".")
