"""`holdfast eval --search`: how well and how fast the session log is searched, on a made-up one of the size asked for."""

import tempfile
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from holdfast.evaluation.session_search import SearchReport, evaluate_search
from holdfast.locations import make_private


def measure_search(cache: Path, entries: int, seed: int) -> SearchReport:
    """In a folder of its own in the cache, which goes when it is done; progress on standard error."""
    console = Console(stderr=True)
    with (
        Progress(console=console, transient=True, disable=not console.is_terminal) as bar,
        tempfile.TemporaryDirectory(
            prefix="evaluation-", dir=make_private(cache), ignore_cleanup_errors=True
        ) as folder,
    ):
        task = bar.add_task("Writing sessions", total=entries)
        return evaluate_search(
            Path(folder) / "sessions.db",
            entries,
            seed,
            lambda done, total: bar.update(task, completed=done, total=total),
        )


def print_search_report(console: Console, report: SearchReport) -> None:
    """A line for each manner of asking."""
    title = f"{report.entries:,} entries of {report.sessions:,} made-up sessions, seed {report.seed}"
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    table.add_column("Asked by")
    for name in ("Questions", "Recall@5", "MRR", "p50", "p95"):
        table.add_column(name, justify="right")
    for group, score in report.groups.items():
        numbers = (f"{score.questions:,}", f"{score.recall_at_5:.2f}", f"{score.mrr:.2f}")
        table.add_row(group, *numbers, f"{score.p50_ms:.1f} ms", f"{score.p95_ms:.1f} ms")
    console.print(table)
    console.print(
        f"\nAll questions: p50 {report.p50_ms:.1f} ms, p95 {report.p95_ms:.1f} ms, {report.cpu_p95_ms:.1f} ms of processor time."
        f" Written in {report.write_s:.1f} s, {report.bytes / 1e6:.0f} MB;"
        f" adding it all again took {report.again_s:.1f} s and added {report.added_again}."
    )
