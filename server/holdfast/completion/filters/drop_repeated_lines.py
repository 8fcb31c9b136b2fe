"""A model that says one line over and over has nothing more to say."""

from typing import Final

from holdfast.cursor import Cursor

_MOST_TIMES: Final = 3


def drop_repeated_lines(text: str, cursor: Cursor) -> str:
    """`text` up to the third of equal lines in a row; nothing when it only repeats the line above the cursor."""
    lines = text.split("\n")
    above = cursor.before[: len(cursor.before) - len(cursor.line_before)].rstrip().rsplit("\n", 1)[-1].strip()
    own = (cursor.line_before + lines[0]).strip()
    if len(lines) == 1 and own and own == above and len(own) > len(")];"):
        return ""
    run = 1
    for number in range(1, len(lines)):
        line = lines[number].strip()
        run = run + 1 if line and line == lines[number - 1].strip() else 1
        if run == _MOST_TIMES:
            return "\n".join(lines[: number - _MOST_TIMES + 2])
    return text
