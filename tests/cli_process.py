"""The command `holdfast` as a process of its own, the way a person or a program runs it."""

import ctypes
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

NOBODY_LISTENS: Final = "http://127.0.0.1:1"
"""A port where no model server is, whatever else runs on this machine."""

_PAPER: Final = {"COLUMNS": "160", "TERM": "xterm", "NO_COLOR": "1"}
_TIMEOUT_S: Final = 60
_DROP_CAPABILITY: Final = 24  # PR_CAPBSET_DROP of prctl(2)
_PAST_PERMISSIONS: Final = (1, 2)  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH of capabilities(7)


@dataclass(frozen=True, slots=True)
class Ran:
    """How it ended: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


def holdfast(*arguments: str, cwd: Path, environment: Mapping[str, str] | None = None) -> Ran:
    """Run it in `cwd` without a terminal; `environment` on top of the test's own. No model server unless named there."""
    return run_python("-m", "holdfast", *arguments, cwd=cwd, environment=environment)


def holdfast_at_once(
    *commands: Sequence[str], cwd: Path, environment: Mapping[str, str] | None = None
) -> tuple[Ran, ...]:
    """The same for several command lines, side by side to save time; the answers in the order of `commands`."""
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as starters:
        return tuple(starters.map(lambda command: holdfast(*command, cwd=cwd, environment=environment), commands))


def holdfast_as_anybody(*arguments: str, cwd: Path) -> Ran:
    """The same where root, too, may read and write only what permissions allow."""
    return run_python(__file__, *arguments, cwd=cwd)


def run_python(*arguments: str, cwd: Path, environment: Mapping[str, str] | None = None) -> Ran:
    """Run this Python with `arguments`; the streams are decoded as UTF-8."""
    ran = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env={**os.environ, "HOLDFAST_ENDPOINT": NOBODY_LISTENS, **_PAPER, **(environment or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=_TIMEOUT_S,
        check=False,
    )
    return Ran(ran.returncode, ran.stdout.decode(), ran.stderr.decode())


def _without_powers() -> None:
    """Give up what lets root pass permissions; it takes effect at the next exec."""
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None, use_errno=True)
        for capability in _PAST_PERMISSIONS:
            if libc.prctl(_DROP_CAPABILITY, capability, 0, 0, 0) != 0:
                raise OSError(ctypes.get_errno(), "root cannot give up its powers here")


if __name__ == "__main__":
    _without_powers()
    os.execv(sys.executable, [sys.executable, "-m", "holdfast", *sys.argv[1:]])  # noqa: S606 - becomes the command
