from pathlib import Path

import pytest

from holdfast.cursor import Cursor
from holdfast.evaluation.context_score import LineCase, LineScore, definition_recall, name_recall, score_line
from holdfast.evaluation.needed_names import ShownNames
from project_texts import project

DESK = "def reserve(stay):\n    return stay\n\n\ndef price_of(stay):\n    return 1\n"
NAMES = ShownNames(project({"desk.py": DESK, "app.py": "x = reserve(price_of(1))\n"}))
CURSOR = Cursor("file:///w/app.py", Path("/w"), "app.py", "python", "", "")
CASE = LineCase(0, CURSOR, ("reserve", "price_of"), (frozenset({"def reserve(stay):", "def reserve(stay, boat):"}),))


@pytest.mark.parametrize(
    ("block", "limit", "shown", "defined", "over"),
    [
        pytest.param(DESK, 6000, 2, 1, False, id="a-block-that-knows-the-answer"),
        pytest.param("", 6000, 0, 0, False, id="no-block"),
        pytest.param("def price_of(stay):\n", 6000, 1, 0, False, id="half-of-it"),
        pytest.param(DESK, len(DESK), 2, 1, False, id="just-within-the-limit"),
        pytest.param(DESK, len(DESK) - 1, 0, 0, True, id="a-byte-over-the-limit-counts-for-nothing"),
        pytest.param("é" * 3000 + DESK, 6000, 0, 0, True, id="bytes-count-not-characters"),
    ],
)
def test_a_block_is_judged_by_what_it_shows(block: str, limit: int, shown: int, defined: int, *, over: bool) -> None:
    score = score_line(CASE, block, limit, NAMES)

    assert score == LineScore(0, 2, shown, 1, defined, len(block.encode()), over)


def scores(*of_sessions: tuple[int, int]) -> list[LineScore]:
    return [LineScore(at, needed, shown, needed, 0, 10, False) for at, (needed, shown) in enumerate(of_sessions)]


def test_names_count_one_by_one_whatever_their_session() -> None:
    recall = name_recall(scores((1, 1), (3, 0)))

    assert (recall.hits, recall.of, recall.value) == (1, 4, 0.25)
    assert definition_recall(scores((1, 1), (3, 0))).value == 0.0


def test_the_range_is_narrow_where_sessions_agree_and_wide_where_they_differ() -> None:
    alike = name_recall(scores(*[(4, 2)] * 20))
    unlike = name_recall(scores(*[(4, 4), (4, 0)] * 10))

    assert (alike.low, alike.value, alike.high) == (0.5, 0.5, 0.5)
    assert unlike.value == 0.5
    assert 0.1 < unlike.low < 0.5 < unlike.high < 0.9
    assert unlike == name_recall(scores(*[(4, 4), (4, 0)] * 10))


def test_a_share_of_nothing_has_no_value() -> None:
    assert name_recall([]).value is None
