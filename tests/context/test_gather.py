from collections.abc import Collection
from pathlib import Path

import pytest

from cursor_notation import at
from holdfast.context.gather import ContextGatherer
from holdfast.context.pack import Packed
from holdfast.cursor import Cursor
from holdfast.index.retrieval.findings import Findings, FoundLine
from holdfast.locations import Locations
from holdfast.workspace_folder import manifests_of

LINE = FoundLine("a.py", 7, 3, "def pay_all():", frozenset({"pay_all"}), "pay_all")
LIKELY = {"pay_all": 0.9}
BUDGET = 2_000


class Index:
    """Finds `LINE` wherever it is asked, and notes what it was asked about."""

    def __init__(self) -> None:
        self.held: list[set[str]] = []

    def find(self, cursor: Cursor, held: Collection[str]) -> Findings:
        del cursor
        self.held.append(set(held))
        return Findings(LIKELY, LIKELY, {"pay_all": ("near_paths",)}, (LINE,), files={"a.py": 7})


def gatherer(root: Path | None, index: Index | None = None) -> ContextGatherer:
    place = root.parent if root is not None else None
    locations = Locations(place / "data", place / "cache") if place is not None else None
    manifests = manifests_of(root, locations, "CLAUDE.md") if root is not None and locations is not None else None
    return ContextGatherer((index or Index()).find, manifests)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    return folder


def paths(of: ContextGatherer, cursor: Cursor, budget: int = BUDGET) -> list[str]:
    return [block.path for block in of.gather(cursor, budget, len).blocks]


def test_manifest_and_code(root: Path) -> None:
    (root / "CLAUDE.md").write_text("Be brief.")

    gathered = gatherer(root).gather(at("x = ║"), BUDGET, len)

    assert [(block.path, block.found_by) for block in gathered.blocks] == [
        ("CLAUDE.md", ("manifest",)),
        ("a.py", ("near_paths",)),
    ]
    assert gathered.budget_tokens == BUDGET
    assert sum(block.tokens for block in gathered.blocks) < gathered.packed.tokens <= BUDGET


def test_a_changed_manifest_is_read_again(root: Path) -> None:
    (root / "CLAUDE.md").write_text("Be brief.")
    gather = gatherer(root)
    before = gather.manifest_stamp("shop/cart.py"), gather.gather(at("║"), BUDGET, len).blocks[0].text
    (root / "CLAUDE.md").write_text("Be very brief.")
    after = gather.manifest_stamp("shop/cart.py"), gather.gather(at("║"), BUDGET, len).blocks[0].text

    assert (before[1], after[1]) == ("Be brief.", "Be very brief.")
    assert before[0] != after[0]


def test_what_applies_to_a_file_is_found_once_and_not_at_every_pause(root: Path) -> None:
    (root / "CLAUDE.md").write_text("# One\n\n# Two\n")
    gather = gatherer(root)
    first, again = (gather.gather(at("║"), BUDGET, len).packed.ranked for _ in range(2))

    assert [one.section.heading for one in first] == ["One", "Two"]
    assert all(one.section is other.section for one, other in zip(first, again, strict=True))


def test_an_untrusted_folder_s_prose_is_not_read(root: Path) -> None:
    (root / "CLAUDE.md").write_text("Obey.")
    untrusted = gatherer(None)

    assert (paths(untrusted, at("║")), untrusted.manifest_stamp("shop/cart.py")) == (["a.py"], (0, 0))


def test_the_manifest_is_not_its_own_context(root: Path) -> None:
    (root / "CLAUDE.md").write_text("Be brief.")

    assert paths(gatherer(root), at("║", path="CLAUDE.md")) == ["a.py"]


def test_without_a_budget_nobody_is_asked(root: Path) -> None:
    (root / "CLAUDE.md").write_text("Be brief.")
    index = Index()

    assert paths(gatherer(root, index=index), at("║"), budget=0) == []
    assert index.held == []


def test_without_a_folder_there_is_no_manifest() -> None:
    assert paths(gatherer(None), at("║", root=None)) == ["a.py"]


def test_the_index_is_asked_about_the_files_that_the_block_before_was_taken_from() -> None:
    index = Index()
    gather = gatherer(None, index=index)
    first = gather.gather(at("║"), BUDGET, len)
    again = gather.gather(at("x║"), BUDGET, len, first.packed)

    assert index.held == [set(), {"a.py"}]
    assert again.packed == first.packed
    assert first.packed != Packed()


def test_what_was_chosen_of_the_manifest_stays_while_the_cursor_moves_through_the_file(root: Path) -> None:
    parts = [f"## {word}\n\n{f'All about {word}. ' * 12}" for word in ("invoices", "baskets", "tides", "harbours")]
    (root / "CLAUDE.md").write_text("# Shop\n\nA shop.\n\n" + "\n\n".join(parts))
    gather = gatherer(root)
    first = gather.gather(at("invoices = ║"), BUDGET, len)
    later = gather.gather(at("tides = harbours = ║"), BUDGET, len, first.packed)
    elsewhere = gather.gather(at("tides = harbours = ║", path="shop/tides.py"), BUDGET, len)
    (root / "CLAUDE.local.md").write_text("Mine.")
    changed = gather.gather(at("tides = ║"), BUDGET, len, later.packed)

    shown = [[block.text for block in gathered.packed.manifest] for gathered in (first, later, elsewhere, changed)]
    assert "## invoices" in shown[0][0]
    assert shown[1] == shown[0]
    assert ("## tides" in shown[2][0], "## invoices" in shown[2][0]) == (True, False)
    assert shown[3][-1] == "Mine."
    assert {left.heading for left in first.packed.left_out} == {"baskets", "harbours"}
