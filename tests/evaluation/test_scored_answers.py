import math
import re
from itertools import pairwise

import pytest

from cursor_notation import at
from holdfast.evaluation.copied_names import draw_copied_names
from holdfast.evaluation.honest_model import cursor_in, simulated_answers
from holdfast.evaluation.scored_answers import ScoredAnswer, measure_confidence, offered
from holdfast.evaluation.typing_trace import SourceFile, draw_sessions
from holdfast.inference.model_server import Piece, ScoredToken

FILES = [
    SourceFile(
        f"{name}.py",
        "python",
        "".join(
            f"def {name}_{number}(first, second):\n    total = first * {number} + second\n    return total\n\n\n"
            for number in range(60)
        ),
    )
    for name in ("alpha", "beta", "gamma")
]
SESSIONS = draw_sessions(FILES, 4, seed=3)


def answer(true: str, *tokens: tuple[str, float]) -> ScoredAnswer:
    pieces = tuple(Piece(text, tokens=(ScoredToken(text, math.log(probability)),)) for text, probability in tokens)
    return ScoredAnswer(at("x = ║\n"), true, pieces)


HALF_RIGHT = answer("load(path)", ("load", 0.8), ("(", 1.0), ("file", 0.25), (")", 1.0))


@pytest.mark.parametrize(
    ("threshold", "expected"),
    [(0.0, (5, 5, 0.2)), (0.2, (5, 5, 0.2)), (0.5, (5, 0, 0.8)), (0.9, None)],
    ids=["all", "likely enough", "cut", "not shown"],
)
def test_what_is_shown_is_judged_by_what_was_typed(threshold: float, expected: tuple[int, int, float] | None) -> None:
    (found,) = offered(HALF_RIGHT, [threshold])

    assert (None if found is None else (found.right, found.wrong, round(found.told, 3))) == expected


def test_a_row_counts_all_answers_at_one_threshold() -> None:
    right = answer("done()", ("done()", 0.9))
    rows = measure_confidence([HALF_RIGHT, right], [0.0, 0.5, 0.95])

    assert [(row.places, row.shown, row.wholly_right, row.right_characters, row.wrong_characters) for row in rows] == [
        (2, 2, 1, 11, 5),
        (2, 2, 2, 11, 0),
        (2, 0, 0, 0, 0),
    ]


def test_text_that_goes_on_past_the_truth_is_wrong_there() -> None:
    (found,) = offered(answer("a", ("abc", 1.0)), [0.0])

    assert found is not None
    assert (found.right, found.wrong) == (1, 2)


def test_the_cursor_of_a_passage_stands_between_what_was_typed_and_what_follows_it() -> None:
    passage = SESSIONS[0].passages[0]
    cursor = cursor_in(passage, 5)

    assert cursor.before + passage.typed[5:] + cursor.after == passage.file.text


def test_the_same_seed_says_the_same() -> None:
    one, other = (simulated_answers(SESSIONS, places_each=3, noise=0.5, seed=1) for _ in range(2))

    assert one == other
    assert one != simulated_answers(SESSIONS, places_each=3, noise=0.5, seed=2)


def test_an_honest_model_is_right_as_often_as_it_says() -> None:
    answers = simulated_answers(SESSIONS, places_each=150, noise=0.0, seed=5)
    firsts = [(math.exp(each.pieces[0].tokens[0].logprob), each) for each in answers]
    is_right = [each.true.startswith(each.pieces[0].text) for _, each in firsts]

    told = sum(probability for probability, _ in firsts) / len(firsts)
    assert sum(is_right) / len(is_right) == pytest.approx(told, abs=0.03)


def test_where_the_model_is_honest_a_higher_threshold_shows_a_greater_part_of_right_text() -> None:
    rows = measure_confidence(
        simulated_answers(SESSIONS, places_each=20, noise=0.0, seed=5), thresholds=[0.0, 0.1, 0.4, 0.8]
    )
    parts = [row.right_characters / (row.right_characters + row.wrong_characters) for row in rows]

    assert all(one < other for one, other in pairwise(parts))
    assert all(one.shown > other.shown for one, other in pairwise(rows))
    assert parts[-1] > 0.8


def test_of_the_names_to_copy_half_stand_in_the_context_and_no_other_begins_alike() -> None:
    cases = draw_copied_names(60, seed=2)

    for number, case in enumerate(cases):
        typed = case.cursor.before.rpartition(".")[2]
        defined = re.findall(r"^def (\w+)", case.block.text, re.MULTILINE)

        assert case.is_shown is (number % 2 == 0)
        assert [name for name in defined if name.startswith(typed)] == ([typed + case.rest] if case.is_shown else [])
        assert len(defined) == 3
    assert cases == draw_copied_names(60, seed=2)
