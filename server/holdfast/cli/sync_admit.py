"""`holdfast sync approve` and `revoke`: which machines belong together."""

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from holdfast.cli.output import print_json, printable
from holdfast.cli.place import readable_folder
from holdfast.cli.sync_home import WAIT_S, AsJson, Yes, ask, sync_home
from holdfast.sessions.entries.clock import wall_clock_ms
from holdfast.sessions.identity.project import find_project
from holdfast.sessions.log.store import SessionLog
from holdfast.sharing import admitting
from holdfast.sharing.access import Access
from holdfast.sharing.deliver import publish_everywhere
from holdfast.sharing.own_series import known_segments
from holdfast.sharing.segment import segment_name
from holdfast.sharing.statement import Verdict
from holdfast.sharing.sync_home import SyncHome
from holdfast.sharing.sync_lock import alone


def approve(
    code: Annotated[str, typer.Argument(metavar="CODE", help="What the other machine shows.")],
    teammate: Annotated[bool, typer.Option("--teammate", help="It is somebody else's: for one project alone.")] = False,
    project: Annotated[Path, typer.Option("--project", metavar="DIR", help="The teammate's project.")] = Path(),
    into_prompts: Annotated[
        bool, typer.Option("--into-prompts", help="Let the teammate's sessions go into prompts here.")
    ] = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Admit the machine that shows CODE: it gets all sessions, or as a teammate's those of one project."""
    home = sync_home()
    verdict = Verdict("own")
    if teammate:
        verdict = Verdict("teammate", find_project(readable_folder(project), home.data), injected=into_prompts)
    ask(
        "Let it read the sessions of that project?" if teammate else "Let it read all sessions? It must be yours.",
        yes=yes,
    )
    with alone(home.data, WAIT_S):
        admitted = home.approve(home.places(), code, verdict)
    if as_json:
        print_json({"device": admitted.member.keys.name, "confirmation": admitted.confirmation})
        return
    print(f"“{printable(admitted.member.keys.name)}” is admitted. Its own screen must show {admitted.confirmation}:")
    print(
        "run `holdfast sync setup` there once more and compare. `holdfast sync now` here then sends it what there is."
    )


def revoke(
    device: Annotated[str, typer.Argument(metavar="DEVICE", help="Its name, or how its id begins.")],
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Shut a machine out, for good: nothing that is shared from now on can be read there. What it had, it may have kept."""
    home = sync_home()
    ask(f"Shut “{printable(device)}” out for good?", yes=yes)
    with alone(home.data, WAIT_S):
        places = home.places()
        access, there = home.access(places)
        kept = _known_of(home, access, device)
        access = admitting.revoke(home.vault, access, there, device, kept_segments=kept, at_ms=wall_clock_ms())
        publish_everywhere(places, access)
    if as_json:
        print_json({"revoked": device})
    else:
        print(f"“{printable(device)}” is shut out. What it has read it may have kept; new sessions it cannot read.")


def _known_of(home: SyncHome, access: Access, device: str) -> list[str]:
    """The hashes in the names of the segments that are known to be that device's."""
    devices = [
        member.keys.dev
        for member in access.membership.members
        if member.keys.name == device or (device and member.keys.dev.startswith(device.lower()))
    ]
    with closing(SessionLog(home.data / "sessions.db")) as log:
        names = log.read(lambda connection: known_segments(connection, devices))
    return [found.hash for name in names if (found := segment_name(name)) is not None]
