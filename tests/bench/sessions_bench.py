"""The search of the session log: `python tests/bench/sessions_bench.py [--json FILE] [--entries N] [--seed N]`.

A log is made up by seed (`evaluation/session_corpus.py`), added, added again, and asked questions whose answers are known.
It is done for two seeds: one is luck.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from holdfast.cli.eval_search import print_search_report
from holdfast.evaluation.session_search import evaluate_search

P95_MS = 20.0


def main() -> int:
    """Print the table of each seed; 1 when a search takes more processor time than it may, or adding again added something."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="write the numbers here")
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--seed", type=int, nargs="*", default=[1, 2])
    options = parser.parse_args()
    reports = []
    for seed in options.seed:
        with tempfile.TemporaryDirectory() as folder:
            reports.append(evaluate_search(Path(folder) / "sessions.db", options.entries, seed, lambda *_: None))
        print_search_report(Console(width=110), reports[-1])
    if options.json is not None:
        options.json.write_text(json.dumps([report.as_json() for report in reports], indent=1) + "\n", encoding="utf-8")
    return 0 if all(report.cpu_p95_ms <= P95_MS and report.added_again == 0 for report in reports) else 1


if __name__ == "__main__":
    sys.exit(main())
