from pathlib import Path

from cursor_notation import at
from holdfast.code_chunk import CodeChunk
from holdfast.context.gather import ContextGatherer
from holdfast.context.pack import FoundChunk
from holdfast.cursor import Cursor


class Found:
    chunk = CodeChunk("a.py", "python", "function", "f", "f", "def f():", 3, 4, "def f():\n    pass")
    found_by = ("names",)


def find(cursor: Cursor) -> tuple[FoundChunk, ...]:
    del cursor
    return (Found(),)


def gatherer(root: Path | None, manifest_file: str | None = "CLAUDE.md") -> ContextGatherer:
    return ContextGatherer(root, find, manifest_file=manifest_file)


def paths(of: ContextGatherer, cursor: Cursor, budget: int = 1000) -> list[str]:
    return [block.path for block in of.gather(cursor, budget, len).blocks]


def test_manifest_and_code(tmp_path: Path) -> None:
    (tmp_path / "CLAUDE.md").write_text("Be brief.")

    gathered = gatherer(tmp_path).gather(at("x = ║"), 1000, len)

    assert [(block.path, block.found_by) for block in gathered.blocks] == [
        ("CLAUDE.md", ("manifest",)),
        ("a.py", ("names",)),
    ]
    assert gathered.budget_tokens == 1000
    assert sum(block.tokens for block in gathered.blocks) < gathered.tokens <= 1000


def test_a_changed_manifest_is_read_again(tmp_path: Path) -> None:
    (tmp_path / "CLAUDE.md").write_text("Be brief.")
    gather = gatherer(tmp_path)
    before = gather.manifest_stamp(), gather.gather(at("║"), 1000, len).blocks[0].text
    (tmp_path / "CLAUDE.md").write_text("Be very brief.")
    after = gather.manifest_stamp(), gather.gather(at("║"), 1000, len).blocks[0].text

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

    assert paths(gatherer(tmp_path), at("║"), budget=0) == []


def test_without_a_folder_there_is_no_manifest() -> None:
    assert paths(gatherer(None), at("║", root=None)) == ["a.py"]
