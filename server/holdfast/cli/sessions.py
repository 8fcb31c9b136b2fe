"""`holdfast sessions`: what was recorded on this machine, as a person reads it or as JSON."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import typer
from rich.text import Text

from holdfast.cli.output import new_console, print_json, printable
from holdfast.cli.sessions_forget import forget, pin, unpin
from holdfast.cli.sessions_import import import_sessions
from holdfast.cli.sessions_log import NOTHING_YET, AsJson, InProject, SessionId, open_log, project_here, project_of
from holdfast.cli.sessions_page import (
    entry_json,
    hit_json,
    local_time,
    print_entries,
    print_hits,
    print_sessions,
    session_json,
)
from holdfast.cli.sessions_text import carry_on, export, note
from holdfast.cli.sessions_upkeep import keep, rebuild, size, verify
from holdfast.errors import UsageError
from holdfast.sessions.log.history import no_such_session
from holdfast.sessions.log.search import MOST_HITS

app = typer.Typer(no_args_is_help=True, help="The session log: what was said, decided and done, and when.")

_SESSIONS_SHOWN: Final = 50
_ENTRIES_SHOWN: Final = 200
_MOST: Final = 1_000_000_000
_AGO: Final = re.compile(r"([0-9]{1,5})d")
_OfTool = Annotated[str | None, typer.Option("--tool", metavar="TOOL", help="Only this tool's, as `claude-code`.")]


@app.command("list")
def list_sessions(
    as_json: AsJson = False,
    project: InProject = None,
    tool: _OfTool = None,
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="Only what went on since: 2026-11-21, or 7d for seven days.")
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(min=1, max=_MOST, metavar="N", help=f"At most so many; {_SESSIONS_SHOWN}, with --json all."),
    ] = None,
) -> None:
    """List the recorded sessions, the latest first."""
    since_ms = _time(since) if since is not None else None
    with open_log() as history:
        sessions = (
            history.sessions(project=project_of(project), tool=tool, since_ms=since_ms, limit=limit) if history else []
        )
    if as_json:
        print_json([session_json(session) for session in sessions])
    elif sessions:
        shown = sessions[: limit or _SESSIONS_SHOWN]
        print_sessions(new_console(), shown, len(sessions) - len(shown))
    elif project or tool or since:
        print("No session is like that.")
    else:
        print(f"Nothing is recorded yet. {NOTHING_YET}")


@app.command("search")
def search_sessions(
    question: Annotated[list[str], typer.Argument(metavar="QUERY", help="A word, how one begins, or a question.")],
    as_json: AsJson = False,
    project: InProject = None,
    tool: _OfTool = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST_HITS, metavar="N", help="At most so many.")] = 20,
) -> None:
    """Search what was said and decided; this folder's project comes first."""
    asked = " ".join(question)
    with open_log() as history:
        hits = (
            history.search(asked, project=project_of(project), tool=tool, near=project_here(), limit=limit)
            if history
            else []
        )
        titles = {hit.session: history.title(hit.session) for hit in hits} if history else {}
        is_there = history is not None
    if as_json:
        print_json([hit_json(hit) for hit in hits])
    elif hits:
        print_hits(new_console(), hits, titles, asked)
    else:
        print("Nothing was found." if is_there else f"Nothing is recorded yet. {NOTHING_YET}")


@app.command("show")
def show_session(
    session_id: SessionId,
    as_json: AsJson = False,
    first: Annotated[
        int, typer.Option("--from", min=1, max=_MOST, metavar="N", help="Begin with this entry, from 1.")
    ] = 1,
    limit: Annotated[
        int | None,
        typer.Option(min=1, max=_MOST, metavar="N", help=f"So many entries; {_ENTRIES_SHOWN}, with --json all."),
    ] = None,
) -> None:
    """Show what was said and done in one session."""
    most = limit if as_json else limit or _ENTRIES_SHOWN
    with open_log() as history:
        if history is None:
            raise no_such_session(session_id)
        session = history.find(session_id)
        entries = history.entries(session.id, first=first - 1, limit=most)
    if as_json:
        print_json({**session_json(session), "entries": [entry_json(entry) for entry in entries]})
        return
    console = new_console()
    console.print(Text(printable(session.title), style="bold"))
    facts = [session.id, session.tool, f"begun {local_time(session.started_ms)}", session.branch, session.folder]
    console.print(Text(printable(", ".join(fact for fact in facts if fact)), style="dim"), soft_wrap=True)
    console.print()
    print_entries(console, entries)
    if first > session.entries:
        console.print(f"It has no entry {first:,}: it has {session.entries:,}.")
    left = session.entries - (first - 1) - len(entries)
    if left > 0 and entries:
        following = f"holdfast sessions show {session.id} --from {first + len(entries)}"
        console.print(Text(f"{left:,} more entries: {following}", style="dim"), soft_wrap=True)


for name, command in (
    ("import", import_sessions),
    ("note", note),
    ("carry-on", carry_on),
    ("export", export),
    ("pin", pin),
    ("unpin", unpin),
    ("forget", forget),
    ("keep", keep),
    ("size", size),
    ("verify", verify),
    ("rebuild", rebuild),
):
    app.command(name)(command)


def _time(text: str) -> int:
    """Milliseconds since 1970 of a date, or of so many days ago. Raises UsageError."""
    ago = _AGO.fullmatch(text)
    try:
        moment = (
            datetime.now(UTC) - timedelta(days=int(ago[1])) if ago else datetime.fromisoformat(text).astimezone(UTC)
        )
        return int(moment.timestamp() * 1000)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"“{printable(text)}” is no date.", remedy="Write it as 2026-11-21, or 7d.") from error
