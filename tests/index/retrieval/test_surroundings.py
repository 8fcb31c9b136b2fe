"""What is read off the live buffer."""

import pytest

from holdfast.index.anatomy import Import
from holdfast.index.retrieval.surroundings import LAST_LINES, NEAR_LINES
from small_index import look


def numbered(count: int) -> str:
    return "".join(f"name_{at} = 1\n" for at in range(count))


def test_names_are_told_by_how_far_above_the_cursor_they_stand() -> None:
    around = look("a.py", numbered(100) + "║" + "below_one\n" * 2)

    assert around.near == tuple(f"name_{at}" for at in range(100 - NEAR_LINES, 100))
    assert around.last == tuple(f"name_{at}" for at in range(100 - LAST_LINES, 100))
    assert around.below == ("below_one",)
    assert {"name_0", "below_one"} <= around.shown


def test_the_half_line_at_the_cursor_counts() -> None:
    around = look("a.py", "first_line\nhalf_line = pay(║rest_of_it)\n")

    assert (around.near, around.last) == (("first_line", "half_line", "pay"), ("first_line", "half_line", "pay"))
    assert around.below == ("rest_of_it",)


def test_words_of_the_language_and_the_shortest_names_are_no_names() -> None:
    assert look("a.py", "for ab in names: return ║None").shown == {"names"}


@pytest.mark.parametrize(
    ("path", "text", "imports"),
    [
        ("a.py", "from shop import pay as p\nimport os\n║", [("shop", "pay", "p"), ("os", "", "")]),
        ("a.ts", "import { pay } from './shop';\n║", [("./shop", "pay", "")]),
        ("a.py", "║from shop import pay\n", []),
        ("a.py", "from shop import pay\nclass (:\n║", [("shop", "pay", "")]),
        ("a.txt", "from shop import pay\n║", []),
    ],
    ids=["python", "typescript", "below the cursor", "above broken code", "no grammar"],
)
def test_the_imports_of_the_unsaved_text_are_read(path: str, text: str, imports: list[tuple[str, str, str]]) -> None:
    assert look(path, text).imports == tuple(Import(*found) for found in imports)


@pytest.mark.parametrize(
    "text",
    ["║", "\0\ufffd(((║", "\ud800║\udfff", "x" * 3_000_000 + "║", "y = 1\n" * 200_000 + "║", "║" + "(" * 100_000],
    ids=["empty", "odd", "lone surrogates", "one long line", "very many lines", "deep"],
)
def test_any_text_can_be_looked_at(text: str) -> None:
    around = look("a.py", text)

    assert around.text == text.replace("║", "")
    assert len(around.near) <= 2


def test_of_a_long_line_the_part_next_to_the_cursor_is_near() -> None:
    around = look("a.py", "far_away + " + "1 + " * 5_000 + "close_by║")

    assert around.near == ("close_by",)
