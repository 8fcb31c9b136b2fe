"""Syncs two machines again and again, and kills one of them in the middle, at one line of `holdfast.sharing` after another.

`python killed_sync.py FOLDER POINTS (folder | git)` prints for each of so many points, spread over all lines that a sync over
that place runs, what the syncs afterwards make of it: `same` where both machines have everything, and nothing is parked or
broken; and how often it killed. Of git, every other time what it had begun is killed with it, as when a machine goes off.
"""

import os
import signal
import sys
import time
import types
from contextlib import suppress
from pathlib import Path
from typing import Any

import holdfast.sharing
from git_server import make_bare
from holdfast.sharing.folder import prepare_folder
from holdfast.sharing.open_places import open_places
from holdfast.sharing.setup_file import Setup
from holdfast.sharing.sync import SyncReport
from holdfast.sharing.sync_lock import SyncUnderWay
from sharing_homes import Home, pair

WATCHED = str(Path(holdfast.sharing.__file__).parent)


def main(folder: Path, points: int, kind: str) -> None:
    """Find how long a sync is, then kill one at each point."""
    desk, laptop = (_home(folder, name, kind) for name in ("desk", "laptop"))
    pair(desk, laptop)
    told = _work(desk, laptop, 0)
    lines = _lines_of(laptop)
    killed = 0
    for point in range(points):
        told += _work(desk, laptop, point + 1)
        child = os.fork()
        if child == 0:
            _die_at(1 + lines * point // points, with_children=point % 2 == 1)
            laptop.sync()
            os._exit(0)
        _, status = os.waitpid(child, 0)
        killed += os.WIFSIGNALED(status)
        reports = [_sync_soon(laptop), desk.sync(), laptop.sync()]
        same = desk.entries() == laptop.entries() and len(desk.entries()) == told
        whole = not any(report.parked for report in reports) and desk.problems() == laptop.problems() == []
        sys.stdout.write("same\n" if same and whole else f"torn at {point}\n")
        sys.stdout.flush()
    sys.stdout.write(f"killed {killed}\n")


def _home(folder: Path, name: str, kind: str) -> Home:
    home = Home(folder, name, [])
    if kind == "folder":
        home.places = [prepare_folder(folder / "shared")]
    else:
        served = folder / "sessions.git"
        setup = Setup(name, git=str(served if served.exists() else make_bare(served)))
        home.places = open_places(home.data, setup, home.dev)
    return home


def _sync_soon(home: Home) -> SyncReport:
    """A git that was begun just before the kill holds the lock of the killed process until it is loaded."""
    for _ in range(100):
        with suppress(SyncUnderWay):
            return home.sync()
        time.sleep(0.1)
    return home.sync()


def _work(desk: Home, laptop: Home, round_: int) -> int:
    """Something for a sync to fetch, to seal, to seal again and to take away; how many entries stay."""
    desk.record(f"desk {round_}", "from the desk")
    desk.sync()
    laptop.record("laptop", f"from the laptop, {round_}")
    laptop.record(f"gone {round_}", "to be forgotten")
    if round_ % 3 == 2:
        laptop.sync()
    laptop.forget(f"gone {round_}")
    return 2


def _lines_of(home: Home) -> int:
    seen = 0

    def trace(frame: types.FrameType, event: str, _: Any) -> Any:
        nonlocal seen
        if not frame.f_code.co_filename.startswith(WATCHED):
            return None
        seen += event == "line"
        return trace

    sys.settrace(trace)
    home.sync()
    sys.settrace(None)
    return seen


def _die_at(wanted: int, *, with_children: bool) -> None:
    seen = 0

    def trace(frame: types.FrameType, event: str, _: Any) -> Any:
        nonlocal seen
        if not frame.f_code.co_filename.startswith(WATCHED):
            return None
        seen += event == "line"
        if seen >= wanted:
            for child in _children() if with_children else ():
                os.kill(child, signal.SIGKILL)
            os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)


def _children() -> list[int]:
    tasks = Path(f"/proc/{os.getpid()}/task")
    return [int(child) for task in tasks.glob("*/children") for child in task.read_text().split()]


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
