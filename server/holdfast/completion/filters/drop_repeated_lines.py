"""A model that says the same lines over and over, or those above the cursor once more, has nothing more to say."""

from typing import Final

from holdfast.cursor import Cursor

_TIMES: Final = 3
_LONGEST_PERIOD: Final = 6
_SEEN_ABOVE: Final = 8_000
_TELLING: Final = 12
"""Letters and digits from which on two or more lines are a copy of those above, and no chance."""


def drop_repeated_lines(text: str, cursor: Cursor) -> str:
    """`text` up to the end of the first of three equal runs of lines; nothing when it repeats what is just above."""
    before = cursor.before[-_SEEN_ABOVE:]
    line_before = cursor.line_before[-_SEEN_ABOVE:]
    above = before[: len(before) - len(line_before)].rstrip().split("\n")
    # With their indentation: closers on the way out of a block, and the same word at two levels, are no repetition.
    lines = [line.rstrip() for line in (line_before + text).split("\n")]
    if _repeats(lines, [line.rstrip() for line in above]):
        return ""
    end = _end_of_first_run(lines)
    return text if end is None else "\n".join(text.split("\n", end)[:end])


def _repeats(lines: list[str], above: list[str]) -> bool:
    if len(lines) == 1:
        return lines[0] == above[-1] and len(lines[0].strip()) > len(")];")
    most = min(len(lines), len(above))
    return any(
        lines[:size] == above[-size:] and sum(map(str.isalnum, "".join(lines[:size]))) >= _TELLING
        for size in range(2, min(most, _LONGEST_PERIOD) + 1)
    )


def _end_of_first_run(lines: list[str]) -> int | None:
    """How many lines there are up to the end of the first of three runs in a row that are the same."""
    ends = [end for period in range(1, _LONGEST_PERIOD + 1) if (end := _end_with_period(lines, period)) is not None]
    return min(ends, default=None)


def _end_with_period(lines: list[str], period: int) -> int | None:
    same = 0
    for number in range(period, len(lines)):
        same = same + 1 if lines[number] == lines[number - period] else 0
        if same >= period * (_TIMES - 1) and any(lines[number - period + 1 : number + 1]):
            # A run of blank lines is none; of those that only hold some, all three must be whole.
            return number + 1 - period * (_TIMES - 1)
    return None
