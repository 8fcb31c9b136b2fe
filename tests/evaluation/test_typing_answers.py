import pytest

from holdfast.evaluation.typing_answers import TypedModel, known_columns
from holdfast.evaluation.typing_trace import Passage, SourceFile

TEXT = "".join(
    f"def pay_{number}(amount):\n    if amount > {number}:\n        return charge_{number}(amount)\n    refuse(amount)\n\n"
    for number in range(40)
)
START = TEXT.index("def pay_7")
PASSAGE = Passage(SourceFile("pay.py", "python", TEXT), START, TEXT.index("def pay_10") - 2)
LINES = PASSAGE.typed.split("\n")


def half_right(seed: int = 3) -> TypedModel:
    model = TypedModel("half right", seed)
    model.begin(PASSAGE)
    return model


@pytest.mark.parametrize(
    ("prefix", "typed", "said"),
    [
        pytest.param("x = 1\n", 0, "foo(bar)\nbaz()", id="at-the-beginning"),
        pytest.param("x = 1\nfoo(", 4, "bar)\nbaz()", id="in-the-middle"),
        pytest.param("x = 1\nfoo(", 9, "bar)\nbaz()", id="asked-a-while-ago"),
        pytest.param("x = 1\nfoo(bar)\nbaz()", 14, "", id="at-the-end"),
        pytest.param("something else", 3, "", id="elsewhere"),
    ],
)
def test_the_right_model_says_how_the_file_goes_on(prefix: str, typed: int, said: str) -> None:
    model = TypedModel("right", seed=1)
    model.begin(Passage(SourceFile("a.py", "python", "x = 1\nfoo(bar)\nbaz()\nend()\n"), 6, 20))
    model.typed = typed

    assert model(prefix, "\nend()\n") == said


def test_about_half_of_the_lines_are_known_from_a_column_in_their_middle_on() -> None:
    drawn = [known_columns(PASSAGE, "half right", seed) for seed in range(40)]
    with_text = [number for number, line in enumerate(LINES) if line.strip()]
    middle = [columns[number] for columns in drawn for number in with_text]

    assert 0.4 < sum(bool(column) for column in middle) / len(middle) < 0.6
    assert all(0 <= (columns[number] or 0) < len(LINES[number].strip()) for columns in drawn for number in with_text)
    assert drawn[3] == known_columns(PASSAGE, "half right", 3)
    assert drawn[3] != drawn[4]


@pytest.mark.parametrize("seed", range(5))
def test_half_right_is_wrong_before_the_column_and_right_from_it_on(seed: int) -> None:
    model, place = half_right(seed), 0
    for line, column in zip(LINES, known_columns(PASSAGE, "half right", seed), strict=True):
        for typed in range(len(line)):
            said = model.said_at(place + typed).split("\n")[0]
            known = typed - (len(line) - len(line.lstrip()) if place else 0) >= (column or 0)
            if known or typed >= len(line) - len(line.lstrip()):
                assert (said == line[typed:]) is known
        place += len(line) + 1


def test_what_is_right_goes_on_to_the_next_line_that_is_not_known_at_once() -> None:
    model = half_right()
    columns = known_columns(PASSAGE, "half right", 3)
    first_unknown = next(number for number, column in enumerate(columns) if column and number > 0)
    start = sum(len(line) + 1 for line in LINES[: first_unknown - 1]) + (columns[first_unknown - 1] or 0)

    said = model.said_at(start).split("\n")

    assert said[0] == PASSAGE.typed[start:].split("\n")[0]
    assert said[1] != LINES[first_unknown]


def test_the_wrong_model_is_never_right_and_says_text_of_the_file() -> None:
    model = TypedModel("wrong", seed=5)
    model.begin(PASSAGE)
    for place in range(len(PASSAGE.typed)):
        if PASSAGE.typed[place] != "\n":
            said, truth = model.said_at(place).split("\n")[0], PASSAGE.typed[place:].split("\n")[0]

            assert said in TEXT
            assert not said.startswith(truth)
            assert not truth.startswith(said)


def test_the_same_place_gets_the_same_answer() -> None:
    assert [half_right().said_at(place) for place in range(90)] == [half_right().said_at(place) for place in range(90)]
