"""`holdfast sync setup`: a first machine makes a vault, every other comes to belong to it."""

import os
import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from holdfast.cli.output import print_json, printable
from holdfast.cli.sync_home import WAIT_S, AsJson, Yes, ask, data_folder
from holdfast.errors import UsageError
from holdfast.sessions.entries.clock import wall_clock_ms
from holdfast.sharing.access import Access
from holdfast.sharing.deliver import publish_everywhere
from holdfast.sharing.device_keys import DeviceKeys
from holdfast.sharing.git_words import shown_url
from holdfast.sharing.key_files import load_device_keys, renew_device_keys
from holdfast.sharing.open_places import open_places
from holdfast.sharing.places import Places
from holdfast.sharing.recovery import RecoveryKey, read_recovery_key
from holdfast.sharing.setting_up import Admission, NewVault, Waiting, recover
from holdfast.sharing.setup_file import Setup, read_setup
from holdfast.sharing.sync import VAULT_HOME, Sync
from holdfast.sharing.sync_home import SyncHome, Wanted
from holdfast.sharing.sync_lock import alone
from holdfast.sharing.vault_home import VaultHome

_MOST_TRIES: Final = 3
_LAST_GROUP: Final = 6


def setup(  # noqa: PLR0913, PLR0917 - each is an option
    folder: Annotated[
        Path | None, typer.Option("--folder", metavar="DIR", help="A folder that something carries.")
    ] = None,
    git: Annotated[str | None, typer.Option("--git", metavar="URL", help="A git remote.")] = None,
    name: Annotated[str | None, typer.Option("--name", help="What the others call this machine.")] = None,
    vault: Annotated[str | None, typer.Option("--vault", metavar="ID", help="Which one, where several lie.")] = None,
    recovery: Annotated[
        bool, typer.Option("--recover", help="No other machine is left: ask for the recovery key.")
    ] = False,
    new_keys: Annotated[bool, typer.Option("--new-keys", help="Make new keys; this machine is paired again.")] = False,
    leave: Annotated[bool, typer.Option("--leave", help="Leave the vault that this machine belongs to.")] = False,
    inside_repository: Annotated[
        bool, typer.Option("--inside-repository", help="Let DIR lie in a repository.")
    ] = False,
    into_prompts: Annotated[
        bool, typer.Option("--into-prompts", help="In a teammate's vault: let its sessions go into prompts here.")
    ] = False,
    same_remote: Annotated[bool, typer.Option("--same-remote", help="Let URL be where code lies.")] = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Share session logs: the first machine makes a vault, every other shows a code for `holdfast sync approve`.

    Run it again after the other machine has approved.
    """
    data = data_folder()
    if leave:
        ask("Leave the vault? This machine then has to be paired anew.", yes=yes)
        VaultHome(data / VAULT_HOME).put_aside()
    keys = renew_device_keys(data) if new_keys else load_device_keys(data)
    home = _home(data, keys, Wanted(_here(), folder, git, name, inside_repository, same_remote), yes=yes)
    if recovery:
        _recover(home, as_json=as_json)
        return
    with alone(data, WAIT_S):
        places = home.places()
        match home.next_step(places, vault):
            case NewVault() as new:
                _begin(home, places, new, yes=yes, as_json=as_json)
            case Waiting() as waiting:
                _wait(waiting, as_json=as_json)
            case Admission() as admission:
                _confirm(home, places, admission, into_prompts=into_prompts, yes=yes, as_json=as_json)
            case Access() as access:
                _belongs(home, places, access, as_json=as_json)


def _home(data: Path, keys: DeviceKeys, wanted: Wanted, *, yes: bool) -> SyncHome:
    """What is set up, with the place that is new."""
    before = read_setup(data) or Setup("")
    if wanted.folder is None and wanted.git is None and not before.has_place:
        raise UsageError("Nothing says where to share.", remedy="Give --folder DIR or --git URL.")
    if wanted.git is not None and wanted.git != before.git:
        ask(
            f"Everybody who can read {printable(shown_url(wanted.git))} will see that you share, when and how much, "
            "and the names of your machines; not what. Share there?",
            yes=yes,
        )
    return SyncHome(data, before, keys).with_place(wanted)


def _begin(home: SyncHome, places: Places, new: NewVault, *, yes: bool, as_json: bool) -> None:
    if not yes and not sys.stdin.isatty():
        raise UsageError(
            "“Type the last six characters of the recovery key” is what would have been asked.",
            remedy="Nothing was made. --yes makes a vault and shows its recovery key without asking for a proof.",
        )
    text = new.recovery.text
    if not as_json:
        print("This is the recovery key. It is shown once and kept nowhere. When all your machines are lost, it alone")
        print(f"opens what was shared: write it down, or keep it in a password manager.\n\n  {text}\n")
    if yes:
        print("holdfast: nobody proved that the recovery key was written down (--yes).", file=sys.stderr)
    else:
        _prove(new.recovery)
    home.begin(places, new)
    if as_json:
        print_json({"state": "begun", "vault": new.state.founding.id, "recovery": text})
    else:
        print(f"The vault is made in {' and '.join(map(printable, places.labels))}.")
        print("`holdfast sync preview` shows what would leave this machine; `holdfast sync now` shares it.")


def _prove(recovery: RecoveryKey) -> None:
    for _ in range(_MOST_TRIES):
        typed = typer.prompt(f"Its last {_LAST_GROUP} characters, to prove that you have it", err=True)
        if recovery.is_proved_by(typed):
            return
        print("Those are others.", file=sys.stderr)
    raise UsageError(
        "Nothing was made: the recovery key was not proved.", remedy="Run it again; there will be a new one."
    )


def _wait(waiting: Waiting, *, as_json: bool) -> None:
    if as_json:
        print_json({"state": "waiting", "code": waiting.code, "founder": waiting.founder})
        return
    print(f"A vault lies there that “{printable(waiting.founder)}” began. On a machine that belongs to it, run\n")
    print(f"  holdfast sync approve {waiting.code}\n")
    print(
        "and then `holdfast sync setup` here once more. Until then nothing leaves this machine but its name and keys."
    )


def _confirm(
    home: SyncHome, places: Places, admission: Admission, *, into_prompts: bool, yes: bool, as_json: bool
) -> None:
    by, code = printable(admission.by), admission.confirmation
    whose = " as a teammate's machine, for one project" if admission.project else ""
    if not as_json:
        print(f"“{by}” has admitted this machine{whose}. There it says {code}.")
    ask(f"Does the machine that approved show {code}?", yes=yes)
    home.confirm(places, code, injected=into_prompts)
    if as_json:
        print_json({"state": "admitted", "by": admission.by, "confirmation": code, "project": admission.project})
    else:
        print(
            "This machine belongs now. `holdfast sync preview` shows what would leave it; `holdfast sync now` shares."
        )


def _belongs(home: SyncHome, places: Places, access: Access, *, as_json: bool) -> None:
    vault = access.membership.founding.id
    if as_json:
        print_json({"state": "member", "vault": vault})
    else:
        print(f"“{printable(home.setup.name)}” belongs to the vault {vault[:12]}, over {' and '.join(places.labels)}.")


def _recover(home: SyncHome, *, as_json: bool) -> None:
    """Belong by the recovery key, and take in with it at once what other machines had sealed: later nothing else reads it."""
    key = _typed_recovery()
    with alone(home.data, WAIT_S):
        places = home.places()
        there = places.documents()
        access = recover(home.vault, home.keys, there, key, name=home.setup.name, at_ms=wall_clock_ms())
        publish_everywhere(places, access)
    transports = open_places(home.data, home.setup, home.keys.dev)
    report = Sync(home.data, transports, home.keys, never=home.setup.never).run(recovery=key.identity)
    received = sum(report.received.values())
    if as_json:
        print_json({"state": "recovered", "vault": access.membership.founding.id, "received": received})
    else:
        print(f"Recovered: {received} entries are here. `holdfast sync revoke` shuts out the machines that were lost.")


def _typed_recovery() -> RecoveryKey:
    if sys.stdin.isatty():
        return read_recovery_key(typer.prompt("The recovery key", hide_input=True, err=True))
    return read_recovery_key(sys.stdin.readline())


def _here() -> Path:
    try:
        return Path.cwd()
    except OSError:
        return Path(os.sep)
