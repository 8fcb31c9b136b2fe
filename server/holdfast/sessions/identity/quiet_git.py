"""Asking git about a repository without side effects: it asks nobody, fetches nothing and looks only where it is told to."""

import os
import subprocess
from typing import Final

from holdfast.sessions.identity.repository import Repository

_TIMEOUT_S: Final = 3.0


def ask_git(repository: Repository, *arguments: str) -> str | None:
    """What `git ARGUMENTS` prints; None where git is missing, fails, or takes longer than three seconds."""
    try:
        answer = subprocess.run(
            ["git", f"--git-dir={repository.git_dir}", *arguments],
            capture_output=True,
            timeout=_TIMEOUT_S,
            check=True,
            stdin=subprocess.DEVNULL,
            env=quiet_environment(),
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return answer.stdout.decode("utf-8", "replace")


def quiet_environment() -> dict[str, str]:
    """The environment of such a git: none of the variables that would point it elsewhere."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return kept | {
        "GIT_ALLOW_PROTOCOL": "",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
    }
