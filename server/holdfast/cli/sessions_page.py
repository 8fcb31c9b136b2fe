"""How sessions, entries and hits look: as JSON for programs, as a page for a person."""

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

from rich.console import Console
from rich.markdown import Markdown
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from holdfast.cli.output import printable
from holdfast.sessions.entries.clock import stamp_ms
from holdfast.sessions.entries.entry import Entry
from holdfast.sessions.log.listed import Session
from holdfast.sessions.log.markdown import entry_markdown, one_line
from holdfast.sessions.log.query import read_query
from holdfast.sessions.log.search import Hit

_ID_SHOWN: Final = 13
"""Characters of an id: of those that are made here, the time to the millisecond."""


def session_json(session: Session) -> dict[str, str | int | None]:
    """An element of `sessions list --json`."""
    return {
        "id": session.id,
        "tool": session.tool,
        "title": session.title,
        "started": utc_time(session.started_ms),
        "entries": session.entries,
        "device": session.device,
        "project": session.project,
    }


def entry_json(entry: Entry) -> dict[str, object]:
    """An entry as it is kept, with its id and its time in words."""
    body: dict[str, object] = json.loads(entry.body)
    return {"id": entry.id, "when": utc_time(stamp_ms(entry.place.hlc)), **body}


def hit_json(hit: Hit) -> dict[str, object]:
    """An element of `sessions search --json`."""
    return {
        "session": hit.session,
        "entry": hit.entry,
        "tool": hit.tool,
        "role": hit.role,
        "when": utc_time(hit.at_ms),
        "text": hit.text,
        "score": hit.score,
    }


def print_sessions(console: Console, sessions: Sequence[Session], left: int) -> None:
    """A line for each; a pinned one has a star. `left` is how many more there are."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("started", no_wrap=True)
    table.add_column("id", no_wrap=True, style="dim")
    table.add_column("tool", no_wrap=True)
    table.add_column("what", overflow="ellipsis" if console.is_terminal else "fold", no_wrap=console.is_terminal)
    table.add_column("entries", justify="right")
    for session in sessions:
        title = Text.assemble(("★ " if session.is_pinned else "", "yellow"), printable(one_line(session.title)))
        cells = (local_time(session.started_ms)[:16], session.id[:_ID_SHOWN], Text(printable(session.tool)))
        table.add_row(*cells, title, f"{session.entries:,}")
    console.print(table)
    if left:
        console.print(Text(f"{left:,} more: --limit {len(sessions) + left} shows all", style="dim"), soft_wrap=True)


def print_entries(console: Console, entries: Iterable[Entry]) -> None:
    """What was said and done, in order; on a terminal with its Markdown rendered."""
    for entry in entries:
        text = printable(entry_markdown(entry))
        if text:
            # A link in what a model wrote shows where it leads to, instead of hiding it under its text.
            console.print(Markdown(text, hyperlinks=False) if console.is_terminal else Text(text))
            console.print()


def print_hits(console: Console, hits: Sequence[Hit], titles: dict[str, str], question: str) -> None:
    """The hits, those of one session together, the words of the question marked."""
    patterns = [term.pattern for term in read_query(question)]
    for session in dict.fromkeys(hit.session for hit in hits):
        console.print(Text(printable(one_line(titles[session])), style="bold"), soft_wrap=True)
        for hit in (one for one in hits if one.session == session):
            about = f"  {local_time(hit.at_ms)[:16]}  {printable(_who(hit))}, {printable(hit.tool)}"
            console.print(Text(about, style="dim"), soft_wrap=True)
            text = Text(printable(hit.text))
            for pattern in patterns:
                text.highlight_regex(f"(?i){pattern}", "bold yellow")
            if console.is_terminal:
                console.print(Padding(text, (0, 0, 0, 2)))
            else:
                console.print(Text("  ") + text, soft_wrap=True)
        console.print(Text(f"  holdfast sessions show {session[:_ID_SHOWN]}\n", style="dim"), soft_wrap=True)


def _who(hit: Hit) -> str:
    """Whose words they are, as a person would say it."""
    return (
        {"decision": "decided", "summary": "summary"}.get(hit.kind)
        or {"user": "you"}.get(hit.role or "", hit.role)
        or "about it"
    )


def utc_time(ms: int) -> str | None:
    """A time in ISO 8601; None where a stamp is beyond all calendars."""
    with suppress(ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds")
    return None


def local_time(ms: int) -> str:
    """A time as a person here reads it."""
    with suppress(ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(ms / 1000, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    return "?"
