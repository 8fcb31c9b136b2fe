"""What `holdfast init` proves about six repositories of strangers: `python tests/bench/manifest_bench.py [--json FILE]`.

Fetches them where they are not in the cache yet, writes nothing into them, and has every claim judged by
tests/real_repositories.py, which knows nothing of how it was made.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from holdfast.evaluation.debian_source import fetch_debian
from holdfast.evaluation.third_party import PackageUnavailable
from holdfast.repository_facts import look_at
from real_repositories import ARCHIVES, REPOSITORIES, claims_of, unpack, upstream_archive, why_false


def main() -> int:
    """Print a row for each; 1 when a claim is false or fewer than six could be fetched."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="write the numbers here")
    options = parser.parse_args()
    rows = [row for ecosystem in REPOSITORIES if (row := _row(ecosystem)) is not None]
    print(
        f"{'repository':<24}{'ecosystem':<12}{'files':>7}{'commands':>10}{'paths':>7}{'false':>7}{'lines':>7}{'ms':>7}"
    )
    for row in rows:
        print(
            "{repository:<24}{ecosystem:<12}{files:>7}{commands:>10}{paths:>7}{false:>7}{lines:>7}{ms:>7}".format(**row)
        )
    if options.json is not None:
        options.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    return 0 if len(rows) == len(REPOSITORIES) and not any(row["false"] for row in rows) else 1


def _row(ecosystem: str) -> dict[str, str | int] | None:
    name = REPOSITORIES[ecosystem]
    archive = upstream_archive(name)
    if archive is None:
        try:
            fetch_debian(name, ARCHIVES)
        except PackageUnavailable as error:
            print(f"{name}: {error}", file=sys.stderr)
            return None
        archive = upstream_archive(name)
    if archive is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        root = unpack(archive, Path(folder) / "unpacked")
        started = time.perf_counter()
        repository = look_at(root)
        proposal = repository.propose()
        seconds = time.perf_counter() - started
        claims = list(claims_of(proposal.after.decode()))
        wrong = [f"{claim}: {problem}" for kind, claim in claims if (problem := why_false(root, kind, claim))]
    for problem in wrong:
        print(f"{name}: {problem}", file=sys.stderr)
    counted = {kind: sum(each == kind for each, _ in claims) for kind in ("command", "path")}
    return {
        "repository": name,
        "ecosystem": ecosystem,
        "files": len(repository.tree.files),
        "commands": counted["command"],
        "paths": counted["path"],
        "false": len(wrong),
        "lines": len(proposal.lines),
        "ms": round(1000 * seconds),
    }


if __name__ == "__main__":
    sys.exit(main())
