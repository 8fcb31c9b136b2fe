"""`holdfast usage`: the tokens that model servers were asked for, by day."""

import os
from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from holdfast.cli.output import new_console, print_json, printable
from holdfast.locations import find_locations
from holdfast.usage.daily_sum import DailySum, today
from holdfast.usage.store import UsageStore


def usage(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
    days: Annotated[int, typer.Option("--days", min=1, max=3660, metavar="N", help="Today and the days before.")] = 7,
) -> None:
    """Show how many tokens were used, by day, server and model."""
    sums = UsageStore(find_locations(os.environ).usage_db).since(today() - timedelta(days=days - 1))
    if as_json:
        print_json(usage_json(sums))
        return
    console = new_console()
    if not sums:
        console.print(
            f"Nothing was asked of a model server in {days} days." if days > 1 else "Nothing was asked today."
        )
        return
    console.print(_table(sums), soft_wrap=True)
    if any(daily.estimated for daily in sums):
        console.print("\n~ holds tokens that no server counted: of answers let go before their end, and of embeddings.")
    if not any(daily.account.is_remote for daily in sums):
        console.print("\nAll of it was read and written by models on this machine: it cost nothing.")


def usage_json(sums: Sequence[DailySum]) -> dict[str, object]:
    """`days`, the latest first, each with its sum and the accounts it consists of."""
    return {"days": [_day_json(list(of_day)) for _, of_day in groupby(sums, key=lambda daily: daily.account.day)]}


def _day_json(sums: Sequence[DailySum]) -> dict[str, object]:
    return {
        "day": sums[0].account.day.isoformat(),
        "requests": sum(daily.requests for daily in sums),
        "tokens": sum(daily.tokens for daily in sums),
        "by": [
            {
                "server": daily.account.server,
                "model": daily.account.model,
                "purpose": daily.account.purpose,
                "fallback": daily.account.is_fallback,
                "remote": daily.account.is_remote,
                "requests": daily.requests,
                "prompt_tokens": daily.prompt_tokens,
                "generated_tokens": daily.generated_tokens,
                "estimated_tokens": daily.estimated,
            }
            for daily in sums
        ],
    }


def _table(sums: Sequence[DailySum]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("day", "requests", "prompt", "answer", "tokens", "for", "server and model"):
        is_number = name in {"requests", "prompt", "answer", "tokens"}
        table.add_column(name, justify="right" if is_number else "left", no_wrap=True)
    for day, of_day in groupby(sums, key=lambda daily: daily.account.day):
        rows = list(of_day)
        for number, daily in enumerate(rows):
            table.add_row("" if number else day.isoformat(), *_cells(daily))
        if len(rows) > 1:
            requests, tokens = sum(daily.requests for daily in rows), sum(daily.tokens for daily in rows)
            table.add_row("", f"{requests:,}", "", "", f"{tokens:,}", "in all", "", style="bold")
    return table


def _cells(daily: DailySum) -> tuple[Text, ...]:
    account = daily.account
    notes = [
        name for name, holds in (("fallback", account.is_fallback), ("off this machine", account.is_remote)) if holds
    ]
    who = f"{printable(account.server)} {printable(account.model)}" + (f" ({', '.join(notes)})" if notes else "")
    about = "~" if daily.estimated else ""
    numbers = (
        f"{daily.requests:,}",
        f"{daily.prompt_tokens:,}",
        f"{daily.generated_tokens:,}",
        f"{about}{daily.tokens:,}",
    )
    return tuple(Text(cell) for cell in (*numbers, account.purpose, who))
