"""`holdfast sessions export`, `note`, `carry-on`: text that leaves the log, and text that comes in by hand."""

import os
import secrets
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Final

import typer

from holdfast.cli.asking import confirmed
from holdfast.cli.output import print_json, printable
from holdfast.cli.sessions_log import AsJson, InProject, Yes, project_of, reading, sessions_db, writing
from holdfast.errors import DiskFull, HoldfastError, UsageError
from holdfast.redaction.redactor import Redactor
from holdfast.sessions.identity.device import load_device
from holdfast.sessions.identity.pseudonyms import pseudonym_key
from holdfast.sessions.log.export import export_lines, export_markdown

_PRIVATE: Final = 0o600
_NO_SPACE: Final = 28


def export(
    session_id: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="A session, by its id or how it begins.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All sessions.")] = False,
    project: InProject = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="To read, instead of JSON Lines of entries.")] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Into this file, readable by you alone.")
    ] = None,
    yes: Yes = False,
) -> None:
    """Write sessions out, redacted again by today's rules."""
    if (session_id is not None) == (every or project is not None):
        raise UsageError("Which sessions?", remedy="Name one, or give --all, or --project DIR.")
    redactor = _redactor()
    with reading() as history:
        sessions = (
            [history.find(session_id)] if session_id is not None else history.sessions(project=project_of(project))
        )
        write = export_markdown if markdown else export_lines
        pieces = write(history, sessions, redactor)
        if out is None:
            _print(pieces)
        elif not out.exists() or confirmed(f"Replace {out}?", yes=yes, remedy="Nothing was written; --yes replaces."):
            _write(out, pieces)
            print(f"{len(sessions):,} sessions: {out}", file=sys.stderr)


def note(
    text: Annotated[list[str], typer.Argument(metavar="TEXT", help="What was decided, in a sentence or a few.")],
    project: InProject = None,
    as_json: AsJson = False,
) -> None:
    """Write down a decision for this folder's project, so that it steers what is suggested."""
    of = project_of(project if project is not None else Path())
    with writing() as opened:
        session = opened.orders.note(" ".join(text), of, opened.redactor)
    if as_json:
        print_json({"session": session})
    else:
        print(f"Noted: {session}")


def carry_on(
    project: InProject = None,
    sessions: Annotated[int, typer.Option(min=1, max=20, metavar="N", help="The last so many.")] = 3,
    as_json: AsJson = False,
) -> None:
    """Print what was asked, decided and left open in the last sessions of this project, to start any other tool with.

    Redacted again by today's rules: that tool may send it away.
    """
    of = project_of(project if project is not None else Path())
    redactor = _redactor()
    with reading() as history:
        text = history.carry_on(of or "", sessions, lambda text: redactor.redact(text, conversation=True).text)
    if as_json:
        print_json({"text": text})
    elif text:
        print("".join(printable(line) for line in text.splitlines(keepends=True)), end="")
    else:
        raise HoldfastError(
            "No session of this project is recorded.", remedy="`holdfast sessions list` shows those there are."
        )


def _redactor() -> Redactor:
    data = sessions_db().parent
    return Redactor(pseudonym_key(data, load_device(data)))


def _print(pieces: Iterable[str]) -> None:
    """To standard output as it is; a terminal is shown nothing that it would obey."""
    for piece in pieces:
        sys.stdout.write(printable(piece) if sys.stdout.isatty() else piece)


def _write(out: Path, pieces: Iterable[str]) -> None:
    """The whole file or none: written beside it, and moved there."""
    torn = out.with_name(f".{out.name}.{secrets.token_hex(4)}.tmp")
    try:
        descriptor = os.open(torn, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.writelines(pieces)
        torn.replace(out)
    except OSError as error:
        if error.errno == _NO_SPACE:
            raise DiskFull(f"No space left to write {out}.", remedy="Free some space, or name another file.") from error
        raise HoldfastError(f"Cannot write {out}: {error.strerror}.", remedy="Name another file.") from error
    finally:
        torn.unlink(missing_ok=True)
