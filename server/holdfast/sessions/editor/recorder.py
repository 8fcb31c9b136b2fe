"""What a sidecar holds to record its session: never waits, never raises, writes from a thread of its own.

Calls put drafts on a bounded queue. The writer thread takes what gathered in half a second, seals it into the
session's series and adds it in one transaction. While the database cannot be written (full disk, locked,
no permission) it keeps what it has, tries again, and says so in the log once; what no longer fits the queue is
counted, and the count becomes an entry of its own.
"""

import contextlib
import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from holdfast.errors import StorageError
from holdfast.sessions.editor import activity
from holdfast.sessions.editor.activity import SuggestionOutcome
from holdfast.sessions.editor.file_activity import FileActivity, FileEdits
from holdfast.sessions.editor.session_writer import SessionWriter
from holdfast.sessions.entries.clock import wall_clock_ms
from holdfast.sessions.entries.entry import Draft
from holdfast.sessions.log.store import SessionLog

_LOG: Final = logging.getLogger(__name__)
_QUEUE_BOUND: Final = 10_000
_BATCH_BOUND: Final = 500
_GATHER_S: Final = 0.5
_TICK_S: Final = 30.0
_FIRST_RETRY_S: Final = 0.5
_LAST_RETRY_S: Final = 30.0
_CLOSE_S: Final = 10.0

DefinitionsAt = Callable[[str, Sequence[int]], Sequence[str]]


class SessionRecorder:
    """One editor session, from `start` to `close`. Every method but `close` returns at once; any thread may call.

    `workspace` may be None: the session then belongs to no project. `client` is the editor as it names itself.
    `definitions_at` names the definitions around lines (from 1) of a file; it is asked in the writing thread.
    At most `bound` entries wait while the log cannot be written.
    """

    def __init__(
        self,
        log: SessionLog,
        workspace: Path | None,
        *,
        client: str,
        definitions_at: DefinitionsAt = lambda _path, _lines: (),
        bound: int = _QUEUE_BOUND,
    ) -> None:
        self._writer = SessionWriter(log, workspace, client=client)
        self._drafts: queue.Queue[Draft | FileEdits | None] = queue.Queue(bound)
        self._files = FileActivity()
        self._definitions_at = definitions_at
        self._commit: str | None = None
        self._branch: str | None = None
        self._dropped = 0
        self._lock = threading.Lock()
        self._stored_more = threading.Condition(self._lock)
        self._given, self._drawn, self._stored = 0, 0, 0
        self._closing = threading.Event()
        self._failing = False
        self._thread = threading.Thread(target=self._run, name="holdfast-session-log", daemon=True)

    def start(self) -> None:
        """Begin to write; what was recorded before waits for this."""
        self._thread.start()

    def close(self) -> None:
        """Write what is left and the end of the session; waits for it, ten seconds at most."""
        self._closing.set()
        if self._thread.is_alive():
            self._wake()
            self._thread.join(_CLOSE_S)

    def file_worked_on(self, path: str, language: str, line: int) -> None:
        """An edit of `path`, relative to the workspace, in `line` (from 1); entries are made every few minutes."""
        edits = self._files.edited(path, language, time.monotonic(), line)
        if edits is not None:
            self._put(edits)

    def branch_seen(self, branch: str) -> None:
        """The branch checked out; recorded when it is another one than before."""
        with self._lock:
            known, self._branch = self._branch, branch
        if branch != known:
            self._put(activity.branch_seen(wall_clock_ms(), branch))

    def commit_seen(self, commit: str, subject: str) -> None:
        """The commit checked out; recorded when it is another one than before, and not the first that was seen."""
        with self._lock:
            known, self._commit = self._commit, commit
        if known is not None and commit != known:
            self._put(activity.commit_seen(wall_clock_ms(), commit, subject))

    def task_ended(self, name: str, exit_code: int) -> None:
        """A task of the editor ended."""
        self._put(activity.task_ended(wall_clock_ms(), name, exit_code))

    def diagnostics_changed(self, path: str, errors: int, warnings: int, messages: Sequence[str]) -> None:
        """`path`, relative to the workspace, has so many errors and warnings now, the first errors being `messages`."""
        self._put(activity.diagnostics_changed(wall_clock_ms(), path, errors, warnings, messages))

    def decided(self, text: str) -> None:
        """A person recorded a decision."""
        self._put(activity.decided(wall_clock_ms(), text))
        self._wake()

    def wait_until_written(self, timeout_s: float) -> bool:
        """Wait until all that was recorded before is in the log; False where that takes longer. The one call that waits."""
        with self._stored_more:
            given = self._given
            return self._stored_more.wait_for(lambda: self._stored >= given, timeout_s)

    def suggestion(self, outcome: SuggestionOutcome) -> None:
        """A suggestion that was shown, once it is known what became of it."""
        self._put(activity.suggestion_shown(wall_clock_ms(), outcome))

    def hash_text(self, text: str) -> str | None:
        """What may be stored in place of a suggestion's text; None until the device's key has been read."""
        device = self._writer.device
        return device.hash_text(text) if device is not None else None

    def _put(self, draft: Draft | FileEdits) -> None:
        with self._lock:
            try:
                self._drafts.put_nowait(draft)
            except queue.Full:
                self._dropped += 1
            else:
                self._given += 1

    def _wake(self) -> None:
        with contextlib.suppress(queue.Full):  # When it is full, the thread does not wait for anything to come.
            self._drafts.put_nowait(None)

    def _run(self) -> None:
        try:
            self._write_until_done([])
            while not self._closing.is_set():
                self._write_until_done(self._gather())
            self._write_last()
        except Exception:  # noqa: BLE001  a task ends here; typing goes on
            _LOG.exception("The session is no longer recorded.")
        finally:
            self._writer.close()

    def _gather(self) -> list[Draft]:
        """What comes within half a second of the first draft, and what is due by now."""
        gathered = [self._next(_TICK_S)]
        until = time.monotonic() + _GATHER_S
        while len(gathered) < _BATCH_BOUND and not self._closing.is_set():
            left = until - time.monotonic()
            if gathered[-1] is None or left <= 0:
                break
            gathered.append(self._next(left))
        return [self._draft(item) for item in gathered if item is not None] + self._due()

    def _next(self, wait_s: float) -> Draft | FileEdits | None:
        try:
            item = self._drafts.get(timeout=wait_s)
        except queue.Empty:
            return None
        self._drawn += item is not None
        return item

    def _due(self) -> list[Draft]:
        with self._lock:
            dropped, self._dropped = self._dropped, 0
        lost = [activity.entries_dropped(wall_clock_ms(), dropped)] if dropped else []
        return lost + [self._draft(edits) for edits in self._files.due(time.monotonic())]

    def _write_until_done(self, drafts: list[Draft]) -> None:
        wait_s = _FIRST_RETRY_S
        while not self._written(drafts) and not self._closing.wait(wait_s):
            drafts = []  # The writer has them.
            wait_s = min(wait_s * 2, _LAST_RETRY_S)

    def _written(self, drafts: list[Draft]) -> bool:
        try:
            self._writer.write(drafts)
        except StorageError as error:
            if not self._failing:
                _LOG.warning("The session log cannot be written; entries wait in memory. %s", error)
            self._failing = True
            return False
        if self._failing:
            _LOG.info("The session log is written again.")
        self._failing = False
        with self._stored_more:
            self._stored = self._drawn
            self._stored_more.notify_all()
        return True

    def _write_last(self) -> None:
        drafts = []
        while not self._drafts.empty():
            drafts.append(self._drafts.get_nowait())
        last = [self._draft(item) for item in drafts if item is not None] + self._due()
        last += [self._draft(edits) for edits in self._files.rest(time.monotonic())]
        last.append(activity.session_ended(wall_clock_ms()))
        # Once more: another process that makes lists and search again holds the lock for longer than one wait.
        if not self._written(last) and not self._written([]):
            _LOG.warning("The session log could not be written; %d entries are lost.", self._writer.waiting)

    def _draft(self, item: Draft | FileEdits) -> Draft:
        """The draft of what was put on the queue; for the writing thread, since definitions are looked up."""
        if isinstance(item, Draft):
            return item
        try:
            definitions = self._definitions_at(item.path, item.lines)
        except StorageError as error:
            _LOG.info("The definitions of an edited file are not recorded: %s", error)
            definitions = ()
        return activity.file_worked_on(wall_clock_ms(), item.path, item.language, item.edits, definitions)
