"""`holdfast sessions`: what was recorded on this machine, as a person reads it or as JSON."""

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from holdfast.errors import StorageError
from holdfast.locations import find_locations
from holdfast.sessions.entries.clock import stamp_ms
from holdfast.sessions.entries.entry import Entry
from holdfast.sessions.log.history import Session, no_such_session, open_history

app = typer.Typer(no_args_is_help=True, help="The session log: what this editor did, and when.")

AsJson = Annotated[bool, typer.Option("--json", help="One JSON value on stdout.")]

_ID_SHOWN = 23
_NAMES_SHOWN_FIRST = ("name", "path", "outcome")
_NOT_SHOWN_AGAIN = frozenset({"type", "to", "text_hash", *_NAMES_SHOWN_FIRST})


@app.command("list")
def list_sessions(as_json: AsJson = False) -> None:
    """List the recorded sessions, the latest first."""
    with open_history(find_locations(os.environ).sessions_db) as history:
        sessions = history.sessions() if history else []
    if as_json:
        print(json.dumps([_session_json(session) for session in sessions], ensure_ascii=True))
    elif not sessions:
        print("Nothing is recorded yet. Sessions appear here once an editor has used Holdfast.")
    else:
        Console().print(_session_table(sessions))


@app.command("show")
def show_session(
    session_id: Annotated[str, typer.Argument(metavar="ID", help="A session's id, or how it begins.")],
    as_json: AsJson = False,
) -> None:
    """Show the entries of one session."""
    with open_history(find_locations(os.environ).sessions_db) as history:
        if history is None:
            raise no_such_session(session_id)
        session, entries = history.session(session_id)
    if as_json:
        print(json.dumps({**_session_json(session), "entries": [_entry_json(entry) for entry in entries]}))
        return
    console = Console()
    console.print(Text(_printable(session.title), style="bold"))
    console.print(Text(f"{session.id}, begun {_local_time(session.started_ms)}", style="dim"))
    console.print(_entry_table(entries))


@app.command("verify")
def verify_sessions(as_json: AsJson = False) -> None:
    """Check that the session log is what was written."""
    with open_history(find_locations(os.environ).sessions_db) as history:
        problems = history.problems() if history else []
    if as_json:
        print(json.dumps({"ok": not problems, "problems": problems}))
    elif problems:
        print(*map(_printable, problems), sep="\n")
    else:
        print("The session log is as it was written.")
    if problems:
        raise StorageError(
            f"The session log is damaged in {len(problems)} places.",
            remedy="Entries not named above are whole; a backup of the data directory can replace it.",
        )


def _session_json(session: Session) -> dict[str, str | int | None]:
    return {
        "id": session.id,
        "tool": session.tool,
        "title": session.title,
        "started": _utc_time(session.started_ms),
        "entries": session.entries,
        "device": session.device,
        "project": session.project,
    }


def _entry_json(entry: Entry) -> dict[str, object]:
    body: dict[str, object] = json.loads(entry.body)
    return {"id": entry.id, "when": _utc_time(stamp_ms(entry.place.hlc)), **body}


def _session_table(sessions: Sequence[Session]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("started", no_wrap=True)
    table.add_column("id", no_wrap=True, style="dim")
    table.add_column("what", overflow="fold")
    table.add_column("entries", justify="right")
    for session in sessions:
        started = _local_time(session.started_ms)
        table.add_row(started, session.id[:_ID_SHOWN], Text(_printable(session.title)), str(session.entries))
    return table


def _entry_table(entries: Sequence[Entry]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("when", no_wrap=True)
    table.add_column("kind", no_wrap=True, style="dim")
    table.add_column("what", overflow="fold")
    for entry in entries:
        what = "; ".join(_part_line(part) for part in entry.parts)
        table.add_row(_local_time(stamp_ms(entry.place.hlc)), Text(_printable(entry.kind)), Text(_printable(what)))
    return table


def _part_line(part: Mapping[str, object]) -> str:
    """`file src/a.py (language python, edits 3)`: what it is about first, what else is known behind it."""
    about = [str(part[name]) for name in ("to", *_NAMES_SHOWN_FIRST) if part.get(name) is not None]
    known = [f"{name} {value}" for name, value in part.items() if name not in _NOT_SHOWN_AGAIN and value is not None]
    return " ".join(about) + (f" ({', '.join(known)})" if known else "")


def _printable(text: str) -> str:
    """`text` without what a terminal would obey: a file's name is anybody's choice."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)


def _utc_time(ms: int) -> str | None:
    with suppress(ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds")
    return None


def _local_time(ms: int) -> str:
    with suppress(ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(ms / 1000, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    return "?"
