"""Session memory in the prompt: bounded, before the code, kept while it is the same, and gone where it is not wanted."""

import logging
import subprocess
from pathlib import Path

import pytest

from cursor_notation import at
from holdfast.code_chunk import BlockSource, ContextBlock
from holdfast.context.gather import ContextGatherer
from holdfast.context.pack import Packed
from holdfast.context.remember import LABEL, LEAST_TOKENS, MEMORY_SHARE, SessionMemory, memory_block, memory_room
from holdfast.cursor import Cursor
from holdfast.errors import StorageError
from holdfast.index.retrieval.findings import Findings, FoundLine
from holdfast.locations import Locations
from holdfast.sessions.identity.project import find_project
from holdfast.sessions.memory.memory_file import MemoryFile
from holdfast.sessions.memory.rank import Memory
from holdfast.sessions.memory.reader import MemoryReader
from holdfast.workspace_folder import WorkspaceFolder
from remembered import NOW_MS, SESSION, draft, fill, remembered

OTHER = SESSION.replace("0123456789ab", "ba9876543210")
BUDGET = 2_000
RULE = "We decided to use httpx instead of requests."
LATER = "From now on prices are integers, in cents."
LINE = FoundLine("a.py", 7, 3, "def pay_all():", frozenset({"pay_all"}), "pay_all")
CODE = "\n".join(f"def pay_number_{number}(order, price, slot): ..." for number in range(200))


def count(text: str) -> int:
    return max(1, len(text.encode()) // 4)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    subprocess.run(["git", "init", "-q", "-b", "topic", folder], check=True)
    subprocess.run(["git", "-C", folder, "remote", "add", "origin", "https://example.invalid/shop.git"], check=True)
    return folder


@pytest.fixture
def locations(tmp_path: Path) -> Locations:
    (tmp_path / "data").mkdir()
    return Locations(tmp_path / "data", tmp_path / "cache")


def say(root: Path, locations: Locations, *texts: str) -> list[str]:
    project = find_project(root, locations.data)
    return [entry.id for entry in fill(locations.sessions_db, [draft(text) for text in texts], project=project)]


def memory_of(root: Path, locations: Locations, tokens: int = 300) -> SessionMemory:
    reader = MemoryReader(locations.sessions_db, root)
    reader.find_project()
    return SessionMemory(reader, root, tokens)


def gatherer(memory: SessionMemory | None) -> ContextGatherer:
    lines = tuple(
        FoundLine("b.py", 8, number, text, frozenset({text.split("(")[0][4:]}))
        for number, text in enumerate(CODE.split("\n"), 1)
    )
    likely = {"pay_all": 0.9} | {name: 0.5 for line in lines for name in line.names}
    files = {"a.py": 7, "b.py": 8}
    return ContextGatherer(
        lambda _cursor, _held: Findings(likely, likely, {}, (LINE, *lines), files=files), memory=memory
    )


def gather(of: ContextGatherer, cursor: Cursor, previous: Packed | None = None, budget: int = BUDGET) -> Packed:
    return of.gather(cursor, budget, count, previous).packed


def test_before_the_code_with_the_entry_it_is_from(root: Path, locations: Locations) -> None:
    (entry,) = say(root, locations, RULE)
    packed = gather(gatherer(memory_of(root, locations)), at("x = ║"))

    assert [block.path for block in packed.blocks] == [LABEL, *(block.path for block in (*packed.map, *packed.tail))]
    assert packed.map
    assert packed.memory == (
        ContextBlock(
            LABEL,
            (1, 2),
            "memory",
            ("memory",),
            count(packed.memory[0].text),
            f"What earlier sessions settled:\n- 2026-11-18, claude-code, decided: {RULE}",
            (BlockSource(SESSION, entry),),
        ),
    )


def test_as_json_a_block_has_sources_only_where_it_has_some(root: Path, locations: Locations) -> None:
    (entry,) = say(root, locations, RULE)
    first, *others = (block.as_json() for block in gather(gatherer(memory_of(root, locations)), at("║")).blocks)

    assert first["sources"] == [{"session": SESSION, "entry": entry}]
    assert {tuple(other) for other in others} == {("path", "lines", "kind", "found_by", "tokens", "text")}


def test_without_memory_all_is_as_it_was(root: Path, locations: Locations) -> None:
    cursor = at("x = ║")
    without = gather(gatherer(None), cursor)

    assert gather(gatherer(memory_of(root, locations)), cursor).blocks == without.blocks
    say(root, locations, "thanks, that is all")
    assert gather(gatherer(memory_of(root, locations)), cursor).blocks == without.blocks
    say(root, locations, RULE)
    assert gather(gatherer(memory_of(root, locations, tokens=0)), cursor).blocks == without.blocks


def test_the_same_block_wherever_the_cursor_goes_until_something_was_settled(root: Path, locations: Locations) -> None:
    say(root, locations, RULE)
    memory = memory_of(root, locations)
    of = gatherer(memory)
    first = gather(of, at("x = ║"))
    elsewhere = gather(of, at("import httpx\nprices = integers(║)"), first)
    stamp = memory.stamp()
    say(root, locations, LATER)
    later = gather(of, at("x = ║"), elsewhere)

    assert elsewhere.recollection is first.recollection
    assert elsewhere.memory == first.memory
    assert memory.stamp() != stamp
    assert [LATER in block.text for block in (*first.memory, *later.memory)] == [False, True]


def test_the_code_keeps_its_place_where_memory_says_the_same(root: Path, locations: Locations) -> None:
    say(root, locations, RULE)
    of = gatherer(memory_of(root, locations))
    first = gather(of, at("x = ║"))
    say(root, locations, RULE)
    again = gather(of, at("x = ║"), first)

    assert again.recollection is not first.recollection
    assert [block.text for block in again.blocks] == [block.text for block in first.blocks]


@pytest.mark.parametrize("budget", [0, 100, 399, 400, 1_000, 2_000, 8_000])
def test_never_more_than_its_share_and_nothing_of_a_small_budget(root: Path, locations: Locations, budget: int) -> None:
    rules = [
        f"Never use {word} in the {place} module."
        for word in ("eval", "exec", "pickle")
        for place in ("cart", "price", "slot", "page")
    ]
    say(root, locations, *rules)
    packed = gather(gatherer(memory_of(root, locations)), at("x = ║"), budget=budget)

    cost = sum(block.tokens + count(block.path) for block in packed.memory)
    assert cost <= min(300, budget * MEMORY_SHARE)
    assert bool(packed.memory) == (budget * MEMORY_SHARE >= LEAST_TOKENS)
    assert packed.tokens <= max(0, budget)


@pytest.mark.parametrize(
    ("budget", "tokens", "room"),
    [
        (2_000, 300, 300),
        (2_000, 100, 100),
        (1_000, 300, 150),
        (399, 300, 0),
        (2_000, 59, 0),
        (2_000, 0, 0),
        (0, 300, 0),
    ],
    ids=["all", "declared", "share", "small budget", "too few", "off", "no context"],
)
def test_the_room(budget: int, tokens: int, room: int) -> None:
    assert memory_room(budget, tokens) == room


def test_half_of_the_budget_stays_for_code_whatever_the_manifest_takes(root: Path, locations: Locations) -> None:
    say(root, locations, RULE)
    (root / "CLAUDE.md").write_text("# Long\n\n" + "Be brief and say what is meant. " * 120)
    folder = WorkspaceFolder(root, locations, manifest_file="CLAUDE.md", manifest_tokens=BUDGET, memory_tokens=300)
    assert folder.memory is not None
    folder.memory.reader.find_project()
    packed = folder.gather(at("x = ║", root=root), BUDGET, count, None).packed
    small = WorkspaceFolder(root, locations, manifest_file="CLAUDE.md", manifest_tokens=300, memory_tokens=300)
    assert small.memory is not None
    small.memory.reader.find_project()

    assert (bool(packed.manifest), packed.memory) == (True, ())
    assert small.gather(at("x = ║", root=root), BUDGET, count, None).packed.memory != ()
    folder.close()
    small.close()


def test_the_stamp_of_a_folder_changes_with_its_memory(root: Path, locations: Locations) -> None:
    say(root, locations, RULE)
    folder = WorkspaceFolder(root, locations, manifest_file=None, memory_tokens=300)
    without = WorkspaceFolder(root, locations, manifest_file=None)
    assert folder.memory is not None
    folder.memory.reader.find_project()
    before, quiet = folder.stamp("a.py"), without.stamp("a.py")
    say(root, locations, LATER)

    assert folder.stamp("a.py") != before
    assert without.stamp("a.py") == quiet
    assert without.memory is None
    folder.close()
    without.close()


def test_what_matters_here_comes_first_where_there_is_little_room() -> None:
    items = [
        remembered("retry only idempotent requests", days_ago=30),
        remembered("slots are frozen for good", days_ago=1),
    ]
    memory = Memory(items, now_ms=NOW_MS)

    def shown(cursor: Cursor) -> str:
        block = memory_block(memory, cursor, None, NOW_MS, 34, count)
        return block.text if block is not None else ""

    assert ["idempotent" in shown(cursor) for cursor in (at("x = ║"), at("def retry(requests): ║"))] == [False, True]


def test_the_file_for_other_tools_follows_memory_once_it_is_switched_on(root: Path, locations: Locations) -> None:
    say(root, locations, RULE)
    folder = WorkspaceFolder(root, locations, manifest_file=None, memory_tokens=300)
    assert folder.memory is not None
    folder.memory.reader.find_project()
    path = root / ".holdfast" / "memory.md"
    folder.refresh_memory_file()
    seen = [path.exists()]
    MemoryFile(root, locations.data, folder.memory.reader).switch_on()
    folder.refresh_memory_file()
    seen.append(RULE in path.read_text())
    first = path.stat().st_ino
    folder.refresh_memory_file()
    seen.append(path.stat().st_ino == first)
    say(root, locations, LATER)
    folder.refresh_memory_file()
    seen.append(LATER in path.read_text())

    fill(locations.sessions_db, [draft("What is a slot?")], session=OTHER, project=find_project(root, locations.data))
    folder.refresh_memory_file()
    seen.append("What is a slot?" in path.read_text())

    assert seen == [False, True, True, True, True]
    folder.close()


def test_a_log_that_cannot_be_read_leaves_the_file_as_it_is(
    root: Path, locations: Locations, caplog: pytest.LogCaptureFixture
) -> None:
    say(root, locations, RULE)
    folder = WorkspaceFolder(root, locations, manifest_file=None, memory_tokens=300)
    assert folder.memory is not None
    folder.memory.reader.find_project()
    file = MemoryFile(root, locations.data, folder.memory.reader)
    file.switch_on()
    folder.refresh_memory_file()
    locations.sessions_db.write_bytes(b"not a database" * 1_000)
    with caplog.at_level(logging.ERROR):
        folder.refresh_memory_file()
    with pytest.raises(StorageError, match="could not be read"):
        file.write()

    assert RULE in file.path.read_text()
    folder.close()
