import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from cursor_notation import at
from holdfast.context.pack import Packed
from holdfast.index.chunk_store import INDEX_FILE, delete_index
from holdfast.locations import Locations
from holdfast.workspace_folder import Workspace, WorkspaceFolder, project_folder
from small_index import SmallIndex


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


@pytest.mark.parametrize("target", [".env", "../outside/.env"])
def test_an_innocent_name_that_leads_to_a_secret_is_one(workspace: Workspace, tmp_path: Path, target: str) -> None:
    (tmp_path / "shop" / "notes.txt").symlink_to(target)

    assert workspace.ignore_reason_of(tmp_path / "shop", "notes.txt") == "secret_file"


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


FILES = {
    "model.py": "class Basket:\n    capacity = 3\n\n    def add_item(self, item):\n        return item\n",
    "till.py": "from model import Basket\r\n\r\ndef cash_up(basket):\r\n    return basket.add_item(None)\r\n",
    **{
        f"more{number}.py": f"def more_{number}(basket):\n    return basket.more_{number + 1}()\n"
        for number in range(60)
    },
}
SALE = "from model import Basket\n\n\ndef sell(basket):\n"
BUDGET = 3_000


@pytest.fixture
def indexed(tmp_path: Path) -> Iterator[tuple[WorkspaceFolder, SmallIndex]]:
    root = tmp_path / "shop"
    folder = WorkspaceFolder(root, Locations(tmp_path / "data", tmp_path / "cache"), manifest_file=None)
    index = SmallIndex(root, folder.directory)
    index.put(FILES)
    yield folder, index
    index.reader.close()
    folder.close()


def gather(folder: WorkspaceFolder, marked: str, previous: Packed | None = None) -> Packed:
    cursor = at(marked, path="sale.py", root=folder.root)
    return folder.gather(cursor, BUDGET, lambda text: len(text.encode()), previous).packed


def test_context_is_lines_that_stand_in_the_folder_s_files(indexed: tuple[WorkspaceFolder, SmallIndex]) -> None:
    folder, index = indexed
    packed = gather(folder, SALE + "    basket.║")

    assert "class Basket:" in [line for block in packed.blocks for line in block.text.split("\n")]
    for block in packed.blocks:
        standing = (index.line(block.path, number) for number in range(block.lines[0], block.lines[1] + 1))
        assert all(line in standing for line in block.text.split("\n"))


def test_at_another_line_of_the_file_the_map_is_the_same(indexed: tuple[WorkspaceFolder, SmallIndex]) -> None:
    folder, _ = indexed
    before = gather(folder, SALE + "    basket.║")
    after = gather(folder, SALE + "    basket.add_item(1)\n    more_3(more_5(║", before)

    assert before.map
    assert after.map == before.map


def test_a_line_that_is_gone_from_a_file_is_gone_from_the_map(indexed: tuple[WorkspaceFolder, SmallIndex]) -> None:
    folder, index = indexed
    packed = gather(folder, SALE + "    basket.║")
    shown = []
    for version in range(3):
        index.put({"model.py": f"class Basket(Version{version}):\n    capacity = 3\n"})
        packed = gather(folder, SALE + "    basket.║", packed)
        shown.append({line for block in packed.blocks for line in block.text.split("\n") if "class" in line})

    assert shown == [{f"class Basket(Version{version}):"} for version in range(3)]


def test_without_an_index_there_is_no_context(indexed: tuple[WorkspaceFolder, SmallIndex]) -> None:
    folder, index = indexed
    before = gather(folder, SALE + "    basket.║")
    delete_index(index.directory)

    assert gather(folder, SALE + "    basket.║", before).blocks == ()


def test_a_damaged_index_is_told_and_typing_goes_on_without_context(
    indexed: tuple[WorkspaceFolder, SmallIndex], caplog: pytest.LogCaptureFixture
) -> None:
    folder, index = indexed
    delete_index(index.directory)
    (index.directory / INDEX_FILE).write_bytes(b"not a database at all" * 500)
    with caplog.at_level(logging.WARNING):
        packed = gather(folder, SALE + "    basket.║")

    assert packed.blocks == ()
    assert "cannot be used" in caplog.text
