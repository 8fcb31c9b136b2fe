"""What already stands after the cursor is not said again."""

from itertools import islice, pairwise
from typing import Final

from holdfast.completion.code_marks import OPENER_OF
from holdfast.completion.filters.brackets import unpaired_brackets
from holdfast.completion.filters.said_once import is_said_again
from holdfast.completion.line_words import is_prelude
from holdfast.completion.near_code import near_code
from holdfast.cursor import Cursor

_LONGEST_REST: Final = 256
_LEAST_PART: Final = 3
_LINES_BELOW: Final = 6
_SEEN_BELOW: Final = 4_000
_TELLING: Final = 6
"""Letters and digits from which on a line says enough to be recognised out of its order, or by its beginning."""


def drop_what_follows(text: str, cursor: Cursor) -> str:
    """`text` up to where it repeats the rest of the line, or the lines below."""
    rest = cursor.line_after.strip()
    if rest:
        return _without_rest_of_line(text, rest[:_LONGEST_REST], cursor)
    end = end_before_repetition(text, cursor)
    if end is not None:
        text = text[:end]
    return _without_said_again(_without_lines_below(text, cursor), cursor)


def end_before_repetition(text: str, cursor: Cursor) -> int | None:
    """Where a whole line of `text` begins to repeat the next line of code below the cursor, or None.

    At another column it counts only if the line after it is repeated too; the cursor's own line is never taken away.
    """
    below = _lines_below(cursor, 2)
    if not below:
        return None
    wanted = below[0].strip()
    start = text.find("\n") + 1
    while start > 0:
        end = text.find("\n", start)
        line = text[start:] if end < 0 else text[start:end]
        if line.strip() == wanted and (
            line.rstrip() == below[0].rstrip() or _next_line(text, end) == "".join(below[1:]).strip() != ""
        ):
            return start - 1
        start = end + 1
    return None


def _next_line(text: str, end: int) -> str | None:
    """The next line of `text` after offset `end` that is not blank, bare; None where there is none."""
    line = text[end : end + _LONGEST_REST].lstrip().split("\n", 1)[0] if end >= 0 else ""
    return line.strip() or None


def _without_lines_below(text: str, cursor: Cursor) -> str:
    """`text` without an end that is the beginning of what follows, in whole lines or with the last broken off."""
    below = _lines_below(cursor, _LINES_BELOW)
    if not below:
        return text
    if not cursor.line_before.strip() and _says_below(cursor.line_before + text, below):
        return ""  # with the line begun, somebody wants it
    lines = text.rstrip().split("\n")
    last = len(lines) - 1
    if last > 0 and _begins_below(lines[last], below[0]):
        return "\n".join(lines[:last])
    if last > 1 and _letters(lines[last]) >= _TELLING and _is_run(lines[last - 1 :], below):
        return "\n".join(lines[: last - 1])
    return text


def _without_said_again(text: str, cursor: Cursor) -> str:
    """`text` up to a line that its block has further down and can have only once, with what introduces that."""
    below = _lines_below(cursor, _LINES_BELOW)
    lines = text.split("\n") if below else []
    first = 1 if cursor.line_before.strip() else 0  # with the line begun, somebody wants it
    for number in range(first, len(lines)):
        line = lines[number] if number else cursor.line_before + lines[0]
        if is_said_again(line, below, cursor.language):
            while number > first and is_prelude(lines[number - 1], cursor.language):
                number -= 1  # noqa: PLW2901 - the loop ends here
            return "\n".join(lines[:number])
    return text


def _begins_below(line: str, below: str) -> bool:
    """Whether `line` is what stands below, broken off."""
    return _letters(line) >= _TELLING and below.startswith(line)


def _is_run(lines: list[str], below: list[str]) -> bool:
    """Whether two lines stand one after the other below, too, the second perhaps broken off."""
    first, second = (line.rstrip() for line in lines)
    return any(first == one.rstrip() != "" and other.startswith(second) for one, other in pairwise(below))


def _says_below(text: str, below: list[str]) -> bool:
    """Whether `text`, with the cursor's line from its beginning, is what stands below, as far as both go."""
    lines = [line.rstrip() for line in islice((line for line in text.split("\n") if line.strip()), len(below))]
    if not lines or _letters(lines[0]) <= len("end"):
        return False
    return all(line == other.rstrip() for line, other in zip(lines, below, strict=False))


def _lines_below(cursor: Cursor, most: int) -> list[str]:
    """The next lines below the cursor's that are not blank."""
    lines = cursor.after[:_SEEN_BELOW].split("\n")[1:]
    return list(islice((line for line in lines if line.strip()), most))


def _letters(line: str) -> int:
    return sum(map(str.isalnum, line[:_LONGEST_REST]))


def _without_rest_of_line(text: str, rest: str, cursor: Cursor) -> str:
    stripped = text.rstrip()
    alike = _end_alike(stripped, rest) if _letters(rest) >= len("as") else 0
    if alike:
        return stripped[:-alike]
    longest = min(len(rest), len(stripped))
    sizes = (len(rest), *range(longest - 1, _LEAST_PART - 1, -1))
    size = next((size for size in sizes if stripped.endswith(rest[:size])), 0)
    is_all = size == len(rest) and _letters(rest) >= len("as")
    if is_all or (size and not _closes_its_own(stripped, stripped[:-size], cursor)):
        return stripped[:-size]
    # It goes on past what it repeats.
    start = stripped.find(rest) if _letters(rest) >= _LEAST_PART else -1
    is_in_word = start > 0 and stripped[start - 1].isalnum() and rest[0].isalnum()
    if start < 0 or is_in_word or _closes_its_own(stripped[: start + len(rest)], stripped[:start], cursor):
        return text
    return stripped[:start]


def _end_alike(text: str, rest: str) -> int:
    """How many characters at the end of `text` say all of `rest`, other blanks between them allowed; 0 for none."""
    place, left = len(text), len(rest)
    while left:
        if rest[left - 1].isspace():
            left -= 1
        elif place and text[place - 1].isspace():
            place -= 1
        elif place and text[place - 1] == rest[left - 1]:
            place, left = place - 1, left - 1
        else:
            return 0
    return len(text) - place


def _closes_its_own(kept: str, dropped: str, cursor: Cursor) -> bool:
    """Whether the brackets come out better with the repeated end than without: then it closes others than those behind."""
    if not any(closer in kept[len(dropped) :] for closer in OPENER_OF):
        return False
    near = near_code(cursor)
    with_it, without_it = (
        # Inside a string the brackets around it are none: then those of the text itself decide.
        (
            unpaired_brackets(f"{near.before}{text}{near.after}", cursor.language),
            unpaired_brackets(text, cursor.language),
        )
        for text in (kept, dropped)
    )
    return with_it < without_it
