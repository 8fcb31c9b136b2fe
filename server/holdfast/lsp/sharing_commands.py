"""The commands about sharing that an editor asks for; each blocks and is called in a worker thread.

`holdfast.shareSessionLogs` goes as far as it can without a person's word, and then says in `state` what is missing:

| state         | what the editor does                                                  | what it sends next        |
|---------------|-----------------------------------------------------------------------|---------------------------|
| `not_set_up`  | lets the person choose a folder or a git remote                       | `{folder}` or `{git}`     |
| `recovery`    | shows the recovery key, once, and lets them prove that they have it   | `{proof}`                 |
| `waiting`     | shows this machine's code, for a machine that belongs already         | later `{}`                |
| `admission`   | lets them compare `confirmation` with what the other machine shows    | `{confirmed}`             |
| `member`      | shows `markdown`: how sharing stands                                  |                           |
"""

from pathlib import Path
from typing import Final

from pydantic import BaseModel, ValidationError

from holdfast.errors import HoldfastError, UsageError
from holdfast.lsp.progress import Report
from holdfast.sessions.log.markdown import minute, one_line
from holdfast.sharing.errors import NotSetUp
from holdfast.sharing.key_files import load_device_keys
from holdfast.sharing.places import Places
from holdfast.sharing.setting_up import Admission, NewVault, Waiting
from holdfast.sharing.setup_file import Setup, read_setup
from holdfast.sharing.statement import Verdict
from holdfast.sharing.status import SharingStatus
from holdfast.sharing.sync import sync_as_set_up
from holdfast.sharing.sync_home import SyncHome, Wanted, load_sync_home
from holdfast.sharing.sync_lock import alone

Json = dict[str, object]

_WAIT_S: Final = 60.0


class _Asked(BaseModel):
    """The one argument of these commands; each looks at what concerns it."""

    folder: str | None = None
    git: str | None = None
    proof: str | None = None
    confirmed: str | None = None
    code: str = ""


class SharingCommands:
    """For the data directory `data`; `workspace` is where the person works. Raises HoldfastError."""

    def __init__(self, data: Path, workspace: Path | None) -> None:
        self._data = data
        self._workspace = workspace or Path.home()
        self._new: NewVault | None = None
        """A vault whose recovery key is on the screen and not yet proved; of it nothing is kept."""

    def run(self, name: str, argument: object, report: Report) -> Json:
        """Carry out the command `name`; `report` takes words and a percentage of what lasts."""
        try:
            asked = _Asked.model_validate(argument if argument is not None else {})
        except ValidationError as error:
            raise UsageError("The editor's question cannot be understood.") from error
        if name == "holdfast.pairMachine":
            return self._pair(asked.code)
        return self._sync(report) if name == "holdfast.syncNow" else self._share(asked)

    def _share(self, asked: _Asked) -> Json:
        if asked.folder is None and asked.git is None and not _is_set_up(self._data):
            return {"state": "not_set_up"}
        with alone(self._data, _WAIT_S):
            home = self._home(asked)
            places = home.places()
            if asked.proof is not None:
                return self._begin(home, places, asked.proof)
            if asked.confirmed is not None:
                home.confirm(places, asked.confirmed)
                return {"state": "admitted", "summary": "This machine belongs now. Sync Now shares what there is."}
            return self._next_step(home, places)

    def _home(self, asked: _Asked) -> SyncHome:
        before = read_setup(self._data) or Setup("")
        home = SyncHome(self._data, before, load_device_keys(self._data))
        folder = Path(asked.folder) if asked.folder is not None else None
        return home.with_place(Wanted(self._workspace, folder, asked.git))

    def _next_step(self, home: SyncHome, places: Places) -> Json:
        match home.next_step(places):
            case NewVault() as new:
                self._new = new
                return {"state": "recovery", "recovery": new.recovery.text}
            case Waiting() as waiting:
                return {"state": "waiting", "code": waiting.code, "founder": waiting.founder}
            case Admission() as admission:
                return {"state": "admission", "by": admission.by, "confirmation": admission.confirmation}
            case access:
                page = _status_page(home.status(places, access))
                return {"state": "member", "title": "Sharing Session Logs", "markdown": page}

    def _begin(self, home: SyncHome, places: Places, proof: str) -> Json:
        new, self._new = self._new, None
        if new is None:
            raise HoldfastError("There is no recovery key to prove.", remedy="Run Share Session Logs again.")
        if not new.recovery.is_proved_by(proof):
            raise HoldfastError(
                "Nothing was made: those are not the last six characters of the recovery key.",
                remedy="Run Share Session Logs again; there will be a new key.",
            )
        home.begin(places, new)
        return {"state": "begun", "summary": "The vault is made. Sync Now shares what there is."}

    def _pair(self, code: str) -> Json:
        home = load_sync_home(self._data)
        with alone(self._data, _WAIT_S):
            admitted = home.approve(home.places(), code, Verdict("own"))
        summary = (
            f"“{one_line(admitted.member.keys.name)}” is admitted. Its own screen must show {admitted.confirmation}: "
            "run Share Session Logs there once more and compare. Sync Now here then sends it what there is."
        )
        return {"confirmation": admitted.confirmation, "summary": summary}

    def _sync(self, report: Report) -> Json:
        def progress(doing: str, done: int, of: int) -> None:
            report(doing, 100 * done // of if of else None)

        done = sync_as_set_up(self._data, progress=progress, wait_s=_WAIT_S)
        if done is None:
            raise NotSetUp("Sharing is not set up on this machine.", remedy="Run Share Session Logs.")
        received = sum(done.received.values())
        words = [f"{done.sent} entries sent, {received} received."]
        words += [f"{len(done.parked)} files are parked (Share Session Logs says why)."] if done.parked else []
        return {"sent": done.sent, "received": received, "summary": " ".join([*words, *done.away.values()])}


def _is_set_up(data: Path) -> bool:
    setup = read_setup(data)
    return setup is not None and setup.has_place


def _status_page(status: SharingStatus) -> str:
    """How sharing stands, as Markdown."""
    lines = [f"# Sharing as “{one_line(status.name)}”", "", "## Places", ""]
    for place in status.places:
        how = f"{place.files} of {place.of} files of this machine" if place.away is None else one_line(place.away)
        lines.append(f"- {one_line(place.label)}: {how}")
    lines += ["", "## Machines", ""]
    for device in status.devices:
        heard = f"last heard of {minute(device.heard_ms)}" if device.heard_ms else "not heard of yet"
        standing = "this machine" if device.is_this else f"{device.standing}, {heard}"
        lines.append(f"- **{one_line(device.name)}**: {standing}, {device.entries} entries")
    waiting = [f"- {one_line(name)}" for name in status.pending]
    lines += ["", "## Waiting to be admitted", "", *waiting] if waiting else []
    parked = [f"- `{one_line(file.name)}`: {one_line(file.why)}" for file in status.parked]
    lines += ["", "## Parked", "", *parked] if parked else []
    if status.unsealed:
        lines += ["", f"{status.unsealed} entries are not shared yet: *Holdfast: Sync Now*."]
    return "\n".join([*lines, ""])
