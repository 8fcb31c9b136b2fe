"""Indexers as processes of their own, for the tests that kill, stop and starve them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from holdfast.index.indexer_state import IndexerState, read_state, request_rescan

SERVER: Final = Path(__file__).parents[1] / "server"
PATIENCE_S: Final = 60.0
_PROGRAM: Final = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from holdfast.index.run_indexer import run_indexer
if __name__ == "__main__":
    sys.exit(run_indexer(Path(sys.argv[2]), Path(sys.argv[3]), lambda sources: None))
"""


def eventually(question: Callable[[], object]) -> None:
    """Wait until `question` is true; a test that waits in vain fails at its assertion."""
    until = time.monotonic() + PATIENCE_S
    while not question() and time.monotonic() < until:
        time.sleep(0.01)


def indexer_command(root: Path, directory: Path, scratch: Path) -> list[str]:
    """What runs the indexer of `root`; its program, which the helpers import again, is a file in `scratch`."""
    program = scratch / "indexer_program.py"
    if not program.exists():
        program.write_text(_PROGRAM)
    return [sys.executable, str(program), str(SERVER), str(root), str(directory)]


class RunningIndexer:
    """One indexer process; ends with the test through `end`, or is killed."""

    def __init__(self, command: Sequence[str], directory: Path) -> None:
        self._directory = directory
        self._child = subprocess.Popen(command, stdin=subprocess.PIPE)

    @property
    def pid(self) -> int:
        """The process that `command` became."""
        return self._child.pid

    @property
    def is_alive(self) -> bool:
        """Whether that process has not ended."""
        return self._child.poll() is None

    def state(self) -> IndexerState:
        """What it says of itself; nothing of what one before it said."""
        state = read_state(self._directory)
        return state if state.pid == self.pid else IndexerState()

    def wait_until_idle(self) -> None:
        """Until it has looked at everything there was."""
        eventually(lambda: self.state().phase == "idle")
        assert self.state().phase == "idle"

    def wait_until_rescanned(self) -> None:
        """Until it has walked the whole tree once more and put it into the index."""
        token = request_rescan(self._directory)
        eventually(lambda: self.state().answered_request == token)
        assert self.state().answered_request == token

    def kill(self) -> None:
        """SIGKILL, to it alone."""
        self._child.kill()
        self._close()

    def end(self) -> None:
        """As its sidecar ends it: nothing more comes."""
        assert self._child.stdin is not None
        self._child.stdin.close()
        eventually(lambda: self._child.poll() is not None)
        self._close()

    def hold(self) -> None:
        """Stop it as a machine that sleeps does; once it has stopped, or ended, its files stay as they are."""
        os.kill(self.pid, signal.SIGSTOP)
        os.waitid(os.P_PID, self.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)

    def let_go(self) -> None:
        """Let it run again."""
        os.kill(self.pid, signal.SIGCONT)

    def _close(self) -> None:
        self._child.wait()
        assert self._child.stdin is not None
        self._child.stdin.close()


@contextmanager
def all_held(indexers: Iterable[RunningIndexer]) -> Iterator[None]:
    """Nothing of them writes inside."""
    alive = [running for running in indexers if running.is_alive]
    for running in alive:
        running.hold()
    try:
        yield
    finally:
        for running in alive:
            running.let_go()
