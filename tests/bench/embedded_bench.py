"""The embedded engine on two real packages: `python tests/bench/embedded_bench.py [--json FILE] [--cache DIR]`.

Fetches them by name and version, which needs a package registry; the engine was tuned on others.
"""

import argparse
import dataclasses
import json
import sys
import tempfile
from pathlib import Path

from holdfast.evaluation.embedded_accuracy import EmbeddedAccuracy, measure_embedded
from holdfast.evaluation.third_party import fetch_package, read_package

PACKAGES = (("rich", "13.9.4"), ("black", "24.10.0"))
PLACES = 2000
SEED = 20
_HEADINGS = (
    "package",
    "files",
    "tokens",
    "long right",
    "long at",
    "in code right",
    "in code at",
    "short right",
    "short at",
    "p50 ms",
    "p95 ms",
)


def main() -> int:
    """Measure, print a table, write JSON if asked; 0 when it could be measured."""
    parser = argparse.ArgumentParser(description="Accuracy and answer time of the embedded engine.")
    parser.add_argument("--json", type=Path, help="write the numbers here")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "holdfast-bench")
    parser.add_argument("--package", action="append", metavar="NAME==VERSION", help="instead of the two of the report")
    options = parser.parse_args()
    chosen = [tuple(package.split("==", 1)) for package in options.package or []] or list(PACKAGES)
    reports: dict[str, EmbeddedAccuracy] = {}
    for name, version in chosen:
        sources = read_package(fetch_package(name, version, options.cache))
        with tempfile.TemporaryDirectory() as directory:
            reports[f"{name} {version}"] = measure_embedded(Path(directory), sources, count=PLACES, seed=SEED)
    sys.stdout.write(_table(reports))
    if options.json:
        options.json.write_text(json.dumps({name: _numbers(report) for name, report in reports.items()}, indent=2))
    return 0


def _numbers(report: EmbeddedAccuracy) -> dict[str, object]:
    tallies = {"long": report.long, "long_in_code": report.long_in_code, "short": report.short}
    return {
        "precision": {name: tally.precision for name, tally in tallies.items()},
        "share": {name: tally.share for name, tally in tallies.items()},
        "corpus_bytes_per_source_byte": report.corpus.corpus_bytes / max(1, report.corpus.source_bytes),
        **dataclasses.asdict(report),
    }


def _table(reports: dict[str, EmbeddedAccuracy]) -> str:
    rows = [_HEADINGS] + [
        (
            name,
            str(report.corpus.files),
            str(report.corpus.tokens),
            f"{report.long.precision:.2f}",
            f"{report.long.share:.3f}",
            f"{report.long_in_code.precision:.2f}",
            f"{report.long_in_code.share:.3f}",
            f"{report.short.precision:.2f}",
            f"{report.short.share:.3f}",
            f"{report.p50_ms:.1f}",
            f"{report.p95_ms:.1f}",
        )
        for name, report in reports.items()
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    return "".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + "\n" for row in rows)


if __name__ == "__main__":
    raise SystemExit(main())
