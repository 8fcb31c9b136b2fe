"""What a manifest brings and costs: `python tests/bench/manifest_recall_bench.py [--json FILE] [--sessions N]`.

On the repositories of strangers that `manifest_bench.py` reads, each with the CLAUDE.md that `holdfast init` writes for
it, and on this one with its own: the same lines typed with it and without.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from holdfast.evaluation.context_report import Row
from holdfast.evaluation.debian_source import fetch_debian
from holdfast.evaluation.evaluate_context import WHOLE, WITHOUT_MANIFEST, EvaluationPlan, evaluate_context
from holdfast.evaluation.third_party import PackageUnavailable
from holdfast.evaluation.workspace_copy import copy_workspace
from holdfast.repository_facts import look_at
from real_repositories import ARCHIVES, REPOSITORIES, unpack, upstream_archive

HERE = Path(__file__).resolve().parent.parent.parent


def main() -> int:
    """Print a row for each repository; write JSON if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="write the numbers here")
    parser.add_argument("--sessions", type=int, default=20, help="sessions for each repository")
    parser.add_argument("--seed", type=int, default=2026)
    options = parser.parse_args()
    plan = EvaluationPlan(options.sessions, options.seed, manifest_file="CLAUDE.md", without_manifest=True)
    rows: dict[str, dict[str, object]] = {}
    for name, root, scratch in repositories():
        report = evaluate_context(copy_workspace(root, scratch / "copy"), plan, scratch, lambda _done, _all: None)
        with_it, without = report.rows[WHOLE], report.rows[WITHOUT_MANIFEST]
        rows[name] = {"with": with_it.as_json(), "without": without.as_json()}
        print(f"{name:<24} {_shares(with_it)} with it; {_shares(without)} without", flush=True)
    if options.json is not None:
        options.json.write_text(json.dumps(rows, indent=1))
    return 0 if rows else 1


def repositories() -> Iterator[tuple[str, Path, Path]]:
    """(name, folder with a CLAUDE.md, a folder to work in) of each that can be had."""
    with tempfile.TemporaryDirectory() as folder:
        yield "holdfast", HERE, Path(folder).resolve()
    for name in REPOSITORIES.values():
        archive = upstream_archive(name)
        if archive is None:
            try:
                fetch_debian(name, ARCHIVES)
            except PackageUnavailable as error:
                print(f"{name}: {error}", file=sys.stderr)
                continue
            archive = upstream_archive(name)
        if archive is None:
            continue
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder).resolve()
            root = unpack(archive, place / "unpacked")
            repository = look_at(root)
            if repository.manifest is None:
                repository.create_manifest(repository.propose())
            yield name, root, place


def _shares(row: Row) -> str:
    names, definitions = (share.value or 0.0 for share in (row.recall, row.definitions))
    return f"names {names:.2f} of {row.recall.of}, definitions {definitions:.2f}, {row.tokens_mean:,.0f} tokens"


if __name__ == "__main__":
    sys.exit(main())
