"""The indexer as others see it: through index.db and its state file, while it runs in a thread of the test."""

import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from holdfast.index.chunk_reader import ChunkReader
from holdfast.index.chunk_store import INDEX_FILE, ChunkStore
from holdfast.index.index_once import index_once
from holdfast.index.indexer import Indexer
from holdfast.index.indexer_lock import IndexerLock, is_locked
from holdfast.index.indexer_state import IndexerState, read_state, request_rescan
from holdfast.index.source_text import SourceText

PATIENCE_S = 20.0


def eventually(question: Callable[[], object]) -> None:
    """Wait until `question` is true; a test that waits in vain fails at its assertion."""
    until = time.monotonic() + PATIENCE_S
    while not question() and time.monotonic() < until:
        time.sleep(0.01)


class Running:
    """An indexer at work, and the questions tests put to it."""

    def __init__(self, root: Path, cache: Path, settle_s: float) -> None:
        self.cache = cache
        self.settled: list[dict[str, str]] = []
        self.lock = IndexerLock(cache)
        assert self.lock.try_acquire()
        self.indexer = Indexer(root, cache, self._on_settled, settle_s=settle_s)
        self.reader = ChunkReader(cache)
        self.thread = threading.Thread(target=self.indexer.run)
        self.thread.start()

    def _on_settled(self, sources: Iterable[SourceText]) -> None:
        self.settled.append({source.path: source.text for source in sources})

    def where(self, name: str) -> list[str]:
        return sorted(stored.chunk.path for stored in self.reader.definitions_named([name]))

    def state(self) -> IndexerState:
        return read_state(self.cache)

    def wait_until_idle(self) -> None:
        eventually(lambda: self.state().phase == "idle")

    def end(self) -> None:
        self.indexer.stop()
        self.thread.join(PATIENCE_S)
        self.lock.release()
        self.reader.close()
        assert not self.thread.is_alive()


@pytest.fixture
def start(workspace: Path, cache: Path) -> Iterator[Callable[..., Running]]:
    started: list[Running] = []

    def begin(settle_s: float = 0.2) -> Running:
        started.append(Running(workspace, cache, settle_s))
        started[-1].wait_until_idle()
        return started[-1]

    yield begin
    for running in started:
        running.end()


def test_a_workspace_with_no_files_is_indexed_and_idle(start: Callable[..., Running]) -> None:
    running = start()
    assert (running.state().phase, running.state().total, running.state().error) == ("idle", 0, None)
    assert running.reader.totals() == (0, 0, 0)


@pytest.fixture
def _no_room_for_word_counts(cache: Path) -> None:
    """An index on a disk that is full just when words are counted."""
    ChunkStore.open(cache).close()
    connection = sqlite3.connect(cache / INDEX_FILE)
    refused = "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
    connection.execute(f"CREATE TRIGGER no_room BEFORE INSERT ON word_count {refused}")
    connection.close()


@pytest.mark.usefixtures("_no_room_for_word_counts")
def test_no_room_to_count_words_is_no_failure(write: Callable[..., None], start: Callable[..., Running]) -> None:
    write({"a.py": "def first(): pass\n"})
    running = start()
    write({"b.py": "def second(): pass\n"})
    eventually(lambda: running.where("second"))

    assert (running.where("first"), running.where("second")) == (["a.py"], ["b.py"])
    assert (running.state().error, running.reader.names.counts(["second"])) == (None, {"second": 1})


@pytest.mark.usefixtures("_no_room_for_word_counts")
def test_an_index_made_at_once_needs_no_room_for_word_counts(
    workspace: Path, cache: Path, write: Callable[..., None]
) -> None:
    write({"a.py": "def first(): pass\n"})

    assert index_once(workspace, cache, lambda _: None).files == 1


def test_saving_changing_and_deleting_are_noticed(
    workspace: Path, write: Callable[..., None], start: Callable[..., Running]
) -> None:
    write({"a.py": "def first(): pass\n"})
    running = start()
    assert running.where("first") == ["a.py"]
    write({"a.py": "def second(): pass\n", "b.py": "def third(): pass\n"})
    eventually(lambda: running.where("second") and running.where("third") and not running.where("first"))
    assert (running.where("first"), running.where("second"), running.where("third")) == ([], ["a.py"], ["b.py"])
    (workspace / "a.py").unlink()
    (workspace / "b.py").rename(workspace / "c.py")
    eventually(lambda: not running.where("second") and running.where("third") == ["c.py"])
    assert (running.where("second"), running.where("third")) == ([], ["c.py"])


def test_a_file_saved_by_replacing_it_is_noticed(
    workspace: Path, write: Callable[..., None], start: Callable[..., Running]
) -> None:
    write({"a.py": "def first(): pass\n"})
    running = start()
    write({"a.py.tmp": "def second(): pass\n"})
    (workspace / "a.py.tmp").replace(workspace / "a.py")
    eventually(lambda: running.where("second") == ["a.py"])
    assert (running.where("first"), running.where("second")) == ([], ["a.py"])


def test_new_folders_are_indexed_and_watched(
    workspace: Path, write: Callable[..., None], start: Callable[..., Running]
) -> None:
    running = start()
    write({"new/deep/a.py": "def one(): pass\n"})
    eventually(lambda: running.where("one"))
    assert running.where("one") == ["new/deep/a.py"]
    write({"new/deep/a.py": "def two(): pass\n"})
    eventually(lambda: running.where("two"))
    assert running.where("two") == ["new/deep/a.py"]
    shutil.rmtree(workspace / "new")
    eventually(lambda: not running.where("two"))
    assert running.where("two") == []


def test_a_folder_moved_in_and_out_is_noticed(workspace: Path, tmp_path: Path, start: Callable[..., Running]) -> None:
    (tmp_path / "elsewhere/in").mkdir(parents=True)
    (tmp_path / "elsewhere/in/a.py").write_text("def moved(): pass\n")
    running = start()
    (tmp_path / "elsewhere").rename(workspace / "here")
    eventually(lambda: running.where("moved"))
    assert running.where("moved") == ["here/in/a.py"]
    (workspace / "here").rename(tmp_path / "elsewhere")
    eventually(lambda: not running.where("moved"))
    assert running.where("moved") == []


def test_a_changed_ignore_file_is_honoured(
    workspace: Path, write: Callable[..., None], start: Callable[..., Running]
) -> None:
    write({"out/a.py": "def made(): pass\n", "b.py": "def kept(): pass\n"})
    running = start()
    write({".gitignore": "out/\n"})
    eventually(lambda: not running.where("made"))
    assert (running.where("made"), running.where("kept")) == ([], ["b.py"])
    (workspace / ".gitignore").unlink()
    eventually(lambda: running.where("made"))
    assert running.where("made") == ["out/a.py"]


def test_ignored_folders_are_not_watched(
    write: Callable[..., None], start: Callable[..., Running], workspace: Path
) -> None:
    write({"node_modules/x/a.js": "", "src/a.py": "def a(): pass\n"})
    running = start()
    watched = {
        path.relative_to(workspace).as_posix()
        for path in running.indexer._watch._folders
        if path.is_relative_to(workspace)
    }
    assert watched == {".", "src"}


def test_a_git_checkout_is_noticed(
    workspace: Path, write: Callable[..., None], git: Callable[..., str], start: Callable[..., Running]
) -> None:
    git("init", "-q")
    write({"a.py": "def on_main(): pass\n", "gone.py": "def only_main(): pass\n"})
    git("add", ".")
    git("commit", "-qm", "one")
    git("checkout", "-qb", "side")
    write({"a.py": "def on_side(): pass\n", "side/b.py": "def only_side(): pass\n"})
    (workspace / "gone.py").unlink()
    git("add", "-A")
    git("commit", "-qm", "two")
    running = start()
    assert (running.where("on_side"), running.where("only_side")) == (["a.py"], ["side/b.py"])
    git("checkout", "-q", "-")
    eventually(lambda: running.where("only_main") and not running.where("only_side") and running.where("on_main"))
    found = {name: running.where(name) for name in ("on_main", "only_main", "on_side", "only_side")}
    assert found == {"on_main": ["a.py"], "only_main": ["gone.py"], "on_side": [], "only_side": []}


def test_a_deleted_workspace_is_told_and_its_return_noticed(
    workspace: Path, write: Callable[..., None], start: Callable[..., Running]
) -> None:
    write({"a.py": "def first(): pass\n"})
    running = start()
    shutil.rmtree(workspace)
    eventually(lambda: running.state().phase == "failed")
    assert running.state().phase == "failed"
    assert "cannot be read: No such file or directory" in str(running.state().error)
    write({"b.py": "def back(): pass\n"})
    eventually(lambda: running.where("back") and running.state().phase == "idle")
    assert (running.where("first"), running.where("back"), running.state().error) == ([], ["b.py"], None)


def test_a_touched_file_changes_nothing(
    workspace: Path, write: Callable[..., None], start: Callable[..., Running], cache: Path
) -> None:
    write({"a.py": "def a(): pass\n"})
    running = start()
    before = running.state().generation
    (workspace / "a.py").touch()
    token = request_rescan(cache)
    eventually(lambda: running.state().answered_request == token)
    assert (running.state().answered_request, running.state().generation) == (token, before)


def test_a_requested_rescan_finds_what_no_watcher_told(
    write: Callable[..., None], start: Callable[..., Running], cache: Path
) -> None:
    running = start()
    running.indexer._watch.close()  # a file system that sends no events
    write({"a.py": "def silent(): pass\n"})
    token = request_rescan(cache)
    eventually(lambda: running.state().answered_request == token)
    assert running.where("silent") == ["a.py"]


def test_all_texts_are_handed_over_once_settled_and_again_after_changes(
    write: Callable[..., None], start: Callable[..., Running]
) -> None:
    write({"a.py": "x = 1\n", "b.md": "# b\n", ".env": "secret"})
    running = start()
    eventually(lambda: running.settled)
    write({"a.py": "x = 2\n"})
    eventually(lambda: len(running.settled) > 1)
    assert running.settled == [{"a.py": "x = 1\n", "b.md": "# b\n"}, {"a.py": "x = 2\n", "b.md": "# b\n"}]


def test_a_failing_hand_over_does_not_stop_the_indexer(
    workspace: Path, write: Callable[..., None], cache: Path
) -> None:
    called = threading.Event()

    def fail(_: Iterable[SourceText]) -> None:
        called.set()
        raise ValueError("broken")

    indexer = Indexer(workspace, cache, fail, settle_s=0.0)
    thread = threading.Thread(target=indexer.run)
    thread.start()
    assert called.wait(PATIENCE_S)
    write({"a.py": "def after(): pass\n"})
    reader = ChunkReader(cache)
    eventually(lambda: reader.definitions_named(["after"]))
    assert len(reader.definitions_named(["after"])) == 1
    indexer.stop()
    thread.join()
    reader.close()


def test_where_nothing_can_be_watched_it_says_so_and_polls(
    workspace: Path, write: Callable[..., None], cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_more_watches(*_: object) -> None:
        raise OSError(28, "OS file watch limit reached")

    monkeypatch.setattr("holdfast.index.folder_watch._rust_notify.RustNotify", no_more_watches)
    monkeypatch.setattr("holdfast.index.indexer._POLL_S", 0.05)
    running = Running(workspace, cache, 0.2)
    running.wait_until_idle()
    assert "OS file watch limit reached" in str(running.state().error)
    write({"a.py": "def polled(): pass\n"})
    eventually(lambda: running.where("polled"))
    assert running.where("polled") == ["a.py"]
    running.end()


def test_an_index_damaged_while_it_runs_is_built_anew(
    write: Callable[..., None], start: Callable[..., Running]
) -> None:
    write({"a.py": "def a(): pass\n"})
    running = start()
    running.indexer._store._connection.execute("DROP TABLE chunk_words")  # type: ignore[union-attr]
    write({"a.py": "def a(): pass\ndef b(): pass\n"})
    eventually(lambda: running.where("b"))
    assert (running.where("a"), running.where("b")) == (["a.py"], ["a.py"])


def test_indexing_once_tells_what_it_did(workspace: Path, write: Callable[..., None], cache: Path) -> None:
    write({"a.py": "def a(): pass\n", "b.bin": b"\0", "c.min.js": "x", "node_modules/x.js": ""})
    phases: list[str] = []
    summary = index_once(workspace, cache, lambda state: phases.append(state.phase))
    assert (summary.files, summary.chunks, summary.bytes) == (1, 1, 14)
    assert summary.skipped == {"binary": 1, "minified": 1, "vendored": 1}
    assert phases[0] == "scanning"
    assert phases[-1] == "indexing"
    assert (read_state(cache).phase, is_locked(cache)) == ("idle", False)


def test_indexing_once_again_changes_nothing(workspace: Path, write: Callable[..., None], cache: Path) -> None:
    write({"a.py": "def a(): pass\n", "b.bin": b"\0"})
    first = index_once(workspace, cache, lambda _: None)
    generation = read_state(cache).generation
    second = index_once(workspace, cache, lambda _: None)
    assert (second.files, second.chunks, second.skipped) == (first.files, first.chunks, first.skipped)
    assert read_state(cache).generation == generation


def test_indexing_once_asks_the_indexer_that_lives(
    workspace: Path, write: Callable[..., None], start: Callable[..., Running], cache: Path
) -> None:
    running = start()
    running.indexer._watch.close()
    write({"a.py": "def quiet(): pass\n"})
    summary = index_once(workspace, cache, lambda _: None)
    assert (summary.files, running.where("quiet")) == (1, ["a.py"])


def test_many_files_are_indexed_with_helpers_as_without(
    workspace: Path, write: Callable[..., None], cache: Path
) -> None:
    write({f"p{i % 7}/m{i}.py": f"def function_{i}(): pass\n" for i in range(900)})
    summary = index_once(workspace, cache, lambda _: None)
    reader = ChunkReader(cache)
    names = [f"function_{i}" for i in range(900)]
    assert (summary.files, summary.chunks) == (900, 900)
    assert {stored.chunk.name for stored in reader.definitions_named(names)} == set(names)
    reader.close()


def test_an_index_that_is_deleted_under_the_indexer_is_built_again(
    start: Callable[..., Running], cache: Path, write: Callable[..., None]
) -> None:
    write({"a.py": "def alpha(): ...\n"})
    running = start()
    eventually(lambda: running.where("alpha"))
    shutil.rmtree(cache)
    eventually(lambda: running.where("alpha"))
    assert running.where("alpha") == ["a.py"]
    write({"b.py": "def beta(): ...\n"})
    eventually(lambda: running.where("beta"))
    assert running.where("beta") == ["b.py"]
