from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from cli_contract import answer
from cli_process import holdfast, holdfast_as_anybody
from project_texts import long_client, long_tools, write_project

Portion = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(ge=0)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Recall(_Strict):
    value: Portion | None
    hits: int
    n: int
    low: Portion
    high: Portion


class Bytes(_Strict):
    mean: Positive
    most: int


class Tokens(_Strict):
    mean: Positive


class Times(_Strict):
    p50: Positive
    p95: Positive


class BaselineRow(_Strict):
    new_name_recall: Recall
    definition_recall: Recall
    limit_bytes: int
    bytes: Bytes
    tokens: Tokens
    over_limit: int


class TypedRow(BaselineRow):
    kept_block: Portion
    keystrokes: Annotated[int, Field(ge=1)]
    gather_ms: Times


class Retriever(_Strict):
    lines: int
    names: int
    hit_at_1: Portion
    recall_at_5: Portion
    mrr: Portion
    given: Positive
    p50_ms: Positive
    p95_ms: Positive


class Evaluated(_Strict):
    """`eval`"""

    repository: str
    seed: int
    files: int
    sessions: int
    lines: int
    lines_in_need: int
    seconds: Positive
    rows: dict[str, TypedRow | BaselineRow]
    retrievers: dict[str, Retriever]


def make_project(folder: Path) -> Path:
    return write_project(folder / "shop", {"tools.py": long_tools(30), "client.py": long_client(30)})


def everything_in(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_whole_report_for_a_program(tmp_path: Path) -> None:
    root = make_project(tmp_path)
    report = answer(holdfast("eval", "--sessions", "3", "--baselines", "--seed", "5", "--json", cwd=root), Evaluated)

    assert (report.repository, report.seed, report.files, report.sessions) == ("shop", 5, 2, 3)
    assert list(report.rows) == ["holdfast", "definition lines", "BM25 windows", "Jaccard windows", "no context"]
    assert report.rows["no context"].new_name_recall.hits == 0
    assert {row.new_name_recall.n for row in report.rows.values()} == {report.rows["holdfast"].new_name_recall.n}
    assert report.rows["holdfast"].new_name_recall.n > 10
    assert report.rows["holdfast"].definition_recall.n > 10
    assert isinstance(report.rows["holdfast"], TypedRow)
    assert report.retrievers


def test_nothing_of_the_project_or_its_index_is_changed(tmp_path: Path, private_places: Path) -> None:
    root = make_project(tmp_path)
    assert holdfast("index", cwd=root).code == 0
    before = (everything_in(root), everything_in(private_places / "cache"))
    assert holdfast("eval", str(root), "--sessions", "2", cwd=tmp_path).code == 0

    assert (everything_in(root), everything_in(private_places / "cache")) == before
    assert not list((private_places / "cache").glob("evaluation-*"))


def test_a_limit_in_bytes_is_kept_and_said(tmp_path: Path) -> None:
    root = make_project(tmp_path)
    ran = holdfast("eval", "--sessions", "2", "--context-bytes", "600", "--json", cwd=root)
    row = answer(ran, Evaluated).rows["holdfast"]

    assert (row.limit_bytes, row.over_limit) == (600, 0)
    assert 0 < row.bytes.most <= 600


def test_a_person_reads_a_table_and_what_its_columns_mean(tmp_path: Path) -> None:
    root = make_project(tmp_path)
    ran = holdfast("eval", "--sessions", "2", "--baselines", cwd=root)
    lines = [line.rstrip() for line in ran.out.splitlines()]

    assert (ran.code, ran.err) == (0, "")
    assert lines[0].startswith("shop: ")
    assert lines[1].split()[:4] == ["Context", "by", "New", "names"]
    for column in ("New names: ", "Definitions: ", "Kept: ", "Bytes, Tokens: ", "Gather: ", "Hit@1, Recall@5, MRR: "):
        assert any(line.startswith(column) for line in lines), column
    assert any("2 sessions in 2 files, seed 1" in line for line in lines)


def test_a_project_with_too_little_to_measure_is_told_so(tmp_path: Path) -> None:
    root = write_project(tmp_path / "tiny", {"a.py": "x = 1\n"})
    ran = holdfast("eval", "--json", cwd=root)

    assert (ran.code, ran.out) == (4, "")
    assert ran.err.startswith("holdfast: tiny has no lines to measure: ")


def test_a_folder_that_is_not_there_or_closed_is_an_error(tmp_path: Path) -> None:
    missing = holdfast("eval", "nowhere", cwd=tmp_path)
    (tmp_path / "closed").mkdir(mode=0)
    closed = holdfast_as_anybody("eval", "closed", cwd=tmp_path)

    assert (missing.code, missing.out) == (4, "")
    assert (closed.code, closed.out) == (4, "")


def test_options_out_of_range_are_usage_errors(tmp_path: Path) -> None:
    assert holdfast("eval", "--sessions", "0", cwd=tmp_path).code == 2
    assert holdfast("eval", "--context-bytes", "3", cwd=tmp_path).code == 2


def test_the_manifest_can_be_left_out_where_it_is_read(tmp_path: Path) -> None:
    root = make_project(tmp_path)
    write_project(root, {"CLAUDE.md": "# Shop\n\nPrices are whole cents.\n"})
    untrusted = holdfast("eval", "--manifest", "--json", cwd=root)
    assert holdfast("trust", str(root), cwd=root).code == 0
    rows = answer(holdfast("eval", "--sessions", "2", "--manifest", "--json", cwd=root), Evaluated).rows

    assert (untrusted.code, "holdfast trust" in untrusted.err) == (2, True)
    assert list(rows) == ["holdfast", "without the manifest"]
    assert rows["holdfast"].tokens.mean > rows["without the manifest"].tokens.mean
