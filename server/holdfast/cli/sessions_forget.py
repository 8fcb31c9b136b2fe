"""`holdfast sessions forget`, `pin`, `unpin`: what must go, and what is to stay."""

from collections.abc import Sequence
from typing import Annotated, Final

import typer
from rich.text import Text

from holdfast.cli.asking import confirmed
from holdfast.cli.output import new_console, print_json, printable
from holdfast.cli.sessions_log import AsJson, Yes, reading, sessions_db, writing
from holdfast.cli.sessions_page import local_time
from holdfast.errors import UsageError
from holdfast.sessions.entries.clock import stamp_ms
from holdfast.sessions.entries.entry import Entry
from holdfast.sessions.log.excerpt import cut_excerpt
from holdfast.sessions.log.history import History
from holdfast.sessions.log.markdown import entry_markdown
from holdfast.sessions.log.orders import no_such_entry
from holdfast.sessions.memory.memory_file import rewrite_memory_files

_REMEDY: Final = "Nothing was forgotten; --yes forgets."
_SHOWN: Final = 20
_ENTRY_ID: Final = "b2:"


def forget(
    session_id: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="A session, by its id or how it begins.")
    ] = None,
    entry: Annotated[str | None, typer.Option(metavar="ENTRY", help="One entry, by its id.")] = None,
    matching: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Every entry that holds exactly this text.")
    ] = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Take a session or entries out of the log for good, here and on your other devices; imports leave them out too."""
    if (session_id is not None) + (entry is not None) + (matching is not None) != 1:
        raise UsageError("What is to be forgotten?", remedy="Name a session, --entry ENTRY, or --matching TEXT.")
    if session_id is not None:
        gone = _forget_session(session_id, yes=yes)
    else:
        with reading() as history:
            entries = _found(history, entry, matching)
        gone = _forget_entries(entries, matching, yes=yes)
    if gone:
        rewrite_memory_files(sessions_db().parent)
    if as_json:
        print_json({"forgotten": gone})
    elif gone:
        print(
            f"Forgotten: {_counted(gone)}. Other devices forget on their next sync."
            " A tool's own files, backups, and whoever it was shared with, still have it."
        )
    else:
        print("Nothing was forgotten.")


def pin(target: Annotated[str, typer.Argument(metavar="ID", help="A session, or the whole id of an entry.")]) -> None:
    """Let a session or an entry stay, whatever its age, and count for more."""
    _pin(target, holds=True)


def unpin(target: Annotated[str, typer.Argument(metavar="ID", help="A session, or the whole id of an entry.")]) -> None:
    """Take a pin away."""
    _pin(target, holds=False)


def _pin(target: str, *, holds: bool) -> None:
    with reading() as history:
        if target.startswith(_ENTRY_ID):
            if history.entry(target) is None:
                raise no_such_entry(target)
            whole = target
        else:
            whole = history.find(target).id
    with writing() as opened:
        opened.orders.pin(whole, holds=holds)
    print(f"{'Pinned' if holds else 'No longer pinned'}: {whole}")


def _forget_session(prefix: str, *, yes: bool) -> int:
    with reading() as history:
        session = history.find(prefix)
    question = f"Forget “{printable(session.title)}” of {local_time(session.started_ms)} ({_counted(session.entries)})?"
    if not confirmed(question, yes=yes, remedy=_REMEDY):
        return 0
    with writing() as opened:
        opened.orders.forget_session(session.id)
    return session.entries


def _found(history: History, entry_id: str | None, matching: str | None) -> list[Entry]:
    if entry_id is not None:
        found = history.entry(entry_id)
        if found is None:
            raise no_such_entry(entry_id)
        return [found]
    if not matching or not matching.strip():
        raise UsageError("An empty text is in every entry.", remedy="Give the text that must go.")
    return history.entries_with(matching)


def _forget_entries(entries: Sequence[Entry], matching: str | None, *, yes: bool) -> int:
    if not entries:
        return 0
    _show(entries, matching or "")
    if not confirmed(f"Forget {_counted(len(entries))}?", yes=yes, remedy=_REMEDY):
        return 0
    with writing() as opened:
        opened.orders.forget_entries(entries)
    return len(entries)


def _show(entries: Sequence[Entry], matching: str) -> None:
    """What would go, on standard error: standard output is for the answer."""
    console = new_console()
    console.stderr = True
    for entry in entries[:_SHOWN]:
        texts = [text for part in entry.parts if isinstance(text := part.get("text"), str)]
        text = next((text for text in texts if matching in text), entry_markdown(entry))
        place = max(0, text.find(matching))
        when = local_time(stamp_ms(entry.place.hlc))[:16]
        console.print(Text(f"{when}  {printable(cut_excerpt(text, place))}"), soft_wrap=True)
    if len(entries) > _SHOWN:
        console.print(f"and {len(entries) - _SHOWN:,} more")


def _counted(entries: int) -> str:
    return f"{entries:,} {'entry' if entries == 1 else 'entries'}"
