"""`holdfast sync`: share the session log with other machines, end-to-end encrypted."""

import os
import sys
from contextlib import closing, suppress
from pathlib import Path
from typing import Annotated

import typer

from holdfast.cli.output import new_console, print_json, printable
from holdfast.cli.place import readable_folder
from holdfast.cli.sessions_log import open_log
from holdfast.cli.shown_progress import ShownProgress
from holdfast.cli.sync_admit import approve, revoke
from holdfast.cli.sync_home import WAIT_S, AsJson, Yes, ask, data_folder, sync_home
from holdfast.cli.sync_setup import setup
from holdfast.cli.sync_tables import (
    forgotten_lines,
    parked_lines,
    preview_json,
    preview_page,
    status_json,
    status_page,
)
from holdfast.errors import UsageError
from holdfast.locations import find_locations
from holdfast.redaction.redactor import Redactor
from holdfast.sessions.identity.device import load_device
from holdfast.sessions.identity.project import find_project
from holdfast.sessions.identity.pseudonyms import pseudonym_key
from holdfast.sessions.log.history import no_such_session, open_history
from holdfast.sessions.log.orders import Orders
from holdfast.sessions.log.store import SessionLog
from holdfast.sharing.access import enter, membership_of
from holdfast.sharing.device_keys import DeviceKeys
from holdfast.sharing.key_files import load_device_keys
from holdfast.sharing.members import Membership
from holdfast.sharing.open_places import open_places
from holdfast.sharing.places import Places
from holdfast.sharing.preview import Preview
from holdfast.sharing.preview import preview as make_preview
from holdfast.sharing.setup_file import Setup, read_setup, write_setup
from holdfast.sharing.status import SharingStatus
from holdfast.sharing.sync import VAULT_HOME, SyncReport, sync_as_set_up
from holdfast.sharing.sync_home import SyncHome
from holdfast.sharing.sync_lock import alone
from holdfast.sharing.transport import Transport, TransportError
from holdfast.sharing.vault_home import VaultHome
from holdfast.sqlite.connection import open_for_reading

app = typer.Typer(no_args_is_help=True, help="Share the session log with your other machines, end-to-end encrypted.")
app.command("setup")(setup)
app.command("approve")(approve)
app.command("revoke")(revoke)


@app.command("now")
def now(as_json: AsJson = False) -> None:
    """Send what is new here, and take in what is new elsewhere."""
    home = sync_home()
    report = _synced(home)
    if as_json:
        parked = [{"name": one.name, "why": one.why} for one in report.parked]
        print_json({"sent": report.sent, "received": sum(report.received.values()), "parked": parked})
    else:
        print(f"Sent {_counted(report.sent)}, received {_counted(sum(report.received.values()))}.")
        for line in parked_lines(report.parked):
            print(line)
    for why in (*report.away.values(), *report.problems):
        print(f"holdfast: {printable(why)}", file=sys.stderr)


@app.command("status")
def status(as_json: AsJson = False) -> None:
    """Show what is where, which machine was last heard of, and what is parked and why."""
    home = sync_home()
    found = _status(home)
    if as_json:
        print_json(status_json(found))
    else:
        status_page(new_console(), found)


@app.command("preview")
def preview(as_json: AsJson = False) -> None:
    """Show what would leave this machine, and what redaction took out of it. Writes nothing."""
    found = _preview()
    if as_json:
        print_json(preview_json(found))
    else:
        preview_page(new_console(), found)


@app.command("forget")
def forget(
    session_id: Annotated[str, typer.Argument(metavar="SESSION", help="A session's id, or how it begins.")],
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Forget a session here and on every machine, and show where it is still held."""
    home = sync_home()
    session = _session(home, session_id)
    ask(f"Forget {session} on every machine, for good?", yes=yes)
    with closing(SessionLog(home.data / "sessions.db")) as log:
        Orders(log, load_device(home.data).id).forget_session(session)
    report = _synced(home)
    found = _status(home)
    how_far = next((one for one in found.forgetting if one.session == session), None)
    if as_json:
        done = how_far.done if how_far else ()
        waiting = how_far.waiting if how_far else ()
        print_json({"session": session, "removed_on": list(done), "waiting": list(waiting)})
    else:
        print(f"{session} is forgotten.")
        for line in forgotten_lines(found, session):
            print(line)
    for why in report.away.values():
        print(f"holdfast: {printable(why)}", file=sys.stderr)


@app.command("exclude")
def exclude(
    project: Annotated[
        Path, typer.Option("--project", metavar="DIR", help="The project; this folder's when left out.")
    ] = Path(),
    undo: Annotated[bool, typer.Option("--undo", help="Share it again.")] = False,
    as_json: AsJson = False,
) -> None:
    """Never share the sessions of a project; what was shared of it is taken away with the next sync."""
    data = data_folder()
    found = find_project(readable_folder(project), data)
    before = read_setup(data) or Setup("")
    after = before.with_again(found) if undo else before.without(found)
    write_setup(data, after)
    if as_json:
        print_json({"project": found, "shared": undo})
    else:
        print(f"The sessions of {project.absolute()} are {'shared again' if undo else 'not shared'}.")


def _synced(home: SyncHome) -> SyncReport:
    progress = ShownProgress()
    try:
        report = sync_as_set_up(home.data, progress=progress, wait_s=WAIT_S)
    finally:
        progress.clear()
    if report is None:  # pragma: no cover - `home` says that it is set up
        raise UsageError("Sharing is not set up on this machine.")
    return report


def _status(home: SyncHome) -> SharingStatus:
    """Also where no place can be used: what is known here is shown then."""
    with alone(home.data, WAIT_S):
        places = Places(open_places(home.data, home.setup, home.keys.dev))
        with suppress(TransportError):
            places.refresh()
        access = enter(home.vault, home.keys, places.documents() if places.present else {})
        return home.status(places, access)


def _preview() -> Preview:
    data = data_folder()
    chosen = read_setup(data)
    path = find_locations(os.environ).sessions_db
    with open_log() as history:
        if history is None:
            return Preview((), 0)
    device = load_device(data)
    redactor = Redactor(pseudonym_key(data, device))
    never = chosen.never if chosen else frozenset()
    places: list[Transport] = []
    membership = None
    if chosen is not None and chosen.has_place:
        keys = load_device_keys(data)
        places, membership = open_places(data, chosen, keys.dev), _remembered(data, keys)
    with closing(open_for_reading(path)) as connection:
        return make_preview(connection, device.id, redactor, never, membership=membership, places=places)


def _remembered(data: Path, keys: DeviceKeys) -> Membership | None:
    """Who belongs, as far as this machine knows without asking any place; None before it was admitted."""
    state = VaultHome(data / VAULT_HOME).state()
    if state is None:
        return None
    return membership_of(state, keys, {}).seen_by(keys.signing.public, injected=False)


def _session(home: SyncHome, prefix: str) -> str:
    with open_history(home.data / "sessions.db") as history:
        if history is None:
            raise no_such_session(prefix)
        return history.find(prefix).id


def _counted(number: int) -> str:
    return f"{number} entr{'y' if number == 1 else 'ies'}"
