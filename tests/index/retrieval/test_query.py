import pytest

from holdfast.index.retrieval.query import Place, place_of


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("", "line"),
        ("a = 1\n", "line"),
        ("if a:\n    \t", "line"),
        ("a = 1\n    pay(", "within"),
        ("p", "within"),
        ("a\n\n", "line"),
    ],
)
def test_a_cursor_stands_on_a_line_of_its_own_or_within_one(before: str, expected: Place) -> None:
    assert place_of(before) == expected
