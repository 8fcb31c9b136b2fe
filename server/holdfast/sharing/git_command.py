"""Running git on a bare repository of ours: it asks nobody, runs no hook, and ends when its time is over.

A person's configuration counts where it says how a server is reached (credential helpers, ssh, proxies, `insteadOf`), and
nowhere else.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from holdfast.locations import make_private
from holdfast.sharing.transport import TransportError

LOCAL_S: Final = 120.0
"""For what git does on this disk, in seconds."""

NETWORK_S: Final = 900.0
"""For what git does with a server; one that says nothing for half a minute is given up earlier."""

_LOCK_IS_OLD_S: Final = NETWORK_S + LOCAL_S
_PROTOCOLS: Final = "file:git:http:https:ssh"
_LAST_WORDS: Final = 600
_ALWAYS: Final = (
    f"core.hooksPath={os.devnull}",
    "core.fsmonitor=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "fetch.recurseSubmodules=false",
    "fetch.writeCommitGraph=false",
    "transfer.fsckObjects=true",
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

    def run(self, *arguments: str, stdin: bytes = b"", limit_s: float = LOCAL_S) -> bytes:
        """What `git ARGUMENTS` prints. Raises GitFailed with what git said, transient when its time was over."""
        command = ["git", f"--git-dir={self.folder}", *(word for line in _ALWAYS for word in ("-c", line)), *arguments]
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=git_environment(os.environ),
                start_new_session=True,  # With no terminal, neither git nor ssh can ask for a password.
            )
        except FileNotFoundError as error:
            raise TransportError("git is not installed.", remedy="Install git, or share over a folder.") from error
        except (OSError, ValueError) as error:
            raise TransportError(f"git cannot be started: {error}.", transient=True) from error
        try:
            out, said = process.communicate(stdin, timeout=limit_s)
        except subprocess.TimeoutExpired as error:
            _end(process)
            raise GitFailed(f"git {arguments[0]} took longer than {limit_s:.0f} s", transient=True) from error
        except BaseException:
            _end(process)
            raise
        if process.returncode:
            raise GitFailed(last_words(said))
        return out

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
        """Locks of a git that was killed: nobody else works in this repository for so long."""
        for lock in self.folder.rglob("*.lock"):
            with suppress(OSError):
                if time.time() - lock.stat().st_mtime > _LOCK_IS_OLD_S:
                    lock.unlink()


class GitFailed(TransportError):
    """git ended with an error; `message` is what it said."""


def git_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of such a git: how a person reaches a server stays, what points git elsewhere goes."""
    kept = {
        name: value
        for name, value in environment.items()
        if not name.startswith("GIT_") or name in {"GIT_SSH", "GIT_SSH_COMMAND", "GIT_CONFIG_GLOBAL", "GIT_EXEC_PATH"}
    }
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
    """The end of what git printed, in one line, without what a terminal would obey."""
    lines = [line.strip() for line in said.decode("utf-8", "replace").splitlines()]
    text = "; ".join(line for line in lines if line and not line.startswith("hint:"))[-_LAST_WORDS:]
    return "".join(character if character.isprintable() else " " for character in text) or "git failed"


def _end(process: subprocess.Popen[bytes]) -> None:
    """End git and what it started, which holds its pipes."""
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.communicate()


def check_arguments(words: Sequence[str]) -> None:
    """Refuse what git would take for an option or could not be one line; raises TransportError."""
    for word in words:
        if word.startswith("-") or not word.isprintable():
            raise TransportError(f"“{word[:80]!r}” is no address of a repository.", remedy="Check the URL.")
