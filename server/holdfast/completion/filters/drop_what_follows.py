"""What already stands after the cursor is not said again."""

from holdfast.completion.filters.brackets import OPENER_OF, closes_too_much, unopened
from holdfast.cursor import Cursor


def drop_what_follows(text: str, cursor: Cursor) -> str:
    """`text` up to where it repeats the rest of the line, or the lines below."""
    rest = cursor.line_after.strip()
    if rest:
        return _without_rest_of_line(text, rest, cursor.line_before)
    end = end_before_repetition(text, cursor)
    return text if end is None else text[:end]


def end_before_repetition(text: str, cursor: Cursor) -> int | None:
    """Where a whole line of `text` begins to repeat the next line of code below the cursor, or None.

    A line of closers counts only at the same indentation; the line the cursor stands on is never taken away.
    """
    below = next((line for line in cursor.after.split("\n")[1:] if line.strip()), "")
    if not below:
        return None
    start = text.find("\n") + 1
    has_letters = any(char.isalnum() for char in below)
    while start > 0:
        end = text.find("\n", start)
        line = text[start:] if end < 0 else text[start:end]
        if line.strip() == below.strip() if has_letters else line.rstrip() == below.rstrip():
            return start - 1
        start = end + 1
    return None


def _without_rest_of_line(text: str, rest: str, line_before: str) -> str:
    stripped = text.rstrip()
    sizes = (len(rest), *range(min(len(rest), len(stripped)) - 1, 2, -1))
    size = next((size for size in sizes if stripped.endswith(rest[:size])), 0)
    if not size or _closes_its_own(stripped, rest[:size], rest, line_before):
        return text
    return stripped[:-size]


def _closes_its_own(text: str, repeated: str, rest: str, line_before: str) -> bool:
    """Whether the brackets that `text` ends with close others than the same brackets behind the cursor do."""
    closers = [char for char in OPENER_OF if unopened(repeated, char)]
    return bool(closers) and not closes_too_much(text, rest, line_before)
