"""Who changed a file since a commit: git asked, at most a few times for a manifest that changed.

No hook, no pager, no network, no file-system monitor, no signature check runs, and a bare repository among a project's
files is none; who the author is is git's word, which whoever wrote the commit has chosen.
"""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_TIMEOUT_S: Final = 5.0
_MOST_COMMITS: Final = 200
_MOST_COMING: Final = 16
_QUIET: Final = (
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "log.showSignature=false"),
    *("-c", "protocol.allow=never"),
    *("-c", "safe.bareRepository=explicit"),
    *("--no-pager", "--no-optional-locks", "--literal-pathspecs"),
)
_SILENT: Final = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",  # for a git that does not know the line above
    "LC_ALL": "C",
}
_OF_ANOTHER: Final = frozenset(
    {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE"}
)
"""Set where a hook of some repository has started the editor: they would make every folder that repository."""
_COMING: Final = ("MERGE_HEAD", "CHERRY_PICK_HEAD")
_AT_WORK: Final = ("index.lock", "REVERT_HEAD", *_COMING)


class GitDoesNotAnswer(Exception):
    """Git was asked, and who changed what is not known."""


class GitHangs(GitDoesNotAnswer):
    """It took too long; asking again would take as long."""


@dataclass(frozen=True, slots=True)
class CheckedOut:
    """A work tree and the commit it is at.

    `marks` are the files that are there while git changes the tree, or waits in the middle of a merge: its files may then
    be those of another commit than `head`, of one of `coming` where it is known.
    """

    top: str
    head: str
    marks: tuple[Path, ...] = ()
    is_at_work: bool = False
    coming: tuple[str, ...] = ()


def checked_out(folder: Path) -> CheckedOut | None:
    """The work tree that `folder` is in; None outside of git, without git, and before a first commit."""
    asked = (word for name in _AT_WORK for word in ("--git-path", name))
    answer = _git(folder, "rev-parse", "--show-toplevel", "HEAD", *asked)
    if answer is None:
        return None
    lines = answer.splitlines()
    if len(lines) != 2 + len(_AT_WORK):
        raise GitDoesNotAnswer(f"git's answer about {folder} cannot be understood")
    marks = tuple(folder / line for line in lines[2:])
    coming = tuple(commit for mark in marks if mark.name in _COMING for commit in _commits_in(mark))
    return CheckedOut(lines[0], lines[1], marks, any(map(os.path.lexists, marks)), coming)


def authors_since(file: Path, since: str, tree: CheckedOut) -> tuple[str, ...]:
    """The authors but this one (by `user.email`) whose commits after `since` changed `file`, the latest first.

    Where `since` is not behind what is checked out (an older branch, a rewritten history), the last commit that changed
    the file is judged too. Raises GitDoesNotAnswer.
    """
    if not since.isalnum():
        return ()
    top = Path(tree.top)
    place = ("--", os.path.relpath(file, top))
    own = (_git(top, "config", "user.email") or "").strip().lower()
    ask = ("log", f"--max-count={_MOST_COMMITS}", "--no-color", "--format=%ae%x00%an")
    answers = [_git(top, *ask, *tree.coming, "HEAD", f"^{since}", *place)]
    if _git(top, "merge-base", "--is-ancestor", since, "HEAD") is None:
        last = _git(top, *ask, "--max-count=1", "HEAD", *place)
        answers = [last, *answers] if last is not None else [None]
    elif answers[0] is None:
        answers = [None]
    if all(answer is None for answer in answers):
        raise GitDoesNotAnswer("git cannot tell who changed it")
    lines = (line for answer in answers for line in (answer or "").split("\n"))
    found = (line.split("\0", 1) for line in lines if "\0" in line)
    others = (f"{name} <{email}>" for email, name in found if not own or email.strip().lower() != own)
    return tuple(dict.fromkeys(others))


def content_at_head(file: Path, tree: CheckedOut) -> bytes | None:
    """What `file` holds in the commit that is checked out; None where that is not known."""
    place = os.path.relpath(file, tree.top).replace(os.sep, "/")
    return _git_bytes(Path(tree.top), "cat-file", "blob", f"{tree.head}:{place}")


def _commits_in(mark: Path) -> list[str]:
    try:
        with mark.open("rb") as opened:
            lines = opened.read(4096).decode("ascii", "replace").split()
    except OSError:
        return []
    return [line for line in lines if line.isalnum()][:_MOST_COMING]


def _git(folder: Path, *arguments: str) -> str | None:
    """What git prints; None where it fails."""
    answer = _git_bytes(folder, *arguments)
    return answer.decode("utf-8", "replace") if answer is not None else None


def _git_bytes(folder: Path, *arguments: str) -> bytes | None:
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
        raise GitHangs(f"git did not answer within {_TIMEOUT_S:.0f} s in {folder}") from error
    except (OSError, ValueError):
        return None
    return answer.stdout if answer.returncode == 0 else None
