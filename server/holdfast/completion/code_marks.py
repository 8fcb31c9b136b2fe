"""Brackets, strings and comments of a piece of code, read without its file.

One regular expression per family of languages, linear in the text. It knows enough to say that a bracket in a string or
a comment is none, and that a line lies inside something that was opened above it. What it is not told about (regular
expressions, characters of a template inside a template) costs one line: a string ends with its line unless its
language lets it go on.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

CLOSER_OF: Final = {"(": ")", "[": "]", "{": "}"}
OPENER_OF: Final = {closer: opener for opener, closer in CLOSER_OF.items()}

_SLASHES: Final = r"//[^\n]*"
_STARRED: Final = r"/\*.*?(?:\*/|\Z)"
_HASH: Final = r"(?<!\S)#[^\n]*"
_DASHES: Final = r"--[^\n]*"
_MARKUP: Final = r"<!--.*?(?:-->|\Z)"
_QUOTED: Final = r'"(?:\\.|[^"\\\n])*"?'
_SINGLE: Final = r"'(?:\\.|[^'\\\n])*'?"
_CHARACTER: Final = r"'(?:\\[^\n']{1,8}|\\'|[^'\\\n])'"
_BACKTICKS: Final = r"`(?:\\.|[^`\\])*(?:`|\Z)"
_LONG_QUOTED: Final = r'"(?:\\.|[^"\\])*(?:"|\Z)'
_LONG_SINGLE: Final = r"'(?:\\.|[^'\\])*(?:'|\Z)"
_SHELL_SINGLE: Final = r"'[^']*(?:'|\Z)"
_TRIPLE: Final = r'"""(?:\\.|[^\\])*?(?:"""|\Z)'
_TRIPLE_SINGLE: Final = r"'''(?:\\.|[^\\])*?(?:'''|\Z)"
_HERE: Final = r"<<[-~]?[\"']?(?P<here>[A-Za-z_]\w*)[\"']?[^\n]*\n.*?(?:^[ \t]*(?P=here)\b|\Z)"

_C: Final = (_SLASHES, _STARRED, _QUOTED, _CHARACTER)
_SCRIPT: Final = (_SLASHES, _STARRED, _QUOTED, _SINGLE, _BACKTICKS)
_TRIPLE_C: Final = (_SLASHES, _STARRED, _TRIPLE, _QUOTED, _CHARACTER)
_HASHED: Final = (_HASH, _QUOTED, _SINGLE)
_LONG_HASHED: Final = (_HASH, _TRIPLE, _TRIPLE_SINGLE, _QUOTED, _SINGLE)
_STYLE: Final = (_STARRED, _QUOTED, _SINGLE)
_SHELL: Final = (_HASH, _HERE, _LONG_QUOTED, _SHELL_SINGLE)

_FAMILIES: Final[dict[tuple[str, ...], tuple[str, ...]]] = {
    ("c", "cpp", "objective-c", "objective-cpp", "proto3", "zig"): _C,
    ("javascript", "javascriptreact", "typescript", "typescriptreact", "go"): _SCRIPT,
    ("java", "kotlin", "swift", "scala", "groovy", "csharp"): _TRIPLE_C,
    ("dart",): (_SLASHES, _STARRED, _TRIPLE, _TRIPLE_SINGLE, _QUOTED, _SINGLE),
    ("rust",): (_SLASHES, _STARRED, _LONG_QUOTED, _CHARACTER),
    ("php",): (_SLASHES, _STARRED, _HASH, _LONG_QUOTED, _LONG_SINGLE),
    ("python",): _LONG_HASHED,
    ("toml", "julia", "elixir", "nix"): _LONG_HASHED,
    ("yaml", "makefile", "r", "powershell", "graphql", "terraform"): _HASHED,
    ("ruby", "perl"): (_HASH, _HERE, _LONG_QUOTED, _LONG_SINGLE),
    ("shellscript", "dockerfile"): _SHELL,
    ("css", "scss", "less"): _STYLE,
    ("json", "jsonc"): (_SLASHES, _STARRED, _QUOTED),
    ("sql",): (_DASHES, _STARRED, _LONG_SINGLE, _LONG_QUOTED, r"\$\$.*?(?:\$\$|\Z)"),
    ("lua",): (r"--\[\[.*?(?:\]\]|\Z)", _DASHES, r"\[\[.*?(?:\]\]|\Z)", _QUOTED, _SINGLE),
    ("haskell",): (_DASHES, r"\{-.*?(?:-\}|\Z)", _QUOTED),
    ("vue", "svelte"): (_MARKUP,),
}
_WITHOUT_BRACKETS: Final = frozenset({"markdown", "plaintext", "restructuredtext", "latex", "html", "xml"})
_FENCED: Final = r"^[ \t]*```[^\n]*\n.*?(?:^[ \t]*```|\Z)"
_OTHERS: Final = (_QUOTED,)

_DEEPEST: Final = 50
"""How far a closer looks for its opener past others that were left open."""


@dataclass(frozen=True, slots=True)
class Bracket:
    """A bracket of the code: its offset, and the character."""

    offset: int
    char: str


@dataclass(frozen=True, slots=True)
class Brackets:
    """What is left when every pair is taken away, in the order of the text."""

    unopened: tuple[Bracket, ...]
    unclosed: tuple[Bracket, ...]


def brackets_of(text: str, language: str) -> Brackets:
    """The brackets of `text` that have no partner in it; none in prose."""
    unopened: list[Bracket] = []
    unclosed: list[Bracket] = []
    for found in _marks(text, language):
        if found.group() in CLOSER_OF:
            unclosed.append(Bracket(found.start(), found.group()))
        elif found.group() in OPENER_OF and _close(unclosed, found.group()) is None:
            unopened.append(Bracket(found.start(), found.group()))
    return Brackets(tuple(unopened), tuple(unclosed))


def lines_inside(text: str, language: str) -> list[bool]:
    """For each line of `text`, whether it begins inside a bracket, a string or a comment that the text opened."""
    inside = [False]
    unclosed: list[Bracket] = []
    for found in _marks(text, language):
        mark = found.group()
        if mark == "\n":
            inside.append(bool(unclosed))
        elif mark in CLOSER_OF:
            unclosed.append(Bracket(found.start(), mark))
        elif mark in OPENER_OF:
            _close(unclosed, mark)
        else:
            inside.extend([True] * mark.count("\n"))
    return inside


def ends_in_comment(text: str, language: str) -> bool:
    """Whether `text`, a line's beginning, ends in a comment that lasts until the line's end."""
    return any(
        found.end() == len(text) and found.group().startswith(("#", "//", "--"))
        for found in _marks(text, language)
        if len(found.group()) > 1
    )


def openers_by_closer(text: str, language: str) -> dict[int, int | None]:
    """The offset of each closing bracket, and that of the opening one it belongs to; None where there is none."""
    unclosed: list[Bracket] = []
    openers: dict[int, int | None] = {}
    for found in _marks(text, language):
        if found.group() in CLOSER_OF:
            unclosed.append(Bracket(found.start(), found.group()))
        elif found.group() in OPENER_OF:
            opener = _close(unclosed, found.group())
            openers[found.start()] = None if opener is None else opener.offset
    return openers


def closers_for(text: str, language: str) -> str:
    """The closers that `text` still needs at its end, innermost first."""
    return "".join(CLOSER_OF[bracket.char] for bracket in reversed(brackets_of(text, language).unclosed))


def _close(unclosed: list[Bracket], closer: str) -> Bracket | None:
    """Take the opener of `closer` away, with what was left open inside it; None where there is none."""
    for number in range(len(unclosed) - 1, max(-1, len(unclosed) - 1 - _DEEPEST), -1):
        opener = unclosed[number]
        if opener.char == OPENER_OF[closer]:
            del unclosed[number:]
            return opener
    return None


def _marks(text: str, language: str) -> Iterator[re.Match[str]]:
    return _pattern(language).finditer(text)


@cache
def _pattern(language: str) -> re.Pattern[str]:
    """Comments and strings as wholes, then single brackets and line ends."""
    if language in _WITHOUT_BRACKETS:
        pieces: tuple[str, ...] = (_FENCED, _MARKUP, r"\n")
    else:
        family = next((pieces for names, pieces in _FAMILIES.items() if language in names), _OTHERS)
        pieces = (*family, r"[()\[\]{}]", r"\n")
    return re.compile("|".join(pieces), re.DOTALL | re.MULTILINE)
