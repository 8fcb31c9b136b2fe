"""The index behind the tools: brought up to date once, for all who ask, and let go of when the server ends."""

import asyncio
from pathlib import Path

import pytest

from holdfast.errors import HoldfastError, WorkspaceError
from holdfast.index.chunk_reader import ChunkReader
from holdfast.index.indexer_lock import IndexerLock
from holdfast.index.indexer_state import IndexerState
from holdfast.mcp.ready_index import ReadyIndex


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    (root / "a.py").write_text("def a():\n    return 1\n")
    return root


def make_folder(place: Path) -> None:
    place.mkdir()


async def silent(_: IndexerState) -> None:
    """A caller that wants no progress."""


async def test_all_who_ask_wait_for_the_same_index(root: Path, tmp_path: Path) -> None:
    index = ReadyIndex(root, tmp_path / "index")
    await asyncio.gather(*(index.ready(silent) for _ in range(5)))
    reader = ChunkReader(tmp_path / "index")

    assert reader.paths() == ["a.py"]
    reader.close()
    await index.close()


async def test_a_caller_that_gives_up_does_not_take_the_index_with_it(root: Path, tmp_path: Path) -> None:
    index = ReadyIndex(root, tmp_path / "index")
    giving_up = asyncio.create_task(index.ready(silent))
    await asyncio.sleep(0)
    giving_up.cancel()
    await asyncio.wait([giving_up])
    await index.ready(silent)
    reader = ChunkReader(tmp_path / "index")

    assert (giving_up.cancelled(), reader.paths()) == (True, ["a.py"])
    reader.close()
    await index.close()


async def test_what_failed_is_tried_again_at_the_next_question(tmp_path: Path) -> None:
    later = tmp_path / "later"
    index = ReadyIndex(later, tmp_path / "index")
    with pytest.raises(WorkspaceError, match="does not exist"):
        await index.ready(silent)
    make_folder(later)

    await index.ready(silent)
    await index.close()


async def test_a_server_that_ends_does_not_wait_for_an_index_that_is_being_made(root: Path, tmp_path: Path) -> None:
    is_heard = asyncio.Event()

    async def hear(_: IndexerState) -> None:
        is_heard.set()

    index = ReadyIndex(root, tmp_path / "index")
    with IndexerLock(tmp_path / "index") as lock:
        assert lock.try_acquire()  # another indexer, which never answers
        waiting = asyncio.create_task(index.ready(hear))
        await is_heard.wait()
        await index.close()
        with pytest.raises(HoldfastError, match="is ending"):
            await waiting


async def test_a_server_that_was_never_asked_ends(root: Path, tmp_path: Path) -> None:
    await ReadyIndex(root, tmp_path / "index").close()

    assert not (tmp_path / "index").exists()
