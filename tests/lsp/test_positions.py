import random

import pytest

from holdfast.lsp.positions import LineStarts

PIECES = ("", "\n", "a", "ab\ncd", "\n\n\n", "é😀\n", "no end of a line")


def places(lines: LineStarts, text: str) -> list[tuple[int, int]]:
    return [lines.position_at(offset, "utf-16") for offset in range(len(text) + 1)]


@pytest.mark.parametrize("seed", range(8))
def test_lines_that_were_kept_are_those_of_the_text_as_it_is(seed: int) -> None:
    draw = random.Random(seed)
    text = "".join(draw.choices(PIECES, k=10))
    lines = LineStarts(text)
    for _ in range(200):
        offset = draw.randint(0, len(text))
        removed = draw.choice((0, 0, 1, draw.randint(0, len(text))))
        removed = min(removed, len(text) - offset)
        inserted = draw.choice(PIECES)
        text = text[:offset] + inserted + text[offset + removed :]
        lines = lines.after_change(text, offset, removed, inserted)
        assert places(lines, text) == places(LineStarts(text), text)
