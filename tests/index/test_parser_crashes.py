"""A file that the parser dies of, or never comes back from: the index holds all others, and that one as plain text."""

import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from holdfast.index import crash_log, cut_journal
from holdfast.index.chunk_store import INDEX_FILE, content_hash
from holdfast.index.definitions import dissect
from holdfast.index.index_once import index_once
from holdfast.index.languages import grammar_of
from holdfast.index.syntax import parse
from holdfast.index.why import why_indexed
from index_runs import RunningIndexer, eventually, indexer_command

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills with signals")

DEADLY_PARSER = """
import os, signal, sys
sys.path.insert(0, sys.argv[1])
from holdfast.index import chunker, cut_journal, lone_cut
cut_journal.LONGEST_CUT_CPU_S = lone_cut.LONGEST_CUT_CPU_S = 0.2
harmless = chunker.dissect

def dissect(language, data, cpu_s):
    if b"DEADLY" in data:
        os.kill(os.getpid(), signal.SIGKILL)
    while b"ENDLESS" in data:
        pass
    return harmless(language, data, cpu_s)

chunker.dissect = dissect
"""
CRASHES = ["DEADLY", "ENDLESS"]


def source(number: int, remark: str = "fine") -> str:
    return f"# {remark}\ndef of_{number}():\n    return {number}\n"


@pytest.fixture
def start(workspace: Path, cache: Path, tmp_path: Path) -> Iterator[Callable[[], RunningIndexer]]:
    command = indexer_command(workspace, cache, tmp_path)
    program = Path(command[1])
    program.write_text(DEADLY_PARSER + program.read_text())
    started: list[RunningIndexer] = []

    def begin() -> RunningIndexer:
        started.append(RunningIndexer(command, cache))
        return started[-1]

    yield begin
    for running in started:
        running.kill()


def kinds(cache: Path) -> dict[str, str]:
    """The kind of the chunk that holds each file's function."""
    connection = sqlite3.connect(cache / INDEX_FILE)
    rows = connection.execute(
        "SELECT path, kind FROM file JOIN chunk ON file.id = file_id WHERE text LIKE '%def of%'"
    ).fetchall()
    connection.close()
    return dict(rows)


@pytest.mark.parametrize("crash", CRASHES)
def test_the_successor_of_a_crashed_indexer_gets_past_the_file(
    start: Callable[[], RunningIndexer], write: Callable[..., None], workspace: Path, cache: Path, crash: str
) -> None:
    write({f"m{i}.py": source(i) for i in range(5)} | {"bad.py": source(9, crash)})
    first = start()
    eventually(lambda: not first.is_alive)
    assert not first.is_alive
    second = start()
    second.wait_until_idle()
    assert kinds(cache) == {f"m{i}.py": "function" for i in range(5)} | {"bad.py": "text"}
    why = why_indexed(workspace, "bad.py", cache)
    assert (why.indexed, why.reason) == (True, "cut as plain text: the python parser failed on it")
    write({"bad.py": source(9)})
    eventually(lambda: kinds(cache)["bad.py"] == "function")
    assert (kinds(cache)["bad.py"], why_indexed(workspace, "bad.py", cache).reason) == ("function", "indexed as python")
    assert second.is_alive


def test_helpers_die_of_their_files_without_the_indexer(
    start: Callable[[], RunningIndexer], write: Callable[..., None], cache: Path, workspace: Path
) -> None:
    write({f"m{i}.py": source(i) for i in range(600)})
    # The last in line, so that helpers get them.
    for number, crash in enumerate(CRASHES):
        write({f"bad{number}.py": source(number, crash)})
        os.utime(workspace / f"bad{number}.py", (1_000, 1_000))
    indexer = start()
    indexer.wait_until_idle()
    expected = {f"m{i}.py": "function" for i in range(600)} | {"bad0.py": "text", "bad1.py": "text"}
    assert (kinds(cache), indexer.is_alive) == (expected, True)


def test_a_file_that_was_only_being_cut_is_cut_again(workspace: Path, cache: Path, write: Callable[..., None]) -> None:
    write({"a.py": source(1), "b.py": source(2), "c.py": source(3)})
    journals = cache / "cutting"
    journals.mkdir(parents=True)
    (journals / "1").write_text(f'{content_hash(source(1).encode()).hex()} "a.py"\n')
    (journals / "2").write_text(f'{content_hash(b"another").hex()} "b.py"\n')
    (journals / "3").write_text(f'\n{content_hash(source(3).encode()).hex()} "c.py"\n')
    index_once(workspace, cache, lambda _: None)
    assert kinds(cache) == {"a.py": "function", "b.py": "function", "c.py": "function"}
    assert list(journals.iterdir()) == []


def test_a_process_with_the_number_of_the_one_that_died_reads_its_journal(
    workspace: Path, cache: Path, write: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    write({"a.py": source(1)})
    digest = content_hash(source(1).encode())
    (cache / "cutting").mkdir(parents=True)
    (cache / "cutting" / str(os.getpid())).write_text(f'{digest.hex()} "a.py"\n')
    monkeypatch.setattr(crash_log, "survives_cutting", lambda *_: False)
    log = crash_log.CrashLog(workspace, cache)
    log.close()
    assert (log.refused_hash("a.py"), crash_log.refused_files(cache)) == (digest, {"a.py": digest})
    assert list((cache / "cutting").iterdir()) == []


@pytest.mark.parametrize("record", [b"", b"\n", b"\xff" * 100, b"00 a.py\n", b"0" * 32, b"0" * 32 + b" a.py"])
def test_a_torn_journal_or_list_is_no_obstacle(
    workspace: Path, cache: Path, write: Callable[..., None], record: bytes
) -> None:
    write({"a.py": source(1)})
    (cache / "cutting").mkdir(parents=True)
    (cache / "cutting/77").write_bytes(record)
    (cache / "refused.json").write_bytes(record)
    index_once(workspace, cache, lambda _: None)
    assert kinds(cache) == {"a.py": "function"}


def test_a_journal_that_cannot_be_written_keeps_nothing_from_the_index(
    workspace: Path, cache: Path, write: Callable[..., None]
) -> None:
    write({"a.py": source(1)})
    cache.mkdir()
    (cache / "cutting").write_text("a file where the folder should be")
    index_once(workspace, cache, lambda _: None)
    assert kinds(cache) == {"a.py": "function"}


def test_a_parser_that_used_up_its_time_gives_up_and_serves_the_next_file() -> None:
    grammar = grammar_of("python")
    assert grammar is not None
    assert parse(grammar, source(1).encode() * 1_000, cpu_s=0.0) is None
    tree = parse(grammar, b"x = 1\n")
    assert tree is not None
    assert str(tree.root_node) == "(module (expression_statement (assignment left: (identifier) right: (integer))))"


def test_threads_parse_beside_each_other() -> None:
    texts = [source(number).encode() * 300 for number in range(8)]
    alone = [dissect("python", text) for text in texts]
    with ThreadPoolExecutor(len(texts)) as pool:
        beside = list(pool.map(lambda text: dissect("python", text), texts))
    assert beside == alone


def test_a_name_with_a_line_end_is_told_whole(cache: Path) -> None:
    journal = cut_journal.CutJournal(cache)
    with journal.on("a\nb.py", content_hash(b"x")):
        suspect = cut_journal.suspect_of(journal.file)
    journal.close()

    assert suspect is not None
    assert (suspect.path, suspect.hash) == ("a\nb.py", content_hash(b"x"))
