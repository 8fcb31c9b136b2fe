"""Counting brackets in a piece of a line, as far as that can be done without parsing it."""

from typing import Final

OPENER_OF: Final = {")": "(", "]": "[", "}": "{"}


def unopened(text: str, closer: str) -> int:
    """How many of `closer` in `text` close something that was opened before it."""
    opener, depth, lowest = OPENER_OF[closer], 0, 0
    for char in text:
        depth += (char == opener) - (char == closer)
        lowest = min(lowest, depth)
    return -lowest


def unclosed(text: str, closer: str) -> int:
    """How many openers of `closer` in `text` are still open at its end."""
    opener, depth = OPENER_OF[closer], 0
    for char in text:
        depth = max(0, depth + (char == opener) - (char == closer))
    return depth


def closes_too_much(text: str, behind: str, line_before: str) -> bool:
    """Whether `text` closes a bracket that was open at the cursor and that `behind` closes as well.

    With more open on the line before the cursor than `text` and `behind` close, each closes its own.
    """
    return any(
        unopened(text, closer) > 0 and unclosed(line_before, closer) < unopened(text, closer) + unopened(behind, closer)
        for closer in OPENER_OF
        if unopened(behind, closer)
    )
