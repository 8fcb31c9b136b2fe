"""A terminal in which a command runs and a person answers what it asks."""

import os
import pty
import re
import select
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_TIMEOUT_S: Final = 60.0
_ESCAPES: Final = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Typed:
    """How it ended, and all that stood on the screen."""

    code: int
    screen: str


def type_command(
    command: Sequence[str], answer: Callable[[str], str | None], *, cwd: Path, environment: Mapping[str, str]
) -> Typed:
    """Run `command`; what `answer` gives for the screen so far is typed, each time a line is left open for it."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        list(command),
        stdin=slave,
        stdout=slave,
        stderr=slave,
        cwd=cwd,
        env={**os.environ, **environment},
        close_fds=True,
    )
    os.close(slave)
    try:
        screen = _played(master, answer)
    finally:
        os.close(master)
    return Typed(process.wait(_TIMEOUT_S), screen)


def _played(master: int, answer: Callable[[str], str | None]) -> str:
    screen, asked = "", 0
    until = time.monotonic() + _TIMEOUT_S
    while time.monotonic() < until:
        ready, _, _ = select.select([master], [], [], 0.1)
        if ready:
            try:
                data = os.read(master, 65536)
            except OSError:  # Linux says so when the other end is closed.
                return screen
            if not data:
                return screen
            screen += _ESCAPES.sub("", data.decode("utf-8", "replace")).replace("\r", "")
            continue
        line = screen[asked:].rpartition("\n")[2]
        if line.rstrip().endswith(":"):
            typed = answer(screen)
            asked = len(screen)
            if typed is not None:
                os.write(master, f"{typed}\n".encode())
    raise TimeoutError(screen)
