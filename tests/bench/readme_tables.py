"""Writes the results of the last `make bench` into README.md, between its markers."""

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
RESULTS = ROOT / "build" / "bench" / "results"


def typing_table() -> str:
    """Rows of typing_bench."""
    rows = [
        "| client | on screen | requests per key | prompt bytes read anew per key | keystrokes |",
        "|---|---|---|---|---|",
    ]
    for client, count in json.loads((RESULTS / "typing.json").read_text()).items():
        keys = max(1, count["keystrokes"])
        rows.append(
            f"| {client} | {count['on_screen'] / keys:.3f} | {count['requests'] / keys:.3f}"
            f" | {count['prefilled_bytes'] / keys:.1f} | {count['keystrokes']:,} |"
        )
    return "\n".join(rows)


def embedded_table() -> str:
    """Rows of embedded_bench."""
    rows = [
        "| package | suggestions of 3 tokens and more: exactly right | given at | 1 or 2 tokens: right | given at | p95 |",
        "|---|---|---|---|---|---|",
    ]
    for package, report in json.loads((RESULTS / "embedded.json").read_text()).items():
        precision, share = report["precision"], report["share"]
        rows.append(
            f"| {package} | {precision['long']:.2f} | {share['long']:.3f} of places"
            f" | {precision['short']:.2f} | {share['short']:.3f} | {report['p95_ms']:.0f} ms |"
        )
    return "\n".join(rows)


def put(text: str, name: str, table: str) -> str:
    """`text` with `table` between the markers of `name`."""
    region = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    return region.sub(lambda match: f"{match.group(1)}{table}\n{match.group(2)}", text)


def main() -> int:
    """Rewrite the two regions."""
    readme = ROOT / "README.md"
    text = put(readme.read_text(encoding="utf-8"), "typing", typing_table())
    readme.write_text(put(text, "embedded", embedded_table()), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
