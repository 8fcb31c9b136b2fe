"""A model that says one line over and over has nothing more to say."""

from typing import Final

from holdfast.cursor import Cursor

_MOST_TIMES: Final = 3


def drop_repeated_lines(text: str, cursor: Cursor) -> str:
    """`text` up to the first of three equal lines in a row; nothing when it only repeats the line above the cursor."""
    above = cursor.before[: len(cursor.before) - len(cursor.line_before)].rstrip().rsplit("\n", 1)[-1]
    # With their indentation: closers on the way out of a block, and the same word at two levels, are no repetition.
    lines = [line.rstrip() for line in (cursor.line_before + text).split("\n")]
    if len(lines) == 1 and lines[0] == above and len(above.strip()) > len(")];"):
        return ""
    run = 1
    for number in range(1, len(lines)):
        run = run + 1 if lines[number] and lines[number] == lines[number - 1] else 1
        if run == _MOST_TIMES:
            return "\n".join(text.split("\n")[: number - _MOST_TIMES + 2])
    return text
