"""`make bench`: every benchmark, one after another; results as JSON in build/bench/results and as tables here."""

import subprocess
import sys
from pathlib import Path

BENCHES = (
    "embedded_bench.py",
    "typing_bench.py",
    "lsp_typing_bench.py",
    "editor_typing_bench.py",
    "sidecar_bench.py",
    "confidence_bench.py",
    "redaction_bench.py",
    "sessions_bench.py",
    "memory_bench.py",
    "sync_bench.py",
    "manifest_bench.py",
    "manifest_recall_bench.py",
    "context_bench.py",
    "index_bench.py",
)


def main() -> int:
    """Run each in a process of its own; 1 if any failed."""
    here = Path(__file__).resolve().parent
    results = here.parent.parent / "build" / "bench" / "results"
    results.mkdir(parents=True, exist_ok=True)
    failed = []
    for bench in BENCHES:
        print(f"\n== {bench}", flush=True)
        report = results / bench.replace("_bench.py", ".json")
        if subprocess.run([sys.executable, str(here / bench), "--json", str(report)], check=False).returncode:
            failed.append(bench)
    if not failed:
        subprocess.run([sys.executable, str(here / "readme_tables.py")], check=True)
        print("\nThe tables of README.md are those of this run.")
    print(f"\nResults: {results}" + (f"; failed: {', '.join(failed)}" if failed else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
