"""One window's part of the session log: what the editor did is recorded from here."""

import asyncio
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from holdfast.completion.acceptance import Judged
from holdfast.completion.found_names import found_by
from holdfast.errors import UsageError
from holdfast.index.retrieval.query import place_of
from holdfast.locations import Locations
from holdfast.lsp.command_names import SHARING_COMMANDS
from holdfast.lsp.editor_events import diagnostics_changed, task_ended
from holdfast.lsp.progress import Report
from holdfast.sessions.editor.activity import SuggestionOutcome
from holdfast.sessions.editor.recorder import SessionRecorder
from holdfast.sessions.identity.quiet_git import ask_git
from holdfast.sessions.identity.repository import find_repository, read_branch, read_commit
from holdfast.sessions.log.store import SessionLog
from holdfast.workspace_folder import Workspace

if TYPE_CHECKING:
    from holdfast.lsp.session_background import SessionBackground, Syncing
    from holdfast.lsp.session_commands import SessionCommands
    from holdfast.lsp.sharing_commands import SharingCommands
    from holdfast.redaction.model_pass import Ask

Json = dict[str, object]

_NEWS_S: Final = 10.0
_SETTLED_S: Final = 2.0
_LONG_S: Final = 2.0
_A_MOMENT_S: Final = 0.1
_WRITTEN_S: Final = 5.0


class SessionPart:
    """Records this window's session; `workspace` gives the folders as they are now."""

    def __init__(
        self,
        locations: Locations,
        root: Path | None,
        client: str,
        workspace: Callable[[], Workspace],
        model: "Callable[[], Ask | None]" = lambda: None,
    ) -> None:
        """`model` says whom importers ask about what was said."""
        self.locations = locations
        self.root = root
        self.recorder = SessionRecorder(
            SessionLog(locations.sessions_db), root, client=client, definitions_at=self._definitions_at
        )
        self._workspace = workspace
        self._model = model
        self._commit: str | None = None
        self._untold: list[Judged] = []
        self._looked_at = -_NEWS_S
        self._state: object = None
        self._commands: SessionCommands | None = None
        self._sharing: SharingCommands | None = None
        self._background: SessionBackground | None = None

    def start(self) -> None:
        """Begin to write."""
        self.recorder.start()

    async def go_on_in_background(self, roots: Sequence[Path]) -> None:
        """Follow and share, from when the window has settled."""
        await asyncio.sleep(_SETTLED_S)
        self._background = await asyncio.to_thread(self._start_background, tuple(roots))

    def long_sync(self) -> "Syncing | None":
        """A sync in the background that has lasted for two seconds; None while there is none."""
        syncing = self._background.syncing if self._background is not None else None
        return syncing if syncing is not None and time.monotonic() - syncing.since > _LONG_S else None

    async def aclose(self) -> None:
        """Write what is left, and the end of the session; what goes on in the background ends."""
        self._tell_judged()
        await asyncio.to_thread(self.recorder.close)
        if self._background is not None:
            await asyncio.to_thread(self._background.close)

    def judged(self, judged: Judged) -> None:
        """A suggestion, once it is known what became of it; written down a moment later, for it is told at a key."""
        self._untold.append(judged)
        if len(self._untold) == 1:
            asyncio.get_running_loop().call_later(_A_MOMENT_S, self._tell_judged)

    def _tell_judged(self) -> None:
        untold, self._untold = self._untold, []
        for judged in untold:
            self._record(judged)

    def _record(self, judged: Judged) -> None:
        shown = judged.shown
        self.recorder.suggestion(
            SuggestionOutcome(
                path=shown.path,
                language=shown.language,
                engine=shown.engine,
                model=shown.model,
                outcome=judged.fate,
                length=len(shown.text) - shown.already,
                accepted_length=judged.taken,
                shown_ms=judged.shown_ms,
                text_hash=self.recorder.hash_text(shown.text),
                text=shown.text[shown.already : shown.already + judged.taken],
                found_by=found_by(shown.text, shown.cursor, shown.blocks) if shown.cursor is not None else (),
                place=place_of(shown.cursor.before) if shown.cursor is not None else "",
            )
        )

    def look_at_repository(self) -> None:
        """Blocking: which branch and commit are checked out now."""
        if self.root is None:
            return
        branch = read_branch(self.root)
        if branch is not None:
            self.recorder.branch_seen(branch)
        commit, repository = read_commit(self.root), find_repository(self.root)
        if commit is None or commit == self._commit or repository is None:
            return
        self._commit = commit
        subject = ask_git(repository, "log", "-1", "--format=%s", commit, "--")
        self.recorder.commit_seen(commit, (subject or "").strip())

    async def execute(self, name: str, argument: object, report: Report) -> Json:
        """Carry out one of `SESSION_COMMANDS` or `SHARING_COMMANDS`; raises HoldfastError."""
        if name == "holdfast.recordDecision":
            return await asyncio.to_thread(self._record_decision, argument)
        return await asyncio.to_thread(self._run, name, argument, report)

    def has_news(self) -> bool:
        """Blocking, and cheap: whether the log is another than when this last said so, ten seconds ago or more."""
        now, path = time.monotonic(), self.locations.sessions_db
        if now - self._looked_at < _NEWS_S:
            return False
        state = tuple(_size_and_time(file) for file in (path, path.with_name(f"{path.name}-wal")))
        known, self._state = self._state, state
        if state == known:
            return False
        self._looked_at = now
        return True

    def task_ended(self, params: object) -> None:
        """`holdfast/taskEnded`."""
        task_ended(self.recorder, params)

    def diagnostics_changed(self, params: object) -> None:
        """`holdfast/diagnosticsChanged`."""
        diagnostics_changed(self.recorder, self._workspace(), params)

    def _record_decision(self, argument: object) -> Json:
        text = argument.get("text") if isinstance(argument, dict) else None
        if not isinstance(text, str) or not text.strip():
            raise UsageError("There is nothing to write down.", remedy="Give a sentence.")
        self.recorder.decided(text.strip())
        if self.recorder.wait_until_written(_WRITTEN_S):
            return {"summary": "The decision is in the session log."}
        return {
            "summary": "The decision waits: the session log cannot be written just now. It goes in as soon as it can."
        }

    def _run(self, name: str, argument: object, report: Report) -> Json:
        if name in SHARING_COMMANDS:
            return self._run_sharing(name, argument, report)
        if self._commands is None:
            from holdfast.lsp.session_commands import SessionCommands  # noqa: PLC0415 - importers, which few windows need

            self._commands = SessionCommands(self.locations, self.root, self._model)
        return self._commands.run(name, argument, report)

    def _run_sharing(self, name: str, argument: object, report: Report) -> Json:
        if self._sharing is None:
            from holdfast.lsp.sharing_commands import SharingCommands  # noqa: PLC0415 - cryptography, for few windows

            self._sharing = SharingCommands(self.locations.data, self.root)
        return self._sharing.run(name, argument, report)

    def _start_background(self, roots: Sequence[Path]) -> "SessionBackground":
        from holdfast.lsp.session_background import SessionBackground  # noqa: PLC0415 - importers and cryptography

        background = SessionBackground(self.locations, roots, self._model)
        background.start()
        return background

    def _definitions_at(self, path: str, lines: Sequence[int]) -> list[str]:
        """The definitions around these lines of a file, in whichever folder has it; the recorder's thread asks."""
        for folder in self._workspace().folders:
            names = folder.reader.definitions_around(path, lines)
            if names:
                return names
        return []


def _size_and_time(file: Path) -> tuple[int, int]:
    try:
        status = file.stat()
    except OSError:
        return 0, 0
    return status.st_size, status.st_mtime_ns
