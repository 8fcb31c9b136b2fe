"""`holdfast learning`: what was learnt from the suggestions that were taken, and forgetting it."""

import os
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from holdfast.cli.output import new_console, print_json, printable
from holdfast.errors import UsageError
from holdfast.learning.factors import factors_of
from holdfast.learning.learner import Learner
from holdfast.learning.reset import reset as write_reset
from holdfast.learning.tally import ALL, Tally
from holdfast.locations import find_locations
from holdfast.sessions.entries.clock import wall_clock_ms

app = typer.Typer(no_args_is_help=True, help="What was learnt from the suggestions that were taken.")

_EVERYBODY = "all"
_PLACES = {"line": "a new line", "within": "within a line"}


@app.command("show")
def show(as_json: Annotated[bool, typer.Option("--json", help="One JSON value on stdout.")] = False) -> None:
    """Show by retriever and language how often suggestions were taken, and what its weight is multiplied by."""
    rows = _rows(Learner(find_locations(os.environ)).tally())
    if as_json:
        print_json(rows)
        return
    console = new_console()
    if not rows:
        console.print(
            "Nothing is learnt yet. It begins with suggestions that use names from other files, once an editor has used Holdfast."
        )
        return
    table = Table("Language", "Place", "Names found by", box=None, pad_edge=False)
    for heading in ("Shown", "Taken", "Factor"):
        table.add_column(heading, justify="right")
    for row in rows:
        table.add_row(
            Text(printable(str(row["language"]))),
            _PLACES.get(str(row["place"]), ""),
            Text(printable(str(row["retriever"]).replace("_", " "))),
            f"{row['shown']:.1f}",
            f"{row['taken']:.1f}",
            "" if row["factor"] is None else f"{row['factor']:.3f}",
        )
    console.print(table)
    console.print("\nSuggestions count half after thirty days.")


@app.command("reset")
def reset(yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Begin anew: what was taken until now no longer counts. The session log keeps it."""
    if not yes and not _confirmed():
        raise UsageError("Nothing was reset.", remedy="Say yes, or give --yes.")
    write_reset(find_locations(os.environ).data, wall_clock_ms())
    print("Retrieval begins to learn anew.")


def _confirmed() -> bool:
    try:
        return typer.confirm("Let what was taken until now no longer count?")
    except typer.Abort:
        return False


def _rows(tally: Tally) -> list[dict[str, str | float | None]]:
    """A row for each count, the factor None for all suggestions together."""
    factors = factors_of(tally)
    return [
        {
            "language": language,
            "place": place,
            "retriever": retriever if retriever != ALL else _EVERYBODY,
            "shown": round(count.shown, 3),
            "taken": round(count.taken, 3),
            "factor": round(factors.get((language, place), {}).get(retriever, 1.0), 4) if retriever != ALL else None,
        }
        for (retriever, language, place), count in sorted(tally.cells(), key=lambda item: (item[0][1:], item[0][0]))
    ]
