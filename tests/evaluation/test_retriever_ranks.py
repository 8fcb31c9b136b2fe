from pathlib import Path

import pytest

from holdfast.cursor import Cursor
from holdfast.evaluation.context_score import LineCase
from holdfast.evaluation.retriever_ranks import Ranked, ask_each, percentile, score_retrievers
from holdfast.index.retrieval.evidence import Answer, Retriever
from holdfast.index.retrieval.find import Retrieval
from small_index import SmallIndex

FILES = {
    "desk.py": "class Desk:\n    limit = 3\n\n    def reserve(self):\n        return 1\n",
    "tide.py": "def level():\n    return 0\n",
    "app.py": "def opening():\n    return 8\n",
}
CASE = LineCase(0, Cursor("file:///w/app.py", Path("/w"), "app.py", "python", "", ""), ("reserve", "limit"), ())


def answering(**strengths: float) -> Retriever:
    """A retriever that is as sure of these names."""
    return lambda _reader, _around: Answer({"similar_files": strengths})


@pytest.fixture
def small_index(tmp_path: Path) -> SmallIndex:
    made = SmallIndex(tmp_path / "workspace", tmp_path / "cache")
    made.put(FILES)
    return made


@pytest.mark.parametrize(
    ("retriever", "ranks", "given"),
    [
        pytest.param(answering(reserve=1.0, limit=0.5), (1, 2), 2, id="a-retriever-that-knows"),
        pytest.param(answering(limit=1.0, reserve=0.1, level=0.5), (3, 1), 3, id="surer-names-come-first"),
        pytest.param(answering(level=1.0, limit=0.2), (None, 2), 2, id="a-name-it-does-not-give-has-no-rank"),
        pytest.param(answering(opening=1.0), (None, None), 0, id="what-the-file-itself-defines-does-not-count"),
        pytest.param(answering(nowhere=1.0), (None, None), 0, id="what-nothing-defines-does-not-count"),
        pytest.param(answering(), (None, None), 0, id="silence"),
    ],
)
def test_a_needed_name_has_the_rank_that_the_retriever_alone_gives_it(
    small_index: SmallIndex, retriever: Retriever, ranks: tuple[int | None, ...], given: int
) -> None:
    answer = ask_each(Retrieval(small_index.reader, {"asked": retriever}), CASE)["asked"]
    small_index.reader.close()

    assert (answer.ranks, answer.given) == (ranks, given)


def test_ranks_become_three_numbers() -> None:
    answers = [{"one": Ranked(ranks, 6, 1.0)} for ranks in [(1, 6), (None, 4), (None, None), (2, 2)]]
    score = score_retrievers(answers)["one"]

    assert (score.lines, score.names, score.given) == (4, 8, 6.0)
    assert (score.hit_at_1, score.recall_at_5, score.mrr) == (1 / 4, 4 / 8, (1 + 1 / 4 + 1 / 2) / 4)


def test_without_answers_there_is_nothing_to_score() -> None:
    assert score_retrievers([]) == {}
    assert (percentile([], 0.95), percentile([1.0, 2.0, 3.0], 0.95)) == (0.0, 3.0)
