"""What can happen to an indexer and its disk: in the end the index is what a fresh one would be, and never a wrong one."""

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from holdfast.index.ignore_rules import IgnoreRules
from holdfast.index.index_once import index_once
from holdfast.index.indexer_state import read_state
from holdfast.index.open_files import prefer
from holdfast.index.scan import scan
from index_content import IndexContent, index_content
from index_runs import SERVER, RunningIndexer, all_held, eventually, indexer_command

SEED = 7
FILES = 2_000
KILLS = 4


class Place:
    """A workspace, its cache, and the indexers that run on them."""

    def __init__(self, root: Path, cache: Path, scratch: Path) -> None:
        self.root = root
        self.cache = cache
        self.command = indexer_command(root, cache, scratch)
        self._scratch = scratch
        self._running: list[RunningIndexer] = []

    def start(self) -> RunningIndexer:
        self._running.append(RunningIndexer(self.command, self.cache))
        return self._running[-1]

    def fresh(self) -> IndexContent:
        """What an index made from nothing says of the tree as it is now."""
        directory = self._scratch / "fresh"
        shutil.rmtree(directory, ignore_errors=True)
        index_once(self.root, directory, lambda _: None)
        return index_content(directory)

    def on_disk(self) -> IndexContent:
        """What the files in the cache say at one moment, read from a copy: reading may need room, too."""
        copy = self._scratch / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        with all_held(self._running):
            shutil.copytree(self.cache, copy, ignore=shutil.ignore_patterns("*-shm"))
        return index_content(copy)

    def kill_all(self) -> None:
        for running in self._running:
            running.kill()


@pytest.fixture
def place(workspace: Path, cache: Path, tmp_path: Path) -> Iterator[Place]:
    made = Place(workspace, cache, tmp_path)
    yield made
    made.kill_all()


def source(number: int, version: str) -> str:
    return f"import os\n\ndef {version}_{number}(argument):\n    return os.path.{version}(argument, {number})\n"


@pytest.fixture
def branches(git: Callable[..., str], write: Callable[..., None], workspace: Path) -> tuple[str, str]:
    """Two branches of 2,000 files: a third are the same, a third differ, a third are only in one of them."""
    git("init", "-q", "-b", "one")
    write({f"p{i % 20}/m{i}.py": source(i, "one") for i in range(FILES)})
    git("add", ".")
    git("commit", "-qm", "one")
    git("checkout", "-qb", "two")
    write({f"p{i % 20}/m{i}.py": source(i, "two") for i in range(0, FILES, 3)})
    write({f"q{i % 20}/m{i}.py": source(i, "two") for i in range(1, FILES, 3)})
    for i in range(1, FILES, 3):
        (workspace / f"p{i % 20}/m{i}.py").unlink()
    git("add", "-A")
    git("commit", "-qm", "two")
    return "one", "two"


def test_killed_at_any_moment_of_a_branch_switch(
    place: Place, git: Callable[..., str], branches: tuple[str, str]
) -> None:
    fresh: dict[str, IndexContent] = {}
    for branch in branches:
        git("checkout", "-q", branch)
        fresh[branch] = place.fresh()
    indexer = place.start()
    indexer.wait_until_idle()
    assert index_content(place.cache) == fresh["two"]
    began = time.monotonic()
    git("checkout", "-q", "one")
    eventually(lambda: indexer.state().phase == "idle" and index_content(place.cache) == fresh["one"])
    assert index_content(place.cache) == fresh["one"]
    took_s = time.monotonic() - began
    moments = random.Random(SEED)
    for turn in range(KILLS):
        branch = branches[1 - turn % 2]
        with subprocess.Popen(["git", "checkout", "-q", branch], cwd=place.root):
            time.sleep(moments.uniform(0, took_s))
            indexer.kill()
        torn = {
            path
            for path, facts in place.on_disk().items()
            if facts not in {fresh[known].get(path) for known in branches}
        }
        assert torn == set()
        indexer = place.start()
        indexer.wait_until_idle()
        assert index_content(place.cache) == fresh[branch]


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.skipif(sys.platform != "linux", reason="asks the kernel for the helpers")
def test_killed_helpers_leave_no_gap(place: Place, write: Callable[..., None]) -> None:
    write({f"p{i % 20}/m{i}.py": source(i, "one") for i in range(FILES)})
    expected = place.fresh()
    indexer = place.start()
    eventually(lambda: indexer.state().generation)
    for helper in children_of(indexer.pid):
        os.kill(helper, signal.SIGKILL)
    indexer.wait_until_idle()
    assert index_content(place.cache) == expected


WINDOW = """
import asyncio, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from holdfast.index.indexer_process import IndexerProcess

async def main():
    IndexerProcess(sys.argv[3:], Path(sys.argv[2])).start()
    await asyncio.sleep(3600)

asyncio.run(main())
"""


def test_two_windows_share_one_indexer_until_one_of_them_is_killed(
    place: Place, write: Callable[..., None], workspace: Path
) -> None:
    write({f"m{i}.py": source(i, "one") for i in range(100)})
    argv = [sys.executable, "-c", WINDOW, str(SERVER), str(place.cache), *place.command]
    first = subprocess.Popen(argv)
    eventually(lambda: read_state(place.cache).phase == "idle")
    pid = read_state(place.cache).pid
    with subprocess.Popen(argv) as second:
        first.kill()
        first.wait()
        write({f"m{i}.py": source(i, "two") for i in range(50)})
        (workspace / "m99.py").unlink()
        expected = place.fresh()
        eventually(lambda: index_content(place.cache) == expected)
        assert index_content(place.cache) == expected
        assert read_state(place.cache).pid not in {0, pid}
        second.kill()


def inotify_inodes(pid: int) -> set[int]:
    """The inodes that a process watches, from what the kernel tells of its descriptors."""
    lines = [
        line
        for file in Path(f"/proc/{pid}/fdinfo").iterdir()
        for line in file.read_text().splitlines()
        if line.startswith("inotify ")
    ]
    return {int(line.partition("ino:")[2].split()[0], 16) for line in lines}


@pytest.mark.skipif(sys.platform != "linux", reason="asks the kernel what is watched")
def test_fifty_thousand_ignored_files_are_neither_listed_nor_watched(
    place: Place, write: Callable[..., None], workspace: Path
) -> None:
    write({"a.py": source(1, "one"), ".gitignore": "/made/\n", "src/b.py": source(2, "one")})
    expected = place.fresh()
    for folder in ("made/one", "made/two"):
        (workspace / folder).mkdir(parents=True)
        for i in range(25_000):
            os.mknod(workspace / folder / f"m{i}.py")
    listed: list[str] = []

    def list_directory(path: str) -> "os._ScandirIterator[str]":
        listed.append(os.path.relpath(path, workspace))
        return os.scandir(path)

    scan(workspace, IgnoreRules(workspace), list_directory=list_directory)
    assert sorted(listed) == [".", "src"]
    indexer = place.start()
    indexer.wait_until_idle()
    watched = inotify_inodes(indexer.pid)
    folders = {name: (workspace / name).stat().st_ino for name in (".", "src", "made", "made/one", "made/two")}
    assert [name for name, inode in folders.items() if inode in watched] == [".", "src"]
    assert index_content(place.cache) == expected


@pytest.fixture
def small_disk(cache: Path) -> Iterator[Callable[[str], None]]:
    """A file system of 1 MB at the cache folder; the function gives it another size."""
    cache.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", cache], capture_output=True, check=False
    ).returncode:
        pytest.skip("this machine does not let the test mount a small file system")

    def resize(size: str) -> None:
        subprocess.run(["mount", "-o", f"remount,size={size}", cache], check=True)

    yield resize
    subprocess.run(["umount", "--lazy", cache], check=True)


def large_sources() -> dict[str, str]:
    return {f"m{i}.py": "".join(source(100 * i + k, "one") for k in range(60)) for i in range(300)}


def test_a_full_disk_is_told_and_the_index_recovers_when_there_is_room(
    small_disk: Callable[[str], None], place: Place, write: Callable[..., None]
) -> None:
    write(large_sources())
    expected = place.fresh()
    indexer = place.start()
    eventually(lambda: indexer.state().phase == "failed")
    assert "No space left" in str(indexer.state().error)
    assert [path for path, facts in place.on_disk().items() if facts != expected[path]] == []
    small_disk("64m")
    indexer.wait_until_rescanned()
    assert (indexer.state().phase, indexer.state().error) == ("idle", None)
    assert index_content(place.cache) == expected
    indexer.end()


def test_a_write_that_the_system_refuses_is_told_and_tried_again(place: Place, write: Callable[..., None]) -> None:
    write(large_sources())
    expected = place.fresh()
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    indexer = place.start()
    resource.prlimit(indexer.pid, resource.RLIMIT_FSIZE, (1_000_000, unlimited[1]))
    eventually(lambda: indexer.state().phase == "failed")
    assert "index.db cannot be used" in str(indexer.state().error)
    assert [path for path, facts in place.on_disk().items() if facts != expected[path]] == []
    resource.prlimit(indexer.pid, resource.RLIMIT_FSIZE, unlimited)
    indexer.wait_until_rescanned()
    assert index_content(place.cache) == expected


def test_a_deleted_workspace_is_told_and_the_index_is_right_when_it_is_back(
    place: Place, write: Callable[..., None], workspace: Path
) -> None:
    write({f"old/m{i}.py": source(i, "one") for i in range(50)})
    indexer = place.start()
    indexer.wait_until_idle()
    shutil.rmtree(workspace)
    eventually(lambda: indexer.state().phase == "failed")
    assert f"The folder {workspace} cannot be read" in str(indexer.state().error)
    write({f"new/m{i}.py": source(i, "two") for i in range(50)})
    expected = place.fresh()
    eventually(lambda: indexer.state().phase == "idle" and index_content(place.cache) == expected)
    assert (index_content(place.cache), indexer.state().error) == (expected, None)


def test_links_are_not_followed_whatever_they_point_to(
    place: Place, write: Callable[..., None], workspace: Path, tmp_path: Path
) -> None:
    write({"a/b/c.py": source(1, "one"), "d.py": source(2, "one")})
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/e.py").write_text(source(3, "two"))
    expected = place.fresh()
    links = {"itself": "itself", "a/up": "..", "a/b/root": str(workspace), "here": "there", "there": "here"}
    for name, target in (links | {"out": str(tmp_path / "outside"), "f.py": str(tmp_path / "outside/e.py")}).items():
        (workspace / name).symlink_to(target)
    prefer(place.cache, ["out/e.py", "f.py", "a/up/d.py", "itself", "../outside/e.py", str(tmp_path / "outside/e.py")])
    indexer = place.start()
    indexer.wait_until_idle()
    assert index_content(place.cache) == expected
    (workspace / "late").symlink_to(tmp_path / "outside")
    (workspace / "a/late").symlink_to(workspace)
    (tmp_path / "outside/e.py").write_text(source(4, "two"))
    write({"g.py": source(5, "one")})
    expected = place.fresh()
    eventually(lambda: index_content(place.cache) == expected)
    assert index_content(place.cache) == expected
    prefer(place.cache, ["late/e.py", "a/late/d.py"])
    indexer.wait_until_rescanned()
    assert index_content(place.cache) == expected
