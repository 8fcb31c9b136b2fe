"""How much of what the next line needs stands before it: `python tests/bench/context_bench.py [--json FILE]`.

On projects that strangers wrote, fetched by name and drawn by seed from the candidates below; none of them is used to
tune anything. `--tuning` takes the projects that may be.
"""

import argparse
import json
import random
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from holdfast.evaluation.benchmark_projects import CANDIDATES, SEED, TUNING, Group
from holdfast.evaluation.context_report import ContextReport
from holdfast.evaluation.evaluate_context import EvaluationPlan, evaluate_context
from holdfast.evaluation.source_package import FetchedSource, SourcePackage, fetch_source
from holdfast.evaluation.third_party import PackageUnavailable
from holdfast.evaluation.workspace_copy import copy_workspace

SHORT_BYTES = 3_000


def draw_packages(seed: int) -> list[Group]:
    """The groups of the report with their candidates in an order drawn by seed: the first that can be had count."""
    draw = random.Random(seed)
    return [
        replace(group, candidates=tuple(draw.sample(group.candidates, len(group.candidates)))) for group in CANDIDATES
    ]


def main() -> int:
    """Measure each project, print a table, write JSON if asked; 1 when fewer than four could be measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="write the numbers here")
    parser.add_argument("--cache", type=Path, default=Path("build/bench"))
    parser.add_argument("--sessions", type=int, default=40, help="sessions for each project")
    parser.add_argument("--seed", type=int, default=SEED, help="draws projects and lines")
    parser.add_argument("--tuning", action="store_true", help="the projects that weights may be tuned on")
    parser.add_argument("--ablations", action="store_true")
    options = parser.parse_args()
    groups = [Group("tuning", len(TUNING), TUNING)] if options.tuning else draw_packages(options.seed)
    plan = EvaluationPlan(
        options.sessions,
        options.seed,
        context_bytes=(None, SHORT_BYTES),
        ablations=options.ablations,
        baselines=True,
    )
    reports: dict[str, dict[str, object]] = {}
    rows: list[ContextReport] = []
    for group in groups:
        for name, report in measured(group, options.cache, plan):
            rows.append(report)
            reports[name] = {"language": group.language, **report.as_json()}
            print(line(name, report), flush=True)
    print(summary(rows))
    if options.json:
        options.json.write_text(json.dumps(reports, indent=1))
    return 0 if len(reports) >= 4 else 1


def measured(group: Group, cache: Path, plan: EvaluationPlan) -> Iterator[tuple[str, ContextReport]]:
    """As many of a group as are drawn; one that cannot be had is said aloud, and the next takes its place."""
    count = 0
    for package in group.candidates:
        if count == group.drawn:
            return
        try:
            fetched = fetch_source(package, cache)
        except PackageUnavailable as error:
            print(f"!! NOT MEASURED: {package} ({group.language}): {error}", flush=True)
            continue
        count += 1
        yield f"{package.name} {fetched.version}", measure(package, fetched, plan)


def measure(package: SourcePackage, fetched: FetchedSource, plan: EvaluationPlan) -> ContextReport:
    """What was found in one project."""
    with tempfile.TemporaryDirectory() as scratch:
        # Outside this repository, whose ignore rules leave build/ out.
        place = Path(scratch).resolve()
        root = place / "source" / package.name.replace("/", "-").lstrip("@")
        shutil.copytree(fetched.folder, root)
        return evaluate_context(copy_workspace(root, place), plan, place, lambda _done, _all: None)


def line(name: str, report: ContextReport) -> str:
    """One project on one line."""
    whole = report.rows["holdfast"]
    keeping = whole.keeping
    kept = keeping.kept / max(1, keeping.keystrokes) if keeping is not None else 0.0
    shares = "  ".join(
        f"{row_name} {row.recall.value if row.recall.value is not None else float('nan'):.2f}"
        for row_name, row in report.rows.items()
    )
    definitions = whole.definitions
    share = f"{definitions.value:.2f}" if definitions.value is not None else "-"
    return (
        f"{name} ({report.files} files, {report.seconds:.0f} s): {shares} of {whole.recall.of} names;"
        f" definitions {share} of {definitions.of}; kept {kept:.3f}"
    )


def summary(reports: list[ContextReport]) -> str:
    """The mean of the projects, each counting as one."""

    def mean(of: Callable[[ContextReport], float | None]) -> str:
        values = [value for report in reports if (value := of(report)) is not None]
        return f"{statistics.mean(values):.3f}" if values else "-"

    short = f"holdfast, {SHORT_BYTES:,} bytes"
    return (
        f"mean of {len(reports)} projects: new names {mean(lambda report: report.rows['holdfast'].recall.value)},"
        f" at {SHORT_BYTES:,} bytes {mean(lambda report: report.rows[short].recall.value)},"
        f" definitions {mean(lambda report: report.rows['holdfast'].definitions.value)}"
    )


if __name__ == "__main__":
    sys.exit(main())
