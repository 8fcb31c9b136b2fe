"""The writer thread's half of a recorder: one session's drafts become entries and are added to the log."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from holdfast.errors import StorageError
from holdfast.redaction.redactor import Redactor
from holdfast.sessions.editor import activity
from holdfast.sessions.entries.clock import wall_clock_ms
from holdfast.sessions.entries.entry import Draft, Entry
from holdfast.sessions.entries.kinds import SESSION_START
from holdfast.sessions.entries.redact_draft import redact_draft
from holdfast.sessions.entries.series import Series
from holdfast.sessions.entries.uuid7 import uuid7
from holdfast.sessions.identity.device import Device, load_device
from holdfast.sessions.identity.project import find_project
from holdfast.sessions.identity.pseudonyms import pseudonym_key
from holdfast.sessions.log.store import SeriesBroken, SessionLog

_LOG: Final = logging.getLogger(__name__)


class SessionWriter:
    """Begins the session at the first `write`; what could not be written stays, and goes first the next time.

    For one thread, save `device`, which is None until that thread has loaded it.
    """

    def __init__(self, log: SessionLog, workspace: Path | None, *, client: str) -> None:
        self.device: Device | None = None
        self._log = log
        self._workspace = workspace
        self._client = client
        self._began_ms = wall_clock_ms()
        self._series: Series | None = None
        self._redactor: Redactor | None = None
        self._unsealed: list[Draft] = []
        self._unwritten: list[tuple[Draft, Entry]] = []

    @property
    def waiting(self) -> int:
        """How many entries are kept for the next `write`."""
        return len(self._unsealed) + len(self._unwritten)

    def write(self, drafts: Sequence[Draft]) -> None:
        """Seal and add `drafts` and all that waited; raises StorageError and keeps them."""
        self._unsealed.extend(drafts)
        series = self._series or self._begin()
        for draft in self._unsealed:
            try:
                self._unwritten.append((draft, series.extend(self._redacted(draft))))
            except ValueError:
                _LOG.exception("An entry of kind %s cannot be recorded.", draft.kind)
        self._unsealed.clear()
        if not self._unwritten:
            return
        try:
            self._log.add([entry for _, entry in self._unwritten])
        except SeriesBroken:
            self._start_over()
            raise
        self._unwritten.clear()

    def close(self) -> None:
        """Let go of the database."""
        self._log.close()

    def _redacted(self, draft: Draft) -> Draft:
        """`draft` as it may be stored; without a key, which `_begin` loads, nothing is."""
        if self._redactor is None:
            raise ValueError("no key to redact with")
        return redact_draft(draft, self._redactor)

    def _begin(self) -> Series:
        data = self._log.path.parent
        self.device = load_device(data)
        self._redactor = Redactor(pseudonym_key(data, self.device))
        project = self._project(data)
        self._series = Series(dev=self.device.id, session=str(uuid7(self._began_ms)), project=project)
        self._unsealed.insert(0, activity.session_started(self._began_ms, self._client))
        return self._series

    def _project(self, data: Path) -> str | None:
        try:
            return find_project(self._workspace, data) if self._workspace else None
        except (StorageError, OSError) as error:
            _LOG.warning("This session is recorded without its project: %s", error)
            return None

    def _start_over(self) -> None:
        """The database no longer holds the beginning of this session: what is left goes into a new one."""
        self._unsealed = [draft for draft, _ in self._unwritten if draft.kind != SESSION_START]
        self._unwritten = []
        self._series = None
        self._began_ms = wall_clock_ms()
