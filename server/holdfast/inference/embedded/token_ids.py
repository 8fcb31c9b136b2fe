"""The numbers that stand for tokens. The first few are structure, words follow."""

from typing import Final

BOUNDARY: Final = 0
"""Between files, and where a line was left out."""
SAME: Final = 1
"""A line break before a line indented like the one before."""
DEEPER: Final = 2
"""A line break before a line indented more."""
SHALLOWER: Final = 3
"""A line break before a line indented less."""
UNKNOWN: Final = 4
"""A word of the corpus beyond the vocabulary's bound; never suggested."""
FIRST_WORD: Final = 5
"""The id of the first word of the vocabulary."""
LINE_ENDS: Final = frozenset({BOUNDARY, SAME, DEEPER, SHALLOWER})
"""What may follow a line's last word."""


def line_break(indent: int, previous_indent: int) -> int:
    """Which line break leads from a line indented by `previous_indent` columns to one by `indent`."""
    if indent > previous_indent:
        return DEEPER
    return SHALLOWER if indent < previous_indent else SAME
