"""`holdfast redact`: what would be taken out of a text before anything of it is stored. It never shows a secret."""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.table import Table
from rich.text import Text

from holdfast.cli.output import new_console, print_json, printable
from holdfast.errors import PositionError
from holdfast.redaction.redactor import RULES_VERSION, find_secrets
from holdfast.redaction.rule import Found

_MOST_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is that would be taken out; both counted from 1, in characters."""

    line: int
    column: int
    rule: str
    characters: int


def redact(
    file: Annotated[str, typer.Argument(metavar="[FILE]", help="A file; - is standard input.")] = "-",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
    conversation: Annotated[
        bool, typer.Option("--conversation", help="Addresses and numbers of people too, as in what was said.")
    ] = False,
) -> None:
    """Show which secrets would be taken out of a text, and where they are; never the secrets."""
    text = _read(file)
    places = list(_places(text, find_secrets(text, conversation=conversation)))
    counts = dict(Counter(place.rule for place in places).most_common())
    if as_json:
        print_json({"rules_version": RULES_VERSION, "counts": counts, "places": [asdict(place) for place in places]})
        return
    _print(file, places, counts)


def _print(file: str, places: Sequence[Place], counts: dict[str, int]) -> None:
    console = new_console()
    if not places:
        console.print("Nothing would be taken out.")
        return
    name = "" if file == "-" else printable(file)
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("where")
    table.add_column("rule")
    table.add_column("characters", justify="right")
    for place in places[:_MOST_SHOWN]:
        table.add_row(Text(f"{name}:{place.line}:{place.column}"), Text(place.rule), str(place.characters))
    console.print(table, soft_wrap=True)
    if len(places) > _MOST_SHOWN:
        console.print(f"and {len(places) - _MOST_SHOWN:,} more")
    console.print("\n" + ", ".join(f"{count} {rule}" for rule, count in counts.items()), soft_wrap=True)


def _places(text: str, found: Sequence[Found]) -> Iterator[Place]:
    line, seen, line_start = 1, 0, 0
    for secret in found:
        breaks = text.count("\n", seen, secret.start)
        if breaks:
            line, line_start = line + breaks, text.rfind("\n", seen, secret.start) + 1
        seen = secret.start
        yield Place(line, secret.start - line_start + 1, secret.rule, secret.end - secret.start)


def _read(file: str) -> str:
    """The text, whatever its bytes are: what is no UTF-8 is no secret either."""
    if file == "-":
        return sys.stdin.buffer.read().decode("utf-8", "replace")
    try:
        return Path(file).read_bytes().decode("utf-8", "replace")
    except OSError as error:
        raise PositionError(f"Cannot read {file}: {error.strerror}.") from error
