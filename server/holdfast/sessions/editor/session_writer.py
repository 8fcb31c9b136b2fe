"""The writer thread's half of a recorder: one session's drafts become entries and are added to the log."""

import logging
from collections.abc import Callable, Sequence
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
from holdfast.sessions.log.orders import Orders
from holdfast.sessions.log.store import SeriesBroken, SessionLog
from holdfast.sessions.log.tombstones import session_forgotten_ms

_LOG: Final = logging.getLogger(__name__)
_FIRST_EXPIRY_MS: Final = 5 * 60_000
_EXPIRY_EVERY_MS: Final = 24 * 3_600_000
_MOST_HELD: Final = 100


class SessionWriter:
    """Begins the session once something happened in it; what could not be written stays, and goes first the next time.

    An editor that was opened, looked at and closed leaves no session behind (`activity.has_happened`).
    Once a day, and first five minutes after the beginning, what is older than this device keeps it goes from the log. Where
    the person forgets this very session, what comes after that is a new one. For one thread, save `device`, which is None
    until that thread has loaded it.
    """

    def __init__(
        self, log: SessionLog, workspace: Path | None, *, client: str, now_ms: Callable[[], int] = wall_clock_ms
    ) -> None:
        self.device: Device | None = None
        self._log = log
        self._workspace = workspace
        self._client = client
        self._now_ms = now_ms
        self._began_ms = now_ms()
        self._expiry_ms = self._began_ms + _FIRST_EXPIRY_MS
        self._session = ""
        self._series: Series | None = None
        self._redactor: Redactor | None = None
        self._has_happened = False
        self._held: list[Draft] = []
        self._unsealed: list[Draft] = []
        self._unwritten: list[tuple[Draft, Entry]] = []

    @property
    def waiting(self) -> int:
        """How many entries are kept for the next `write`, save those in which nothing happened."""
        return len(self._unsealed) + len(self._unwritten)

    def write(self, drafts: Sequence[Draft]) -> None:
        """Seal and add `drafts` and all that waited; raises StorageError and keeps them."""
        self._unsealed.extend(drafts)
        self._write()
        self._expire()

    def close(self) -> None:
        """Let go of the database."""
        self._log.close()

    def _write(self) -> None:
        series = self._series or self._begin()
        if not self._has_happened and not self._happens():
            self._log.read(lambda _: None)  # Those who only read the log wait for somebody to bring it up to date.
            return
        for draft in self._unsealed:
            try:
                self._unwritten.append((draft, series.extend(self._redacted(draft))))
            except ValueError:
                _LOG.exception("An entry of kind %s cannot be recorded.", draft.kind)
        self._unsealed.clear()
        if not self._unwritten:
            return
        try:
            added = self._log.add([entry for _, entry in self._unwritten])
        except SeriesBroken:
            self._start_over()
            raise
        if added < len(self._unwritten) and (forgotten_ms := self._forgotten_ms()) is not None:
            self._start_over(after_ms=forgotten_ms)
            self._write()
            return
        self._unwritten.clear()

    def _happens(self) -> bool:
        """Whether something happened by now; until then what there is waits here, the latest of it."""
        self._held += self._unsealed
        self._unsealed.clear()
        self._has_happened = activity.has_happened(self._held)
        if self._has_happened:
            self._unsealed, self._held = self._held, []
        else:
            del self._held[1:-_MOST_HELD]
        return self._has_happened

    def _forgotten_ms(self) -> int | None:
        """When the person forgot this session; None while it is wanted."""
        device = self.device
        if device is None:
            return None
        return self._log.read(lambda connection: session_forgotten_ms(connection, self._session, device.id))

    def _expire(self) -> None:
        """Let go what is older than this device keeps it, when it is time for that."""
        now = self._now_ms()
        if now < self._expiry_ms or self.device is None:
            return
        self._expiry_ms = now + _EXPIRY_EVERY_MS
        try:
            gone = Orders(self._log, self.device.id).expire()
        except StorageError as error:
            _LOG.info("What is older than it is kept stays in the session log for now: %s", error)
            self._expiry_ms = now + _FIRST_EXPIRY_MS
            return
        if gone:
            _LOG.info("%d entries of the session log were older than they are kept.", gone)

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
        self._session = str(uuid7(self._began_ms))
        self._series = Series(dev=self.device.id, session=self._session, project=project)
        self._unsealed.insert(0, activity.session_started(self._began_ms, self._client))
        return self._series

    def _project(self, data: Path) -> str | None:
        try:
            return find_project(self._workspace, data) if self._workspace else None
        except (StorageError, OSError) as error:
            _LOG.warning("This session is recorded without its project: %s", error)
            return None

    def _start_over(self, after_ms: int = 0) -> None:
        """The database no longer holds the beginning of this session: what came `after_ms` goes into a new one."""
        left = [draft for draft, _ in self._unwritten if draft.kind != SESSION_START and draft.at_ms > after_ms]
        self._unsealed, self._unwritten = left, []
        self._held, self._has_happened = [], False
        self._series = None
        self._began_ms = self._now_ms()
