"""Who changed a file since a commit: git asked, at most a few times for a manifest that changed, never for one that did not.

No hook, no pager, no network, no file-system monitor, no signature check runs; and who the author is is git's word, which
whoever wrote the commit has chosen.
"""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_TIMEOUT_S: Final = 5.0
_MOST_COMMITS: Final = 200
_QUIET: Final = (
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "log.showSignature=false"),
    *("-c", "protocol.allow=never"),
    *("--no-pager", "--no-optional-locks", "--literal-pathspecs"),
)
_SILENT: Final = {"GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
_OF_ANOTHER: Final = frozenset(
    {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE"}
)
"""Set where a hook of some repository has started the editor: they would make every folder that repository."""


class GitDoesNotAnswer(Exception):
    """Git was asked and took too long; who changed what is not known."""


@dataclass(frozen=True, slots=True)
class CheckedOut:
    """A work tree and the commit it is at."""

    top: str
    head: str


def checked_out(folder: Path) -> CheckedOut | None:
    """The work tree that `folder` is in; None outside of git, without git, and before a first commit."""
    answer = _git(folder, "rev-parse", "--show-toplevel", "HEAD")
    lines = answer.splitlines() if answer is not None else []
    return CheckedOut(lines[0], lines[1]) if len(lines) == 2 else None  # noqa: PLR2004 - top and commit


def authors_since(file: Path, since: str) -> tuple[str, ...]:
    """The authors but this one (by `user.email`) whose commits after `since` changed `file`, the latest first.

    Where `since` is gone from the repository, the last commit that changed the file is judged.
    """
    if not since.isalnum():
        return ()
    own = (_git(file.parent, "config", "user.email") or "").strip().lower()
    ask = ("log", f"--max-count={_MOST_COMMITS}", "--no-color", "--format=%ae%x00%an")
    answer = _git(file.parent, *ask, f"{since}..HEAD", "--", file.name)
    if answer is None:
        answer = _git(file.parent, *ask, "--max-count=1", "HEAD", "--", file.name) or ""
    found = (line.split("\0", 1) for line in answer.split("\n") if "\0" in line)
    return tuple(dict.fromkeys(f"{name} <{email}>" for email, name in found if email.strip().lower() != own))


def _git(folder: Path, *arguments: str) -> str | None:
    """What git prints; None where it fails."""
    environment = {name: value for name, value in os.environ.items() if name not in _OF_ANOTHER}
    try:
        answer = subprocess.run(
            ["git", *_QUIET, *arguments],
            cwd=folder,
            env={**environment, **_SILENT},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise GitDoesNotAnswer(f"git did not answer within {_TIMEOUT_S:.0f} s in {folder}") from error
    except (OSError, ValueError):
        return None
    return answer.stdout.decode("utf-8", "replace") if answer.returncode == 0 else None
