"""`holdfast sessions verify`, `rebuild`, `size`, `keep`: the log itself."""

from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from holdfast.cli.asking import confirmed
from holdfast.cli.output import new_console, print_json, printable
from holdfast.cli.sessions_log import NOTHING_YET, AsJson, InProject, Yes, open_log, project_of, sessions_db, writing
from holdfast.cli.shown_progress import shown_while
from holdfast.errors import HoldfastError, StorageError, UsageError
from holdfast.sessions.log.rebuild import rebuild as rebuild_derived
from holdfast.sessions.log.size import Share, database_bytes

_MEGABYTE = 1_000_000


def verify(as_json: AsJson = False) -> None:
    """Check that the session log is what was written."""
    with open_log() as history, shown_while("Checking:") as progress:
        problems = history.problems(progress) if history else []
    if as_json:
        print_json({"ok": not problems, "problems": problems})
    elif problems:
        print(*map(printable, problems), sep="\n")
    else:
        print("The session log is as it was written.")
    if problems:
        raise StorageError(
            f"The session log is damaged in {len(problems)} places.",
            remedy="`holdfast sessions rebuild` makes again what is derived. Entries not named above are whole;"
            " a backup of the data directory can replace the others.",
        )


def rebuild(as_json: AsJson = False) -> None:
    """Make lists, search and memory again from the entries; nothing recorded is lost."""
    if not sessions_db().exists():
        raise HoldfastError("Nothing is recorded yet.", remedy=NOTHING_YET)
    with writing() as opened, shown_while("Making lists, search and memory again:") as progress:
        made = opened.log.change(lambda connection: rebuild_derived(connection, progress))
    if as_json:
        print_json({"entries": made.entries, "unreadable": made.unreadable})
        return
    print(f"Lists, search and memory were made again from {made.entries:,} entries.")
    if made.unreadable:
        print(f"{made.unreadable:,} entries cannot be read; `holdfast sessions verify` names them.")


def size(as_json: AsJson = False) -> None:
    """Show how much the log holds, by project and tool."""
    path = sessions_db()
    with open_log() as history:
        found = history.shares() if history else []
    if as_json:
        print_json({"database": database_bytes(path), "by": [_share_json(share) for share in found]})
        return
    console = new_console()
    if not found:
        console.print("Nothing is recorded yet.")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("sessions", "entries", "MB"):
        table.add_column(name, justify="right")
    table.add_column("tool")
    table.add_column("project", overflow="fold")
    for share in found:
        where = printable(share.folder or (share.project or "none")[:12])
        numbers = (f"{share.sessions:,}", f"{share.entries:,}", f"{share.bytes / _MEGABYTE:,.1f}")
        table.add_row(*numbers, Text(printable(share.tool)), Text(where))
    console.print(table)
    console.print(f"\nThe database takes {database_bytes(path) / _MEGABYTE:,.1f} MB: {path}", soft_wrap=True)


def keep(
    days: Annotated[
        int | None, typer.Option(min=1, max=36_500, metavar="N", help="Keep what was said for N days.")
    ] = None,
    everything: Annotated[bool, typer.Option("--everything", help="Keep it for ever, as at first.")] = False,
    project: InProject = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Say how long this device keeps what was said and done. Decisions, summaries and pins stay; so do tools' own files."""
    if (days is None) != everything:
        raise UsageError("How long is it to be kept?", remedy="Give --days N, or --everything.")
    where = "of this project" if project is not None else "of all projects"
    question = f"Keep what was said {where} for {days} days, and forget what is older on this device now?"
    if days is not None and not confirmed(question, yes=yes, remedy="Nothing was changed; --yes does it."):
        return
    with writing() as opened:
        gone = opened.orders.keep(days, project_of(project))
    if as_json:
        print_json({"days": days, "expired": gone})
    else:
        print(f"{gone:,} entries were too old." if days is not None else "Everything is kept from now on.")


def _share_json(share: Share) -> dict[str, str | int | None]:
    return {
        "project": share.project,
        "folder": share.folder,
        "tool": share.tool,
        "sessions": share.sessions,
        "entries": share.entries,
        "bytes": share.bytes,
    }
