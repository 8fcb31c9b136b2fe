"""One window's part of the session log: what the editor did is recorded from here."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from holdfast.completion.acceptance import Judged
from holdfast.locations import Locations
from holdfast.lsp.editor_events import diagnostics_changed, task_ended
from holdfast.sessions.editor.activity import SuggestionOutcome
from holdfast.sessions.editor.recorder import SessionRecorder
from holdfast.sessions.identity.quiet_git import ask_git
from holdfast.sessions.identity.repository import find_repository, read_branch, read_commit
from holdfast.sessions.log.store import SessionLog
from holdfast.workspace_folder import Workspace


class SessionPart:
    """Records this window's session; `workspace` gives the folders as they are now."""

    def __init__(
        self, locations: Locations, root: Path | None, client: str, workspace: Callable[[], Workspace]
    ) -> None:
        self.locations = locations
        self.root = root
        self.recorder = SessionRecorder(
            SessionLog(locations.sessions_db), root, client=client, definitions_at=self._definitions_at
        )
        self._workspace = workspace
        self._commit: str | None = None

    def start(self) -> None:
        """Begin to write."""
        self.recorder.start()

    async def aclose(self) -> None:
        """Write what is left, and the end of the session."""
        await asyncio.to_thread(self.recorder.close)

    def judged(self, judged: Judged) -> None:
        """A suggestion, once it is known what became of it."""
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

    def task_ended(self, params: object) -> None:
        """`holdfast/taskEnded`."""
        task_ended(self.recorder, params)

    def diagnostics_changed(self, params: object) -> None:
        """`holdfast/diagnosticsChanged`."""
        diagnostics_changed(self.recorder, self._workspace(), params)

    def _definitions_at(self, path: str, lines: Sequence[int]) -> list[str]:
        """The definitions around these lines of a file, in whichever folder has it; the recorder's thread asks."""
        for folder in self._workspace().folders:
            names = folder.reader.definitions_around(path, lines)
            if names:
                return names
        return []
