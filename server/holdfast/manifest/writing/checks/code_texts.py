"""The code in a Markdown text: spans, and the lines of fences that may be commands. Comments are left out."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

_FENCE: Final = re.compile(
    r"^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*(?P<mark>`{3,}|~{3,})[ \t]*(?P<language>[\w.+-]*)(?P<rest>.*)$"
)
_SPAN: Final = re.compile(r"(?<!`)(?P<ticks>`{1,3})(?!`)(?P<code>[^`]+)(?P=ticks)(?!`)")
_SHELLS: Final = frozenset({"", "sh", "bash", "shell", "zsh", "console", "shellsession", "terminal", "fish"})
_LONGEST_LINE: Final = 4_000


@dataclass(frozen=True, slots=True)
class CodeText:
    """Code on line `line` (1-based); `is_block` in a fence. `is_listed`: a list item begins with it, as in a layout."""

    line: int
    text: str
    is_block: bool = False
    is_listed: bool = False


@dataclass(frozen=True, slots=True)
class MarkdownLine:
    """A line of prose without its code and comments."""

    line: int
    text: str


def split_code(lines: Sequence[str]) -> tuple[list[CodeText], list[MarkdownLine]]:
    """The code and the prose of a text; a line of over 4,000 characters is neither."""
    code: list[CodeText] = []
    prose: list[MarkdownLine] = []
    fence, is_shell, is_comment = "", False, False
    for number, line in enumerate(lines, start=1):
        if len(line) > _LONGEST_LINE:
            continue
        found = None if is_comment else _FENCE.match(line)
        if found and not fence and not (found["mark"][0] == "`" and "`" in found["rest"]):
            fence, is_shell = found["mark"], found["language"].lower() in _SHELLS
        elif (
            found and fence and found["mark"].startswith(fence) and not found["language"] and not found["rest"].strip()
        ):
            fence = ""
        elif fence:
            if is_shell:
                code.append(CodeText(number, line.strip().removeprefix("$ "), is_block=True))
        else:
            visible, is_comment = _without_comments(line, is_comment=is_comment)
            code += _spans(number, visible)
            prose.append(MarkdownLine(number, _SPAN.sub("", visible)))
    return code, prose


def _spans(number: int, line: str) -> Iterator[CodeText]:
    for found in _SPAN.finditer(line):
        before = line[: found.start()].strip()
        yield CodeText(number, found["code"].strip(), is_listed=before in {"-", "*", "+"})


def _without_comments(line: str, *, is_comment: bool) -> tuple[str, bool]:
    """The line without HTML comments, and whether one is open behind it."""
    kept, place = [], 0
    while True:
        end = line.find("-->" if is_comment else "<!--", place)
        if not is_comment:
            kept.append(line[place : end if end >= 0 else len(line)])
        if end < 0:
            return "".join(kept), is_comment
        place = end + (3 if is_comment else 4)
        is_comment = not is_comment
