"""One lexer for every language: a line becomes tokens that join back to exactly that line.

A token carries the white space before it, so that what is suggested is spaced as the project spaces it. Strings and
comments are cut into words like code, and no state crosses a line: a line always lexes alike, wherever it stands.
Line breaks are not text but one of three kinds (same, deeper, shallower indentation); blank lines are nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

MAX_LINE_CHARACTERS: Final = 1000
"""Longer lines are data or minified; they count as a gap."""

_TAB_WIDTH: Final = 4

_TOKEN: Final = re.compile(
    r"""\s*(?:
        \w+
      | \"\"\" | ''' | ``` | \.\.\. | <<= | >>= | === | !== | \*\*= | //=
      | -> | => | == | != | <= | >= | := | :: | \+= | -= | \*= | /= | \|= | &= | %= | \^=
      | && | \|\| | \?\? | \?\. | \+\+ | << | >> | \*\* | // | /\* | \*/
      | ([-=#*~/_])\1{2,}
      | \S
    )""",
    re.VERBOSE,
)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank: `indent` in columns, `tokens` without the indentation and trailing white space."""

    indent: int
    tokens: tuple[str, ...]


def lex_line(line: str) -> Line | None:
    """`line` without its line break as tokens; None for a gap: too long, or with control characters."""
    if len(line) > MAX_LINE_CHARACTERS or _CONTROL.search(line):
        return None
    body = line.lstrip()
    blank = line[: len(line) - len(body)]
    return Line(indent_width(blank), split_tokens(body.rstrip()))


def split_tokens(text: str) -> tuple[str, ...]:
    """The tokens of a piece of one line; they join to `text` less trailing white space."""
    return tuple(match.group() for match in _TOKEN.finditer(text))


def indent_width(blank: str) -> int:
    """Columns of leading white space, a tab counting as four."""
    return len(blank) + (_TAB_WIDTH - 1) * blank.count("\t")


def lines_of(text: str) -> Iterator[str]:
    """Lines without their breaks; CRLF, LF and a lone CR all break."""
    for line in text.split("\n"):
        if "\r" in line:
            yield from line.removesuffix("\r").split("\r")
        else:
            yield line


def count_words(text: str) -> int:
    """How many tokens other than white space `text` has."""
    return sum(1 for line in lines_of(text) for _ in _TOKEN.finditer(line.rstrip()))
