"""Writes a file again and again, in processes that are killed: at each line of the writer in turn, or at any moment.

`python killed_writer.py lines FOLDER` kills itself at the first line, the second, and so on, and prints after each
what the file holds. `python killed_writer.py forever FOLDER` writes until it is killed from outside.
"""

import os
import signal
import sys
import types
from pathlib import Path
from typing import Any

from holdfast.manifest.writing import replace_file

OLD, NEW = b"old " * 50_000, b"new " * 70_000


def write(folder: Path, data: bytes) -> None:
    """Put `data` in the place of what is there."""
    file = folder / "CLAUDE.md"
    replace_file.replace_file(folder, file, data, expected=file.read_bytes())


def _die_at(wanted: int) -> None:
    seen = 0

    def trace(frame: types.FrameType, event: str, _: Any) -> Any:
        nonlocal seen
        if frame.f_code.co_filename != replace_file.__file__:
            return None
        seen += event == "line"
        if seen >= wanted:
            os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)


def kill_at_each_line(folder: Path) -> None:
    """Print `old`, `new` or `torn` for each line at which the writer was killed; end when one lives to the end."""
    for wanted in range(1, 1_000):
        (folder / "CLAUDE.md").write_bytes(OLD)
        child = os.fork()
        if child == 0:
            _die_at(wanted)
            write(folder, NEW)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        sys.stdout.write({OLD: "old", NEW: "new"}.get((folder / "CLAUDE.md").read_bytes(), "torn") + "\n")
        if os.WIFEXITED(status):
            return
        for left in folder.glob(".*"):
            left.unlink()


if __name__ == "__main__":
    if sys.argv[1] == "lines":
        kill_at_each_line(Path(sys.argv[2]))
    while sys.argv[1] == "forever":
        write(Path(sys.argv[2]), NEW)
        write(Path(sys.argv[2]), OLD)
