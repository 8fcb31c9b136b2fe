"""A process that rewrites files one after another, so that an indexer has work all the time.

Run as a program, it reads paths from standard input, one a line up to an empty one, rewrites them in turn so many times
a second, and puts them right when its input ends.
"""

import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path


@contextlib.contextmanager
def being_rewritten(files: Sequence[Path], per_second: float) -> Iterator[None]:
    """While the block runs, a process of its own rewrites `files`, `per_second` of them a second; then they are as before."""
    program = [sys.executable, str(Path(__file__).resolve()), str(per_second)]
    with subprocess.Popen(program, stdin=subprocess.PIPE, text=True) as process:
        # Leaving the block closes its input, which ends it, and waits.
        print(*files, "", sep="\n", file=process.stdin, flush=True)
        yield


def rewrite_in_turn(files: Sequence[Path], per_second: float, stop: threading.Event) -> int:
    """Give each file another function at its end, over and over until `stop`; how many were written. Then undo it."""
    originals = {file: file.read_bytes() for file in files}
    written, due = 0, time.monotonic()
    try:
        while not stop.wait(max(0.0, due - time.monotonic())):
            file = files[written % len(files)]
            name = f"rewritten_{written}"
            file.write_bytes(originals[file] + f"\n\ndef {name}(argument):\n    return argument\n".encode())
            written += 1
            due += 1 / per_second
    finally:
        for file in files[:written]:
            file.write_bytes(originals[file])
    return written


def _set_at_end_of_input(stop: threading.Event) -> None:
    sys.stdin.read()
    stop.set()


def _main() -> None:
    files = []
    while line := sys.stdin.readline().rstrip("\n"):
        files.append(Path(line))
    stop = threading.Event()
    threading.Thread(target=_set_at_end_of_input, args=(stop,), daemon=True).start()
    rewrite_in_turn(files, float(sys.argv[1]), stop)


if __name__ == "__main__":
    _main()
