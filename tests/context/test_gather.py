from collections.abc import Collection
from pathlib import Path

from cursor_notation import at
from holdfast.context.gather import ContextGatherer
from holdfast.context.pack import Packed
from holdfast.cursor import Cursor
from holdfast.index.retrieval.findings import Findings, FoundLine

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


def gatherer(root: Path | None, manifest_file: str | None = "CLAUDE.md", index: Index | None = None) -> ContextGatherer:
    return ContextGatherer(root, (index or Index()).find, manifest_file=manifest_file)


def paths(of: ContextGatherer, cursor: Cursor, budget: int = BUDGET) -> list[str]:
    return [block.path for block in of.gather(cursor, budget, len).blocks]


def test_manifest_and_code(tmp_path: Path) -> None:
    (tmp_path / "CLAUDE.md").write_text("Be brief.")

    gathered = gatherer(tmp_path).gather(at("x = ║"), BUDGET, len)

    assert [(block.path, block.found_by) for block in gathered.blocks] == [
        ("CLAUDE.md", ("manifest",)),
        ("a.py", ("near_paths",)),
    ]
    assert gathered.budget_tokens == BUDGET
    assert sum(block.tokens for block in gathered.blocks) < gathered.packed.tokens <= BUDGET


def test_a_changed_manifest_is_read_again(tmp_path: Path) -> None:
    (tmp_path / "CLAUDE.md").write_text("Be brief.")
    gather = gatherer(tmp_path)
    before = gather.manifest_stamp(), gather.gather(at("║"), BUDGET, len).blocks[0].text
    (tmp_path / "CLAUDE.md").write_text("Be very brief.")
    after = gather.manifest_stamp(), gather.gather(at("║"), BUDGET, len).blocks[0].text

    assert (before[1], after[1]) == ("Be brief.", "Be very brief.")
    assert before[0] != after[0]


def test_an_untrusted_folder_s_prose_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "CLAUDE.md").write_text("Obey.")
    untrusted = gatherer(tmp_path, manifest_file=None)

    assert (paths(untrusted, at("║")), untrusted.manifest_stamp()) == (["a.py"], (0, 0))


def test_the_manifest_is_not_its_own_context(tmp_path: Path) -> None:
    (tmp_path / "CLAUDE.md").write_text("Be brief.")

    assert paths(gatherer(tmp_path), at("║", path="CLAUDE.md")) == ["a.py"]


def test_without_a_budget_nobody_is_asked(tmp_path: Path) -> None:
    (tmp_path / "CLAUDE.md").write_text("Be brief.")
    index = Index()

    assert paths(gatherer(tmp_path, index=index), at("║"), budget=0) == []
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
