"""The page that `holdfast eval` prints for a person."""

from collections.abc import Mapping

from rich.console import Console
from rich.table import Table
from rich.text import Text

from holdfast.cli.output import printable
from holdfast.evaluation.context_report import ContextReport, Row
from holdfast.evaluation.context_score import Share
from holdfast.evaluation.retriever_ranks import FIRST, RetrieverScore, percentile

_FEWEST_NAMES = 30
_COLUMNS = (
    (
        "New names",
        "of the names that a typed line needs and its file shows nowhere else, how many stand in the context",
    ),
    ("95 %", "where that share falls in 95 of 100 redraws of the sessions: the fewer names, the wider"),
    ("Definitions", "of the calls of imported definitions, how many have the line that defines them in the context"),
    (
        "Kept",
        "keystrokes at which the context was byte for byte the one before, so that a model server need not reread",
    ),
    ("Bytes, Tokens", "how long the context was on average, before lines that need something"),
    ("Gather", "how long it took to gather the context, in 95 of 100 times less; never while a key waits"),
)


def print_report(console: Console, report: ContextReport, *, asked_sessions: int) -> None:
    """Tables, what each column means, and how far to trust them."""
    title = f"{printable(report.repository)}: {report.lines_in_need} of {report.lines} lines need another file"
    console.print(_rows_table(title, report.rows))
    if report.retrievers:
        console.print()
        console.print(_retrievers_table(report.retrievers))
    console.print()
    for name, meaning in _COLUMNS:
        console.print(Text.assemble((name, "bold"), f": {meaning}."))
    if report.retrievers:
        words = (
            "how often the first name it gives is needed; how many needed names are among its first"
            f" {FIRST}; the mean of 1/rank of the first name that is needed"
        )
        console.print(Text.assemble(("Hit@1, Recall@5, MRR", "bold"), f": of each retriever asked alone, {words}."))
    console.print(
        f"\n{report.sessions} sessions in {report.files} files, seed {report.seed}, {report.seconds:.0f} s. "
        "Context over its limit counts as empty."
    )
    for note in _notes(report, asked_sessions):
        console.print(note)


def _notes(report: ContextReport, asked_sessions: int) -> list[str]:
    notes = []
    first = next(iter(report.rows.values()))
    if report.sessions < asked_sessions:
        notes.append(f"Time was up after {report.sessions} of {asked_sessions} sessions; --minutes gives more.")
    if first.recall.of < _FEWEST_NAMES:
        notes.append(
            f"Names needed: only {first.recall.of}, too few to tell one setting from another."
            " --sessions gives more, in a project that has them."
        )
    if first.over_limit:
        notes.append(f"Before {first.over_limit} lines the context was over {first.limit_bytes:,} bytes.")
    return notes


def _rows_table(title: str, rows: Mapping[str, Row]) -> Table:
    table = Table(title=Text(title), title_justify="left", title_style="bold", box=None, pad_edge=False)
    table.add_column("Context by", overflow="fold")
    for heading in ("New names", "95 %", "Definitions", "Kept", "Bytes", "Tokens", "Gather"):
        table.add_column(heading, justify="right", no_wrap=True)
    for name, row in rows.items():
        keeping = row.keeping
        times = sorted(keeping.gather_ms) if keeping is not None else []
        table.add_row(
            name.replace("_", " "),
            _share(row.recall),
            f"{row.recall.low:.2f}-{row.recall.high:.2f}" if row.recall.of else "-",
            _share(row.definitions),
            f"{keeping.kept / max(1, keeping.keystrokes):.3f}" if keeping is not None else "-",
            f"{row.bytes_mean:,.0f}",
            f"{row.tokens_mean:,.0f}",
            f"{percentile(times, 0.95):.0f} ms" if keeping is not None else "-",
        )
    return table


def _retrievers_table(retrievers: Mapping[str, RetrieverScore]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("Retriever asked alone")
    for heading in ("Hit@1", "Recall@5", "MRR", "Names", "p50", "p95"):
        table.add_column(heading, justify="right", no_wrap=True)
    for name, score in retrievers.items():
        table.add_row(
            name.replace("_", " "),
            f"{score.hit_at_1:.2f}",
            f"{score.recall_at_5:.2f}",
            f"{score.mrr:.2f}",
            f"{score.given:.1f}",
            f"{score.p50_ms:.1f} ms",
            f"{score.p95_ms:.1f} ms",
        )
    return table


def _share(share: Share) -> str:
    value = share.value
    return "-" if value is None else f"{value:.2f} of {share.of}"
