"""Running git on a bare repository of ours: it asks nobody, runs no hook, and ends when its time is over.

A person's configuration counts where it says how a server is reached (credential helpers, ssh, proxies, `insteadOf`), and
nowhere else.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Timer
from typing import IO, Final

from holdfast.locations import make_private
from holdfast.sharing.git_words import without_credentials
from holdfast.sharing.transport import TransportError

if sys.platform != "win32":
    import fcntl

LOCAL_S: Final = 120.0
"""For what git does on this disk, in seconds."""

NETWORK_S: Final = 900.0
"""For what git does with a server; one that says nothing for half a minute is given up earlier."""

_LOCK_IS_OLD_S: Final = NETWORK_S + LOCAL_S
_PROTOCOLS: Final = "file:git:http:https:ssh"
_LAST_WORDS: Final = 600
_MOST_SAID: Final = 64 * 1024
_MOST_OUT: Final = 64 * 1024 * 1024
_RUNNING: Final = "holdfast.running"
_KEPT: Final = frozenset(
    f"GIT_{name}"
    for name in (
        *("SSH", "SSH_COMMAND", "SSH_VARIANT", "PROXY_COMMAND", "CONFIG_GLOBAL", "EXEC_PATH"),
        *("SSL_CAINFO", "SSL_CAPATH", "SSL_CERT", "SSL_KEY"),
    )
)
_ALWAYS: Final = (
    f"core.hooksPath={os.devnull}",
    "core.fsmonitor=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "fetch.recurseSubmodules=false",
    "fetch.writeCommitGraph=false",
    "transfer.fsckObjects=true",
    "fetch.fsckObjects=true",
    "http.lowSpeedLimit=1",
    "http.lowSpeedTime=30",
    "http.followRedirects=false",
    "credential.interactive=false",
    "core.askPass=",
    "push.followTags=false",
    "push.gpgSign=false",
)


@dataclass(frozen=True, slots=True)
class GitRepository:
    """A bare repository at `folder` that nobody but us uses."""

    folder: Path

    def run(self, *arguments: str, stdin: bytes = b"", limit_s: float = LOCAL_S, most: int = _MOST_OUT) -> bytes:
        """What `git ARGUMENTS` prints. Raises GitFailed with what git said, transient when its time was over.

        TooMuchSaid: it is more than `most` bytes.
        """
        command = ["git", f"--git-dir={self.folder}", *(word for line in _ALWAYS for word in ("-c", line)), *arguments]
        with self._running() as marks:
            try:
                process = subprocess.Popen(
                    command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    env=git_environment(os.environ),
                    start_new_session=True,  # With no terminal, neither git nor ssh can ask for a password.
                    pass_fds=marks,
                )
            except FileNotFoundError as error:
                raise TransportError("git is not installed.", remedy="Install git, or share over a folder.") from error
            except (OSError, ValueError) as error:
                raise TransportError(f"git cannot be started: {error}.", transient=True) from error
        with process:
            return _answer(process, arguments[0], stdin, limit_s, most)

    @contextmanager
    def _running(self) -> Iterator[tuple[int, ...]]:
        """What each git is given to hold, and lets go of when it ends, however: so that a lock can be told from one left behind."""
        marks: tuple[int, ...] = ()
        if sys.platform != "win32":
            with suppress(OSError):
                marks = (os.open(self.folder / _RUNNING, os.O_RDWR | os.O_CREAT, 0o600),)
                fcntl.flock(marks[0], fcntl.LOCK_SH | fcntl.LOCK_NB)
        try:
            yield marks
        finally:
            for mark in marks:
                os.close(mark)

    def _is_running(self) -> bool:
        """Whether a git of ours may still be at work here, begun by a process that was killed."""
        if sys.platform == "win32":
            return True
        try:
            mark = os.open(self.folder / _RUNNING, os.O_RDWR)
        except OSError:
            return True
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
        finally:
            os.close(mark)
        return False

    def make(self) -> None:
        """Make it, unless it is there. Raises GitFailed, StorageError or DiskFull."""
        if not (self.folder / "HEAD").exists():
            make_private(self.folder)
            self.run("init", "--quiet", "--bare", "--template=")

    def make_again(self) -> None:
        """Throw it away and begin anew: all that it held is on the server, or in the copies of this device's files."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.make()

    def clear_old_locks(self) -> None:
        """Locks of a git that was killed: none works here now, or none does for so long. For the one process that may sync."""
        newest = time.time() - (_LOCK_IS_OLD_S if self._is_running() else 0)
        with suppress(OSError):
            for lock in self.folder.rglob("*.lock"):
                if lock.stat().st_mtime <= newest:
                    lock.unlink()


class GitFailed(TransportError):
    """git ended with an error; `message` is what it said."""


class TooMuchSaid(GitFailed):
    """git was ended because it said more than can be of any use."""


def git_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of such a git: how a person reaches a server stays, what points git elsewhere goes."""
    kept = {name: value for name, value in environment.items() if not name.startswith("GIT_") or name in _KEPT}
    return kept | {
        "GIT_ALLOW_PROTOCOL": _PROTOCOLS,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "",
        "SSH_ASKPASS": "",
        "SSH_ASKPASS_REQUIRE": "never",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_AUTHOR_NAME": "holdfast",
        "GIT_AUTHOR_EMAIL": "holdfast@localhost",
        "GIT_COMMITTER_NAME": "holdfast",
        "GIT_COMMITTER_EMAIL": "holdfast@localhost",
        "LC_ALL": "C",
    }


def last_words(said: bytes) -> str:
    """The end of what git printed, in one line, without what a terminal would obey, and without credentials."""
    lines = [line.strip() for line in without_credentials(said.decode("utf-8", "replace")).splitlines()]
    text = "; ".join(line for line in lines if line and not line.startswith("hint:"))[-_LAST_WORDS:]
    return "".join(character if character.isprintable() else " " for character in text) or "git failed"


def _answer(process: subprocess.Popen[bytes], doing: str, stdin: bytes, limit_s: float, most: int) -> bytes:
    """What git prints. Unlike `communicate`, whose memory is what a server or another's repository makes git say."""
    if process.stdin is None or process.stdout is None or process.stderr is None:  # pragma: no cover - they are pipes
        raise GitFailed("git has no pipes")
    late = Event()

    def end_late() -> None:
        late.set()
        _end(process)

    ending = Timer(limit_s, end_late)
    with ThreadPoolExecutor(2) as threads:
        ending.start()
        try:
            threads.submit(_tell, process.stdin, stdin)
            said = threads.submit(_last_said, process.stderr)
            out = process.stdout.read(most + 1)
            if len(out) > most:
                _end(process)
            code = process.wait()
        except BaseException:
            _end(process)
            raise
        finally:
            ending.cancel()
    if len(out) > most:
        raise TooMuchSaid(f"git {doing} has more than {most} bytes to say")
    if late.is_set():
        raise GitFailed(f"git {doing} took longer than {limit_s:.0f} s", transient=True)
    if code:
        raise GitFailed(last_words(said.result()))
    return out


def _tell(pipe: IO[bytes], text: bytes) -> None:
    with suppress(OSError), pipe:
        pipe.write(text)


def _last_said(pipe: IO[bytes]) -> bytes:
    said = b""
    while more := pipe.read1(_MOST_SAID):  # type: ignore[attr-defined]  # a pipe of Popen is buffered
        said = (said + more)[-_MOST_SAID:]
    return said


def _end(process: subprocess.Popen[bytes]) -> None:
    """End git and what it started, which holds its pipes."""
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def check_arguments(words: Sequence[str]) -> None:
    """Refuse what git would take for an option or could not be one line; raises TransportError."""
    for word in words:
        if word.startswith("-") or not word.isprintable():
            raise TransportError(f"“{word[:80]!r}” is no address of a repository.", remedy="Check the URL.")
