"""Machines of one person, or of several, that share their session logs: each a data directory and a fingerprint of its own."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from holdfast.sessions.entries.canonical_json import JsonObject
from holdfast.sessions.entries.clock import wall_clock_ms
from holdfast.sessions.entries.entry import Draft
from holdfast.sessions.entries.kinds import CONTROL, MESSAGE, SESSION_END
from holdfast.sessions.identity.device import load_device
from holdfast.sessions.log.control import session_tombstone
from holdfast.sessions.log.store import SessionLog
from holdfast.sharing.access import enter
from holdfast.sharing.admitting import approve, revoke
from holdfast.sharing.age import AgeIdentity
from holdfast.sharing.deliver import publish_everywhere
from holdfast.sharing.key_files import load_device_keys
from holdfast.sharing.places import Places
from holdfast.sharing.setting_up import Admission, NewVault, Waiting, begin, confirm, set_up
from holdfast.sharing.statement import Verdict
from holdfast.sharing.sync import VAULT_HOME, Sync, SyncReport
from holdfast.sharing.transport import Transport
from holdfast.sharing.vault_home import VaultHome
from sessions_fixture import problems_in, rows

NOW_MS: Final = 1_795_000_000_000
REDACTED: Final[JsonObject] = {"rules_v": 1, "counts": {}}


@dataclass(slots=True)
class Home:
    """The machine called `name`, with its data below `folder`, sharing over `places`."""

    folder: Path
    name: str
    places: Sequence[Transport]
    never: frozenset[str] = frozenset()
    began: int = field(default=0)

    @property
    def data(self) -> Path:
        return self.folder / self.name

    @property
    def fingerprint(self) -> str:
        return f"machine of {self.name}"

    @property
    def dev(self) -> str:
        return load_device(self.data, self.fingerprint).id

    @property
    def vault(self) -> VaultHome:
        return VaultHome(self.data / VAULT_HOME)

    def log(self) -> SessionLog:
        return SessionLog(self.data / "sessions.db")

    def set_up(self) -> NewVault | Waiting | Admission | object:
        """The next step of `holdfast sync setup`, as a person who says yes takes it."""
        keys = load_device_keys(self.data, fingerprint=self.fingerprint)
        places = self._refreshed()
        there = places.documents()
        step = set_up(self.vault, keys, there, name=self.name, at_ms=NOW_MS, pseudonyms=b"p" * 32)
        if isinstance(step, NewVault):
            access = begin(self.vault, keys, step, there)
        elif isinstance(step, Waiting):
            places.each(lambda place: place.write(step.publication.files, step.publication.remove))
            return step
        elif isinstance(step, Admission):
            access = confirm(self.vault, keys, there, step.confirmation)
        else:
            return step
        publish_everywhere(places, access)
        return step

    def approve(self, code: str, verdict: Verdict | None = None) -> str:
        """Admit who shows `code`; the confirmation."""
        keys = load_device_keys(self.data, fingerprint=self.fingerprint)
        places = self._refreshed()
        there = places.documents()
        access = enter(self.vault, keys, there)
        admitted = approve(self.vault, access, there, code, verdict or Verdict("own"), at_ms=wall_clock_ms())
        publish_everywhere(places, admitted.access)
        return admitted.confirmation

    def revoke(self, device: str, kept: Sequence[str] = ()) -> None:
        """Shut `device` out."""
        keys = load_device_keys(self.data, fingerprint=self.fingerprint)
        places = self._refreshed()
        there = places.documents()
        access = enter(self.vault, keys, there)
        access = revoke(self.vault, access, there, device, kept_segments=kept, at_ms=NOW_MS)
        publish_everywhere(places, access)

    def sync(self, *, everything: bool = True, recovery: AgeIdentity | None = None) -> SyncReport:
        """`holdfast sync now`."""
        keys = load_device_keys(self.data, fingerprint=self.fingerprint)
        return Sync(self.data, self.places, keys, never=self.never, fingerprint=self.fingerprint).run(
            everything=everything, recovery=recovery
        )

    def record(
        self, session: str, *texts: str, project: str | None = None, at_ms: int = NOW_MS, end: bool = False
    ) -> list[str]:
        """Messages in `session`; the ids of their entries."""
        drafts = [
            Draft(at_ms, MESSAGE, ({"type": "text", "text": text},), role="user", redact=REDACTED) for text in texts
        ]
        if end:
            drafts.append(Draft(at_ms, SESSION_END, ()))
        log = self.log()
        try:
            return [entry.id for entry in log.append(self.dev, session, project, drafts)]
        finally:
            log.close()

    def forget(self, session: str) -> None:
        """`holdfast sessions forget`."""
        log = self.log()
        try:
            log.append(self.dev, CONTROL, None, [session_tombstone(NOW_MS, session)])
        finally:
            log.close()

    def entries(self) -> set[tuple[str, int, str, str]]:
        """Every entry of a session that the log holds: session, place, id, body. Not what devices say to each other."""
        found = rows(self.data / "sessions.db", "SELECT session, seq, id, body FROM entry WHERE session <> 'ctl'")
        return {(str(session), int(seq or 0), str(entry_id), str(body)) for session, seq, entry_id, body in found}

    def texts(self) -> set[str]:
        """The sessions' ids and the texts in the log, as far as a search by eye finds them."""
        return {body for *_, body in self.entries()}

    def problems(self) -> list[str]:
        """What `holdfast sessions verify` says."""
        return problems_in(self.data / "sessions.db")

    def change(self, statement: str, *values: str) -> None:
        """Change the database behind the log's back."""
        connection = sqlite3.connect(self.data / "sessions.db")
        with connection:
            connection.execute(statement, values)
        connection.close()

    def _refreshed(self) -> Places:
        places = Places(self.places)
        places.refresh()
        return places


def pair(first: Home, *others: Home) -> None:
    """Make the vault on `first`, and admit `others` one after another."""
    first.set_up()
    for other in others:
        waiting = other.set_up()
        assert isinstance(waiting, Waiting)
        first.approve(waiting.code)
        assert isinstance(other.set_up(), Admission)
