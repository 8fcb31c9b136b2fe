"""A text longer than anybody reads in grey, or with a line that nobody wrote."""

from typing import Final

from holdfast.cursor import Cursor

_MOST_CHARACTERS: Final = 8_192
_LONGEST_LINE: Final = 1_000


def bound_length(text: str, cursor: Cursor) -> str:  # noqa: ARG001 - one shape for all filters
    """`text` up to its last whole line within 8,192 characters, and to the first line of more than 1,000."""
    if len(text) > _MOST_CHARACTERS:
        text = text[: max(0, text.rfind("\n", 0, _MOST_CHARACTERS))]
    if len(text) <= _LONGEST_LINE:
        return text
    start = 0
    for line in text.split("\n"):
        if len(line) > _LONGEST_LINE:
            return text[: max(0, start - 1)]
        start += len(line) + 1
    return text
