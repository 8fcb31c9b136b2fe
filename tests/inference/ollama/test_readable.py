import pytest

from holdfast.inference.readable import readable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("model 'x' not found", "model 'x' not found"),
        ("two\nlines\tand more", "two lines and more"),
        ("\x1b[31mred\x1b[0m", "[31mred [0m"),
        ("a\u202eb\u200bc", "a b c"),
        ("half \ud83d pair", "half pair"),
        ("größe 日本", "größe 日本"),
        ("x" * 300, "x" * 199 + "…"),
    ],
    ids=["plain", "lines", "escape-codes", "bidirectional", "surrogate", "other-scripts", "long"],
)
def test_foreign_text_cannot_act_on_a_terminal_or_flood_it(text: str, shown: str) -> None:
    assert readable(text) == shown
