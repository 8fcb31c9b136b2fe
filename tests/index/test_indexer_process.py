"""The indexer as a process of its own: killed, doubled, orphaned."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from holdfast.index.chunk_reader import ChunkReader
from holdfast.index.index_once import index_once
from holdfast.index.indexer_lock import IndexerLock, is_locked
from holdfast.index.indexer_process import IndexerProcess
from holdfast.index.indexer_state import IndexerState, read_state

SERVER = Path(__file__).parents[2] / "server"
PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from holdfast.index.run_indexer import run_indexer
if __name__ == "__main__":
    sys.exit(run_indexer(Path(sys.argv[2]), Path(sys.argv[3]), lambda sources: None))
"""
PATIENCE_S = 30.0


@pytest.fixture
def argv(workspace: Path, cache: Path, tmp_path: Path) -> list[str]:
    program = tmp_path / "indexer_program.py"
    program.write_text(PROGRAM)
    return [sys.executable, str(program), str(SERVER), str(workspace), str(cache)]


async def eventually(question: Callable[[], object]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not question() and time.monotonic() < until:  # noqa: ASYNC110 - what is waited for happens in other processes
        await asyncio.sleep(0.01)


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_it_indexes_and_ends_with_its_owner(argv: list[str], cache: Path, write: Callable[..., None]) -> None:
    write({"a.py": "def a(): pass\n"})
    process = IndexerProcess(argv, cache)
    process.start()
    await eventually(lambda: process.state().phase == "idle")
    reader = ChunkReader(cache)
    assert len(reader.definitions_named(["a"])) == 1
    pid = process.state().pid
    assert is_running(pid)
    await process.close()
    assert (is_running(pid), is_locked(cache)) == (False, False)
    reader.close()


async def test_it_ends_when_its_parent_is_killed(argv: list[str], cache: Path) -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "import subprocess, sys, time; subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE); time.sleep(600)",
        *argv,
    )
    await eventually(lambda: read_state(cache).phase == "idle")
    pid = read_state(cache).pid
    assert is_locked(cache)
    parent.kill()
    await parent.wait()
    await eventually(lambda: not is_locked(cache))
    assert (pid != 0, is_locked(cache)) == (True, False)


async def test_killed_in_the_middle_it_starts_again_and_the_index_is_right(
    argv: list[str], cache: Path, write: Callable[..., None], workspace: Path, tmp_path: Path
) -> None:
    write(
        {f"p{i % 9}/m{i}.py": "".join(f"def f_{i}_{k}(argument): return {k}\n" for k in range(60)) for i in range(1400)}
    )
    process = IndexerProcess(argv, cache)
    process.start()
    died: set[int] = set()
    phases = []
    for delay_s in (0.0, 0.1, 0.25, 0.4):
        await eventually(lambda: process.state().pid not in {0, *died})
        await asyncio.sleep(delay_s)
        state = process.state()
        os.kill(state.pid, signal.SIGKILL)
        died.add(state.pid)
        phases.append(state.phase)
    assert {"scanning", "indexing"} & set(phases)
    await eventually(lambda: process.state().pid not in died)
    await eventually(lambda: process.state().phase == "idle" and process.state().error is None)
    await process.close()
    expected = index_once(workspace, tmp_path / "fresh", lambda _: None)
    reader = ChunkReader(cache)
    fresh = ChunkReader(tmp_path / "fresh")
    assert reader.totals() == (expected.files, expected.chunks, expected.bytes) == (1400, 84_000, expected.bytes)
    assert reader.paths() == fresh.paths()
    names = [f"f_{i}_{i % 60}" for i in range(1400)]
    assert {s.chunk for s in reader.definitions_named(names)} == {s.chunk for s in fresh.definitions_named(names)}
    assert {s.chunk for s in reader.chunks_with_words(["f_300_3"], 5)} == {
        s.chunk for s in fresh.chunks_with_words(["f_300_3"], 5)
    }
    reader.close()
    fresh.close()


async def test_two_windows_on_one_folder_share_one_indexer_and_the_second_takes_over(
    argv: list[str], cache: Path, write: Callable[..., None]
) -> None:
    first, second = IndexerProcess(argv, cache), IndexerProcess(argv, cache)
    first.start()
    await eventually(lambda: first.state().phase == "idle")
    second.start()
    pid = first.state().pid
    await asyncio.sleep(0.3)
    assert second.state() == first.state()
    await first.close()
    await eventually(lambda: second.state().pid != pid and second.state().phase == "idle")
    assert second.state().pid not in {0, pid}
    write({"a.py": "def taken_over(): pass\n"})
    reader = ChunkReader(cache)
    await eventually(lambda: reader.definitions_named(["taken_over"]))
    assert len(reader.definitions_named(["taken_over"])) == 1
    await second.close()
    reader.close()


async def test_a_second_indexer_says_that_there_is_one(argv: list[str], cache: Path) -> None:
    with IndexerLock(cache) as lock:
        assert lock.try_acquire()
        child = await asyncio.create_subprocess_exec(*argv, stdin=asyncio.subprocess.PIPE)
        assert await child.wait() == 75


async def test_an_indexer_that_cannot_live_is_told(cache: Path) -> None:
    process = IndexerProcess([sys.executable, "-c", "raise SystemExit(3)"], cache)
    process.start()
    await eventually(lambda: process.state().phase == "failed")
    assert process.state().error == "The indexer stopped (exit code 3); it is started again."
    await process.close()


async def test_a_program_that_is_not_there_is_told(cache: Path) -> None:
    process = IndexerProcess(["/nowhere/indexer"], cache)
    process.start()
    await eventually(lambda: process.state().phase == "failed")
    assert "cannot be started" in str(process.state().error)
    await process.close()


async def test_an_error_that_nobody_foresaw_is_logged_and_tried_again(
    cache: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def tracebacks() -> list[str]:
        return [record.message for record in caplog.records if record.exc_info]

    process = IndexerProcess(["an\0indexer"], cache)
    process.start()
    await eventually(lambda: len(tracebacks()) > 1)
    assert tracebacks()[:2] == ["Looking after the indexer broke."] * 2
    assert process.state().error == "The indexer cannot be looked after: embedded null byte"
    await process.close()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"phase": "dancing"}', b"\xff\0"])
def test_a_state_file_of_any_content_is_survived(cache: Path, content: bytes) -> None:
    cache.mkdir()
    (cache / "indexer.json").write_bytes(content)
    assert read_state(cache) == IndexerState()
