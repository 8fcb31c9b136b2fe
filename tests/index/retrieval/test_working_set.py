"""What the person works with besides the current file."""

from collections.abc import Callable

from holdfast.index.retrieval.query import WorkingText
from holdfast.index.retrieval.working_set import working_set
from small_index import SmallIndex, Texts, look


def told(make_index: Callable[[Texts], SmallIndex], *texts: WorkingText) -> dict[str, float]:
    return dict(working_set(make_index({}).reader, look("app.py", "║", texts)).signs["working_set"])


def text(path: str, names: str, language: str = "python") -> WorkingText:
    return WorkingText(path, language, names)


def test_the_later_a_file_was_worked_with_the_more_its_names_count(make_index: Callable[[Texts], SmallIndex]) -> None:
    names = told(make_index, text("a.py", "newest shared"), text("b.py", "older"), text("c.py", "oldest shared"))

    assert names["shared"] > names["newest"] > names["older"] > names["oldest"] > 0
    assert names["shared"] <= 1


def test_a_file_of_another_language_says_nothing_and_takes_no_place(
    make_index: Callable[[Texts], SmallIndex],
) -> None:
    only = told(make_index, text("a.py", "newest"))
    behind = told(make_index, text("b.css", "colour", "css"), text("a.py", "newest"))

    assert only == behind == {"newest": 1.0}


def test_with_nothing_open_nothing_is_told(make_index: Callable[[Texts], SmallIndex]) -> None:
    assert told(make_index) == {}
