"""Writes the results of the last `make bench` into README.md, between its markers."""

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
RESULTS = ROOT / "build" / "bench" / "results"


_REPORTS = {"manifest": "manifest_recall"}
"""Regions whose numbers lie in a file of another name."""


def typing_table() -> str:
    """Rows of typing_bench."""
    rows = [
        "| client, model, machine | on screen | requests per key | bytes read per key | while a file opens | pauses asked | keystrokes |",
        "|---|---|---|---|---|---|---|",
    ]
    for client, count in json.loads((RESULTS / "typing.json").read_text()).items():
        keys = max(1, count["keystrokes"])
        rows.append(
            f"| {client} | {_part(count['on_screen'], count['answerable'])} | {count['requests'] / keys:.3f}"
            f" | {count['prefilled_bytes'] / keys:.1f} | {count['opening_bytes'] / keys:.1f}"
            f" | {_part(count['asked_pauses'], count['pauses'])} | {count['keystrokes']:,} |"
        )
    return "\n".join(rows)


def lsp_typing_table() -> str:
    """Rows of lsp_typing_bench: each figure over LSP in real time, and in virtual time in brackets."""
    rows = [
        "| model, machine | on screen | requests per key | bytes read per key | keystrokes |",
        "|---|---|---|---|---|",
    ]
    for name, counts in json.loads((RESULTS / "lsp_typing.json").read_text()).items():
        real, virtual = counts["over LSP"], counts["virtual"]
        keys, others = max(1, real["keystrokes"]), max(1, virtual["keystrokes"])
        rows.append(
            f"| {name}"
            f" | {_part(real['on_screen'], real['answerable'])} ({_part(virtual['on_screen'], virtual['answerable'])})"
            f" | {real['requests'] / keys:.3f} ({virtual['requests'] / others:.3f})"
            f" | {real['prefilled_bytes'] / keys:.1f} ({virtual['prefilled_bytes'] / others:.1f})"
            f" | {real['keystrokes']:,} |"
        )
    return "\n".join(rows)


def editor_typing_table() -> str:
    """Rows of editor_typing_bench."""
    rows = [
        "| editor, model | on screen | stayed there | requests per key | bytes read per key | drawn after | keystrokes |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, count in json.loads((RESULTS / "editor_typing.json").read_text()).items():
        keys = max(1, count["keystrokes"])
        rows.append(
            f"| {name} | {_part(count['on_screen'], count['answerable'])} | {_part(count['stayed'], count['answerable'])}"
            f" | {count['requests'] / keys:.3f} | {count['prefilled_bytes'] / keys:.1f}"
            f" | p50 {count['drawn_after_p50_ms']:.0f} ms, p95 {count['drawn_after_p95_ms']:.0f} ms"
            f" | {count['keystrokes']:,} |"
        )
    return "\n".join(rows)


def sidecar_table() -> str:
    """Rows of sidecar_bench."""
    found = json.loads((RESULTS / "sidecar.json").read_text())
    rows = [f"| {row['what']} | {row['wanted']} | {row['got']} | {row['n']:,} | {row['reference']} |" for row in found]
    return "\n".join(("| what | wanted | got | n | bare pygls beside it |", "|---|---|---|---|---|", *rows))


def confidence_table() -> str:
    """Rows of confidence_bench, for a few thresholds; characters for each place, right and wrong."""
    rows = [
        "| model | threshold | shown at | right characters a place | wrong characters a place |",
        "|---|---|---|---|---|",
    ]
    for name, thresholds in json.loads((RESULTS / "confidence.json").read_text()).items():
        rows += [
            f"| {name} | {row['threshold']:g} | {_part(row['shown'], row['places'])}"
            f" | {row['right_characters'] / row['places']:.1f} | {row['wrong_characters'] / row['places']:.1f} |"
            for row in thresholds
            if row["threshold"] in {0.0, 0.1, 0.5}
        ]
    return "\n".join(rows)


def manifest_table() -> str:
    """Rows of manifest_recall_bench."""
    rows = ["| repository | new names | without it | definitions | without it |", "|---|---|---|---|---|"]
    for name, ways in json.loads((RESULTS / "manifest_recall.json").read_text()).items():
        with_it, without = ways["with"], ways["without"]
        cells = [
            _share(way[what]["value"]) + (f" of {way[what]['n']}" if way is with_it else "")
            for what in ("new_name_recall", "definition_recall")
            for way in (with_it, without)
        ]
        rows.append(f"| {name} | {' | '.join(cells)} |")
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


def context_table() -> str:
    """Rows of context_bench, and the mean of the projects."""
    rows = [
        "| project | language | new names | 95 % | at 3,000 bytes | definitions | kept | gathered | def lines | BM25 | Jaccard |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    ways = ("holdfast", "holdfast, 3,000 bytes", "definition lines", "BM25 windows", "Jaccard windows")
    found: dict[str, list[float]] = {way: [] for way in (*ways, "definitions")}
    for project, report in json.loads((RESULTS / "context.json").read_text()).items():
        whole = report["rows"]["holdfast"]
        recall, definitions = whole["new_name_recall"], whole["definition_recall"]
        values = {way: report["rows"][way]["new_name_recall"]["value"] for way in ways}
        values["definitions"] = definitions["value"]
        for way, value in values.items():
            found[way] += [] if value is None else [value]
        shown = {way: _share(value) for way, value in values.items()}
        rows.append(
            f"| {project} | {report['language']} | {shown['holdfast']} of {recall['n']}"
            f" | {recall['low']:.2f} to {recall['high']:.2f} | {shown['holdfast, 3,000 bytes']}"
            f" | {shown['definitions']} of {definitions['n']} | {whole['kept_block']:.3f}"
            f" | {whole['gather_ms']['p95']:.0f} ms | {shown['definition lines']} | {shown['BM25 windows']}"
            f" | {shown['Jaccard windows']} |"
        )
    mean = {way: _share(sum(values) / len(values) if values else None) for way, values in found.items()}
    rows.append(
        f"| mean | | {mean['holdfast']} | | {mean['holdfast, 3,000 bytes']} | {mean['definitions']} | |"
        f" | {mean['definition lines']} | {mean['BM25 windows']} | {mean['Jaccard windows']} |"
    )
    return "\n".join(rows)


def index_table() -> str:
    """Rows of index_bench."""
    report = json.loads((RESULTS / "index.json").read_text())
    saves, questions, lookups = (report[name] for name in ("saved_to_searchable", "retrieval", "definition"))
    return "\n".join(
        (
            f"| {report['files']:,} Python files, {report['chunks']:,} chunks, {report['source_bytes'] / 1e6:.0f} MB | |",
            "|---|---|",
            f"| cold index until searchable, against the bare parse of the same bytes on one core | {report['cold_ratio']:.2f} times |",
            f"| the same in processor time, over all processes | {report['cold_cpu_ratio']:.2f} times |",
            f"| saved file to searchable | p50 {saves['p50_ms']:.0f} ms, p95 {saves['p95_ms']:.0f} ms |",
            f"| retrieval for one cursor | p50 {questions['p50_ms']:.0f} ms, p95 {questions['p95_ms']:.0f} ms |",
            f"| definitions of a name | p95 {lookups['p95_ms']:.1f} ms |",
            f"| index, for each byte of source | {report['database_bytes_per_source_byte']:.1f} bytes |",
        )
    )


def sessions_table() -> str:
    """Rows of sessions_bench: the means over its seeds."""
    reports = json.loads((RESULTS / "sessions.json").read_text())
    rows = ["| asked by | questions | recall@5 | MRR | p50 | p95 |", "|---|---|---|---|---|---|"]
    for group in reports[0]["groups"]:
        scores = [report["groups"][group] for report in reports]
        mean = {key: sum(score[key] for score in scores) / len(scores) for key in scores[0]}
        rows.append(
            f"| {group} | {sum(score['questions'] for score in scores)} | {mean['recall_at_5']:.2f} | {mean['mrr']:.2f}"
            f" | {mean['p50_ms']:.1f} ms | {mean['p95_ms']:.1f} ms |"
        )
    return "\n".join(rows)


def sync_table() -> str:
    """Rows of sync_bench."""
    report = json.loads((RESULTS / "sync.json").read_text())
    rows = ["| place | what | sends | takes in | bytes that travel |", "|---|---|---|---|---|"]
    for place in ("folder", "git"):
        one = report[place]
        for key, what in (("first", f"{report['entries']:,} entries"), ("next", "one more session, 100 entries")):
            size = one[f"{key}_bytes"]
            rows.append(
                f"| {place} | {what} | {one[f'{key}_send_s']:.1f} s | {one[f'{key}_receive_s']:.1f} s | {size:,} |"
            )
    return "\n".join(rows)


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _part(some: int, of: int) -> str:
    return f"{some / of:.3f}" if of else "-"


def put(text: str, name: str, table: str) -> str:
    """`text` with `table` between the markers of `name`."""
    region = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    return region.sub(lambda match: f"{match.group(1)}{table}\n{match.group(2)}", text)


def main() -> int:
    """Rewrite the regions."""
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    tables = {
        "typing": typing_table,
        "lsp typing": lsp_typing_table,
        "editor typing": editor_typing_table,
        "sidecar": sidecar_table,
        "confidence": confidence_table,
        "manifest": manifest_table,
        "embedded": embedded_table,
        "context": context_table,
        "index": index_table,
        "sessions": sessions_table,
        "sync": sync_table,
    }
    for name, table in tables.items():
        if (RESULTS / f"{_REPORTS.get(name, name.replace(' ', '_'))}.json").exists():  # no browser, no editor's numbers
            text = put(text, name, table())
    readme.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
