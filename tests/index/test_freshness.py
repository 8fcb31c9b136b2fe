"""How soon the index knows: what is open and new before all else, and nothing missed when events are."""

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from holdfast.index.backlog import Backlog
from holdfast.index.chunk_store import INDEX_FILE, ChunkStore
from holdfast.index.index_once import index_once
from holdfast.index.indexer_state import request_folder
from holdfast.index.open_files import prefer, take_preferred
from index_content import IndexContent, index_content
from index_runs import RunningIndexer, eventually, indexer_command

MANY = 500
HELD_S = 3.0


@pytest.fixture
def aged(write: Callable[..., None], workspace: Path) -> list[str]:
    """Files of known ages, newest first, enough of them for helper processes."""
    paths = [f"p{i % 5}/m{i}.py" for i in range(MANY)]
    write({path: f"def of_{i}(): pass\n" for i, path in enumerate(paths)})
    for i, path in enumerate(paths):
        os.utime(workspace / path, (10_000 - i, 10_000 - i))
    return paths


@pytest.fixture
def backlog(workspace: Path, cache: Path) -> Iterator[Backlog]:
    store = ChunkStore.open(cache)
    made = Backlog(workspace, store)
    yield made
    made.close()
    store.close()


@pytest.fixture
def start(workspace: Path, cache: Path, tmp_path: Path) -> Iterator[Callable[..., RunningIndexer]]:
    started: list[RunningIndexer] = []

    def begin(*before: str) -> RunningIndexer:
        started.append(RunningIndexer([*before, *indexer_command(workspace, cache, tmp_path)], cache))
        started[-1].wait_until_idle()
        return started[-1]

    yield begin
    for running in started:
        running.end()


def fresh(workspace: Path, scratch: Path) -> IndexContent:
    shutil.rmtree(scratch / "fresh", ignore_errors=True)
    index_once(workspace, scratch / "fresh", lambda _: None)
    return index_content(scratch / "fresh")


def in_order(cache: Path) -> list[str]:
    """The files of an index in the order in which they were put there."""
    connection = sqlite3.connect(cache / INDEX_FILE)
    rows = connection.execute("SELECT path FROM file ORDER BY id").fetchall()
    connection.close()
    return [path for (path,) in rows]


def never() -> bool:
    return False


def test_open_files_are_committed_first_and_then_the_newest(
    aged: list[str], cache: Path, start: Callable[..., RunningIndexer]
) -> None:
    prefer(cache, [aged[400], aged[300]])
    start()
    others = [path for path in aged if path not in {aged[400], aged[300]}]
    assert in_order(cache) == [aged[400], aged[300], *others]


def test_an_open_file_is_searchable_before_the_first_scan(aged: list[str], cache: Path, backlog: Backlog) -> None:
    backlog.prefer([aged[7]])
    backlog.work(60.0, never)
    assert (in_order(cache), backlog.is_empty) == ([aged[7]], True)


def test_a_saved_file_is_committed_alone_while_others_wait(
    aged: list[str], cache: Path, backlog: Backlog, write: Callable[..., None]
) -> None:
    backlog.rescan()
    backlog.work(0.0, never)
    before = in_order(cache)
    write({"saved.py": "def saved(): pass\n"})
    backlog.notice(["saved.py"])
    backlog.work(60.0, never)
    assert in_order(cache) == [*before, "saved.py"]
    backlog.work(60.0, never)
    assert (set(in_order(cache)), backlog.is_empty) == ({*aged, "saved.py"}, True)


def test_a_folder_that_is_back_with_the_same_files_is_in_the_index(
    cache: Path, backlog: Backlog, write: Callable[..., None], workspace: Path
) -> None:
    write({"f/a.py": "def a(): pass\n", "b.py": "def b(): pass\n"})
    backlog.rescan()
    backlog.work(60.0, never)
    shutil.rmtree(workspace / "f")
    backlog.notice(["f"])
    write({"f/a.py": "def a(): pass\n"})
    backlog.notice(["f/a.py"])
    backlog.work(60.0, never)
    assert sorted(in_order(cache)) == ["b.py", "f/a.py"]


def test_a_folder_that_goes_and_comes_while_its_files_are_cut_is_in_the_index(
    aged: list[str], cache: Path, backlog: Backlog, workspace: Path
) -> None:
    backlog.rescan()
    while backlog.work(60.0, never):
        pass
    for i, path in enumerate(aged):
        os.utime(workspace / path, (20_000 - i, 20_000 - i))
    backlog.rescan()
    backlog.work(0.0, never)  # the newest, which is not in p4
    (workspace / "p4").rename(workspace / "elsewhere")
    backlog.notice(["p4"])
    (workspace / "elsewhere").rename(workspace / "p4")
    while backlog.work(60.0, never):
        pass
    assert sorted(in_order(cache)) == sorted(aged)


def test_many_changes_at_once_are_done_newest_first(aged: list[str], cache: Path, backlog: Backlog) -> None:
    backlog.notice(sorted(aged))
    while backlog.work(60.0, never):
        pass
    assert in_order(cache) == aged


@pytest.mark.parametrize(
    "path",
    [
        ".env",
        "node_modules/x.js",
        "../out/a.py",
        "link/a.py",
        "/etc/hostname",
        "gone.py",
        "",
        ".",
        "p0",
        "a\0",
        "x" * 5_000,
    ],
)
def test_what_does_not_count_is_not_indexed_for_being_open(
    aged: list[str], path: str, cache: Path, backlog: Backlog, write: Callable[..., None], workspace: Path
) -> None:
    write({".env": "SECRET=1", "node_modules/x.js": "let x = 1", "../out/a.py": "x = 1\n"})
    (workspace / "link").symlink_to("../out")
    prefer(cache, [path, aged[3]])
    backlog.prefer(take_preferred(cache))
    backlog.work(60.0, never)
    assert (in_order(cache), backlog.is_empty) == ([aged[3]], True)


def test_the_last_word_of_a_window_counts_and_is_taken_once(cache: Path) -> None:
    prefer(cache, ["a.py"])
    prefer(cache, ["c.py", "b.py", "c.py"])
    assert take_preferred(cache) == ["c.py", "b.py"]
    assert take_preferred(cache) == []
    assert list(request_folder(cache).iterdir()) == []


def test_every_window_is_heard(cache: Path) -> None:
    prefer(cache, ["a.py"])
    (request_folder(cache) / "open.1").write_text('["b.py"]')
    assert sorted(take_preferred(cache)) == ["a.py", "b.py"]


@pytest.mark.parametrize("text", ["", "{", "{}", "[1]", '"a.py"', '["a.py"', "[" * 100_000], ids=lambda text: text[:8])
def test_a_malformed_word_is_passed_over(cache: Path, text: str) -> None:
    (request_folder(cache) / "open.1").write_text(text)
    prefer(cache, ["a.py"])
    assert take_preferred(cache) == ["a.py"]
    assert list(request_folder(cache).iterdir()) == []


def test_preferring_where_nothing_can_be_written_raises_nothing(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file, not a folder")
    prefer(tmp_path / "cache", ["a.py"])
    assert (tmp_path / "cache").read_text() == "a file, not a folder"


def count_slowly(cache: Path, word: str) -> None:
    """Have the indexer take a second or so to count the words of its index, once `word` is among them."""
    ChunkStore.open(cache).close()
    connection = sqlite3.connect(cache / INDEX_FILE)
    numbers = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 5000000) SELECT i FROM n"
    connection.execute(f"CREATE VIEW long AS {numbers}")
    connection.execute(
        f"CREATE TRIGGER slow BEFORE INSERT ON word_count WHEN NEW.word = '{word}' BEGIN SELECT count(*) FROM long; END"  # noqa: S608 - a word of ours
    )
    connection.close()


@pytest.mark.skipif(sys.platform != "linux", reason="fills the queue of inotify")
@pytest.mark.parametrize("is_counting", [False, True], ids=["at rest", "while it counts words"])
def test_events_that_the_system_dropped_are_made_up_for(
    is_counting: bool,  # noqa: FBT001 - a parameter
    write: Callable[..., None],
    workspace: Path,
    cache: Path,
    tmp_path: Path,
    start: Callable[..., RunningIndexer],
) -> None:
    longest = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
    if longest > 100_000:
        pytest.skip(f"the queue of this machine holds {longest} events")
    write({"a.txt": "", "b.txt": "", "c.py": "def first(): pass\n"})
    if is_counting:
        count_slowly(cache, "first")
    indexer = start()
    indexer.hold()
    for _ in range(longest // 2):
        os.utime(workspace / "a.txt")
        os.utime(workspace / "b.txt")
    write({"c.py": "def second(): pass\n", "new/d.py": "def third(): pass\n"})
    time.sleep(HELD_S)
    indexer.let_go()
    expected = fresh(workspace, tmp_path)
    eventually(lambda: index_content(cache) == expected)
    assert index_content(cache) == expected


def test_where_the_limit_of_watches_is_reached_it_says_so_and_polls(
    write: Callable[..., None], workspace: Path, cache: Path, tmp_path: Path, start: Callable[..., RunningIndexer]
) -> None:
    limited = ["unshare", "--user", "--map-root-user", "sh", "-c", 'echo 2 > /proc/sys/user/max_inotify_watches && exec "$@"', "sh"]  # fmt: skip
    if (
        shutil.which("unshare") is None
        or subprocess.run([*limited, "true"], capture_output=True, check=False).returncode
    ):
        pytest.skip("this machine gives no namespace with a limit of its own")
    write({f"p{i}/m.py": "def first(): pass\n" for i in range(5)})
    indexer = start(*limited)
    assert indexer.state().error == (
        "Changes cannot be watched (OS file watch limit reached); looking for them every few seconds instead."
    )
    write({"p3/m.py": "def second(): pass\n", "p9/m.py": "def third(): pass\n"})
    (workspace / "p4/m.py").unlink()
    expected = fresh(workspace, tmp_path)
    eventually(lambda: index_content(cache) == expected)
    assert index_content(cache) == expected
