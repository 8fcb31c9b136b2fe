"""Syncs two machines again and again, and kills one of them in the middle, at one line of `holdfast.sharing` after another.

`python killed_sync.py FOLDER POINTS` prints for each of so many points, spread over all lines that a sync runs, what the
syncs afterwards make of it: `same` where both machines have everything, and nothing is parked or broken; and how often it
killed.
"""

import os
import signal
import sys
import types
from pathlib import Path
from typing import Any

import holdfast.sharing
from holdfast.sharing.folder import prepare_folder
from sharing_homes import Home, pair

WATCHED = str(Path(holdfast.sharing.__file__).parent)


def main(folder: Path, points: int) -> None:
    """Find how long a sync is, then kill one at each point."""
    desk, laptop = (Home(folder, name, [prepare_folder(folder / "shared")]) for name in ("desk", "laptop"))
    pair(desk, laptop)
    told = _work(desk, laptop, 0)
    lines = _lines_of(laptop)
    killed = 0
    for point in range(points):
        told += _work(desk, laptop, point + 1)
        child = os.fork()
        if child == 0:
            _die_at(1 + lines * point // points)
            laptop.sync()
            os._exit(0)
        _, status = os.waitpid(child, 0)
        killed += os.WIFSIGNALED(status)
        reports = [laptop.sync(), desk.sync(), laptop.sync()]
        same = desk.entries() == laptop.entries() and len(desk.entries()) == told
        whole = not any(report.parked for report in reports) and desk.problems() == laptop.problems() == []
        sys.stdout.write("same\n" if same and whole else f"torn at {point}\n")
        sys.stdout.flush()
    sys.stdout.write(f"killed {killed}\n")


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


def _die_at(wanted: int) -> None:
    seen = 0

    def trace(frame: types.FrameType, event: str, _: Any) -> Any:
        nonlocal seen
        if not frame.f_code.co_filename.startswith(WATCHED):
            return None
        seen += event == "line"
        if seen >= wanted:
            os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
