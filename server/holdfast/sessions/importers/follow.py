"""Follows Claude Code in the folder that is open: what is said there is in the log within seconds, before it is deleted.

Claude Code deletes its transcripts after thirty days unless told otherwise. The follower reads nothing until the person has
allowed it once for Claude Code. It looks at the sizes and times of the transcripts of this one folder, and reads what grew.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from holdfast.errors import HoldfastError
from holdfast.redaction.model_pass import Ask
from holdfast.sessions.importers.claude_code import ClaudeCode, claude_folders, find_in, folder_name, working_folder
from holdfast.sessions.importers.consent import Consents
from holdfast.sessions.importers.import_file import FileImporter
from holdfast.sessions.importers.surroundings import Surroundings
from holdfast.sessions.log.store import SessionLog

_LOG: Final = logging.getLogger(__name__)
_EVERY_S: Final = 3.0
_SLOWEST_S: Final = 60.0
_REST_PER_WORK: Final = 4.0
"""Seconds of rest for each second of work: the thread that answers the editor shares the interpreter with this one."""
_WORK_S: Final = 0.01


class _ClosedError(Exception):
    """The follower is to end in the middle of a file; what was added stays, and is gone on with the next time."""


class ClaudeCodeFollower:
    """Imports what Claude Code writes about `workspace` into the log at `log_path`, from a thread of its own."""

    def __init__(
        self,
        workspace: Path,
        log_path: Path,
        around: Surroundings,
        every_s: float = _EVERY_S,
        *,
        model: Callable[[], Ask | None] = lambda: None,
    ) -> None:
        """`model` is the file importer's: while it does not answer, what was said waits."""
        self._workspaces = tuple(dict.fromkeys((workspace.absolute(), workspace.resolve())))
        self._importer = ClaudeCode(around)
        self._roots = claude_folders(around)
        self._consents = Consents(log_path.parent)
        self._into = FileImporter(SessionLog(log_path), around.home, self._breathe, model=model)
        self._every_s = every_s
        self._seen: dict[Path, tuple[int, int]] = {}
        self._ours: dict[Path, tuple[int, bool]] = {}
        self._closing = threading.Event()
        self._worked_since = 0.0
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to follow; returns at once, and once is enough."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="claude-code-follower", daemon=True)
            self._thread.start()

    def close(self, timeout_s: float = 2.0) -> None:
        """Stop, and wait for at most `timeout_s`; what was not read by then is read the next time."""
        self._closing.set()
        if self._thread is not None:
            self._thread.join(timeout_s)

    def look_once(self) -> int:
        """Import what has changed since the last look; how many files that were. Nothing without consent."""
        if not self._consents.has(self._importer.tool):
            return 0
        changed = 0
        for path, state in self._transcripts():
            if self._seen.get(path) != state:
                self._worked_since = time.monotonic()
                outcome = self._into.import_file(self._importer, path)
                self._seen[path] = state
                changed += 1
                if outcome.problems:
                    level = logging.WARNING if outcome.is_held_back else logging.DEBUG
                    _LOG.log(level, "%s: %s", path, "; ".join(outcome.problems))
        return changed

    def _run(self) -> None:
        wait_s = self._every_s
        try:
            while not self._closing.wait(wait_s):
                wait_s = self._next_look(wait_s)
        except _ClosedError:
            pass
        except Exception:  # noqa: BLE001 - a thread ends here; the window goes on without it
            _LOG.exception("Claude Code is no longer followed in this window.")
        finally:
            self._into.close()

    def _next_look(self, wait_s: float) -> float:
        """Look, and say how long to wait for the next look: longer and longer while the log cannot be written."""
        try:
            self.look_once()
        except HoldfastError as error:
            if wait_s <= self._every_s:
                _LOG.warning("What Claude Code wrote is not imported for now. %s", error)
            return min(wait_s * 2, _SLOWEST_S)
        return self._every_s

    def _transcripts(self) -> Iterator[tuple[Path, tuple[int, int]]]:
        """The transcripts of the workspace, each with the time and the size that it has now."""
        for folder in self._folders():
            for found in find_in(folder):
                try:
                    status = found.path.stat()
                except OSError:
                    continue
                yield found.path, (status.st_mtime_ns, status.st_size)

    def _folders(self) -> Iterator[Path]:
        """The folders of sessions that were begun in the workspace, or in a folder of it."""
        names = tuple(folder_name(workspace) for workspace in self._workspaces)
        for root in self._roots:
            try:
                folders = sorted(folder for folder in (root / "projects").iterdir() if folder.name.startswith(names))
            except OSError:
                continue
            yield from (folder for folder in folders if self._is_ours(folder))

    def _is_ours(self, folder: Path) -> bool:
        """Whether its sessions name the workspace: the names of folders do not tell `/a/b` from `/a-b`."""
        try:
            changed = folder.stat().st_mtime_ns
        except OSError:
            return False
        known = self._ours.get(folder)
        if known is None or (not known[1] and known[0] != changed):
            folders = (working_folder(found.path) for found in find_in(folder) if not found.is_part)
            here = next((Path(named) for named in folders if named), None)
            known = (changed, here is not None and self._is_in_workspace(here))
            self._ours[folder] = known
        return known[1]

    def _is_in_workspace(self, folder: Path) -> bool:
        return any(folder.is_relative_to(workspace) for workspace in self._workspaces)

    def _breathe(self) -> None:
        """Rest in proportion to the work since the last rest."""
        worked_s = time.monotonic() - self._worked_since
        if worked_s < _WORK_S and not self._closing.is_set():
            return
        if self._closing.wait(min(worked_s, 1.0) * _REST_PER_WORK):
            raise _ClosedError
        self._worked_since = time.monotonic()
