"""The evaluation as a whole: what a retriever that knows the answer scores, and one that knows nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from holdfast.errors import WorkspaceError
from holdfast.evaluation.context_report import ContextReport
from holdfast.evaluation.evaluate_context import EvaluationPlan, evaluate_context
from holdfast.evaluation.workspace_copy import copy_workspace
from holdfast.index.chunk_reader import ChunkReader
from holdfast.index.retrieval.evidence import Answer, Retriever
from holdfast.index.retrieval.surroundings import Surroundings
from project_texts import long_client, long_tools, write_project

Measure = Callable[[EvaluationPlan], ContextReport]
TOOLS = 20


def knowing(reader: ChunkReader, around: Surroundings) -> Answer:
    """All that any line of the client needs."""
    del reader, around
    return Answer({"resembling_lines": {f"tool_{number}": 1.0 for number in range(TOOLS)}})


def silent(reader: ChunkReader, around: Surroundings) -> Answer:
    """Nothing."""
    del reader, around
    return Answer()


@pytest.fixture
def measure(tmp_path: Path) -> Measure:
    root = write_project(tmp_path / "shop", {"tools.py": long_tools(TOOLS), "client.py": long_client(TOOLS)})
    copy = copy_workspace(root, tmp_path / "place")
    return lambda plan: evaluate_context(copy, plan, tmp_path, lambda _done, _all: None)


@pytest.mark.parametrize(
    ("retrievers", "recall"),
    [
        pytest.param({"knowing": knowing}, 1.0, id="a-retriever-that-knows"),
        pytest.param({"silent": silent}, 0.0, id="a-retriever-that-is-silent"),
    ],
)
def test_what_is_retrieved_is_what_is_scored(measure: Measure, retrievers: dict[str, Retriever], recall: float) -> None:
    report = measure(EvaluationPlan(3, retrievers=retrievers))
    row = report.rows["holdfast"]

    assert row.recall.of > 10
    assert (row.recall.value, row.definitions.value) == (recall, recall)
    assert report.retrievers[next(iter(retrievers))].hit_at_1 <= recall


def test_with_a_retriever_off_its_finds_are_gone(measure: Measure) -> None:
    report = measure(EvaluationPlan(3, retrievers={"knowing": knowing, "silent": silent}, ablations=True))

    assert {name: row.recall.value for name, row in report.rows.items()} == {
        "holdfast": 1.0,
        "without knowing": 0.0,
        "without silent": 1.0,
    }


def test_the_manifest_is_measured_by_leaving_it_out(tmp_path: Path) -> None:
    files = {"tools.py": long_tools(TOOLS), "client.py": long_client(TOOLS), "CLAUDE.md": "# Shop\n\nSells tools.\n"}
    copy = copy_workspace(write_project(tmp_path / "shop", files), tmp_path / "place")
    plan = EvaluationPlan(2, retrievers={"silent": silent}, manifest_file="CLAUDE.md", without_manifest=True)
    rows = evaluate_context(copy, plan, tmp_path, lambda _done, _all: None).rows

    assert list(rows) == ["holdfast", "without the manifest"]
    assert rows["holdfast"].bytes_mean >= rows["without the manifest"].bytes_mean + len("# Shop\n\nSells tools.")


def test_each_limit_is_a_row_of_its_own_and_a_block_within_it(measure: Measure) -> None:
    report = measure(EvaluationPlan(3, context_bytes=(None, 3_000, 700)))

    assert list(report.rows) == ["holdfast", "holdfast, 3,000 bytes", "holdfast, 700 bytes"]
    assert [(row.limit_bytes, row.over_limit) for row in report.rows.values()] == [(6_000, 0), (3_000, 0), (700, 0)]
    assert report.rows["holdfast, 700 bytes"].bytes_most <= 700


def test_the_same_plan_gives_the_same_shares(measure: Measure) -> None:
    first, again = measure(EvaluationPlan(2, baselines=True)), measure(EvaluationPlan(2, baselines=True))

    assert {name: row.recall for name, row in first.rows.items()} == {
        name: row.recall for name, row in again.rows.items()
    }


def test_when_time_is_up_no_session_is_begun_any_more(measure: Measure) -> None:
    assert measure(EvaluationPlan(5, most_seconds=0)).sessions == 1


def test_a_workspace_without_lines_to_draw_is_refused_with_a_remedy(tmp_path: Path) -> None:
    copy = copy_workspace(write_project(tmp_path / "shop", {"a.py": "x = 1\n"}), tmp_path / "place")

    with pytest.raises(WorkspaceError, match="Name a folder with more source files"):
        evaluate_context(copy, EvaluationPlan(5), tmp_path, lambda _done, _all: None)
