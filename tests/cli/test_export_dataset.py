import json
import subprocess
from pathlib import Path

import pytest

from cli_process import holdfast, holdfast_at_once


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    root.mkdir()
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    (root / ".gitignore").write_text("ignored.py\n")
    (root / "till.py").write_text("def add_up(prices):\n    return sum(price.amount for price in prices)\n")
    (root / "ignored.py").write_text("def ignored():\n    return 'what git does not see'\n")
    (root / ".env").write_text("TILL_TOKEN=0123456789abcdef\n")
    return root


def test_a_dataset_is_written_and_counted(project: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ran = holdfast("export-dataset", "--out", str(out), "--sessions", "--yes", "--json", cwd=project)
    told = json.loads(ran.out)
    rows = [json.loads(line) for line in (out / "fill_in_the_middle.jsonl").read_text().splitlines()]

    assert (ran.code, ran.err) == (0, "")
    assert (told["pairs"], told["files"], told["languages"]) == (len(rows), 1, {"python": len(rows)})
    assert told["bytes"] == sum(path.stat().st_size for path in out.iterdir())
    assert {row["path"] for row in rows} == {"till.py"}
    assert sorted(path.name for path in out.iterdir()) == [
        "README.md",
        "conversations.jsonl",
        "fill_in_the_middle.jsonl",
    ]


def test_a_person_reads_counts_and_size(project: Path, tmp_path: Path) -> None:
    ran = holdfast("export-dataset", "--out", str(tmp_path / "out"), "--yes", cwd=project)

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[0] == "1 pair from 1 file: 1 python."
    assert ran.out.splitlines()[-1] == "0.0 MB in all, with a datasheet (README.md)."


def test_what_cannot_be_done_is_a_line_of_words_and_leaves_nothing(project: Path, tmp_path: Path) -> None:
    out = str(tmp_path / "out")
    nobody, inside, unknown, taken = holdfast_at_once(
        ("export-dataset", "--out", out),
        ("export-dataset", "--out", "here", "--yes"),
        ("export-dataset", "--out", out, "--format", "gpt", "--yes"),
        ("export-dataset", "--out", str(project), "--yes"),
        cwd=project,
    )

    assert [ran.code for ran in (nobody, inside, unknown, taken)] == [2, 2, 2, 2]
    assert nobody.err == "holdfast: Nobody can be asked whether to keep it. Give --yes.\n"
    assert inside.err.startswith("holdfast: here lies in the project, where git does not ignore it.")
    assert unknown.err.startswith("holdfast: “gpt” is no format. Formats: generic, ")
    assert taken.err.startswith(f"holdfast: {project} exists, and nothing is written over.")
    assert not (tmp_path / "out").exists()
    assert not (project / "here").exists()
