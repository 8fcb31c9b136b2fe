"""A manifest as a reader sees it rendered: comments gone, and for each line whether it is code.

HTML comments are dropped where they begin a line (a block of its own, as CommonMark has it), never inside code or in the
middle of a sentence; one that is not closed is text. The lines keep their numbers.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

from holdfast.manifest.code_fences import fence_after

_COMMENT_START: Final = re.compile(r" {0,3}<!--")
_LIST_ITEM: Final = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$)")
_INDENTED: Final = re.compile(r"(?: {4}| {0,3}\t)")


LineKind = Literal["text", "opens", "code", "closes", "indented"]
"""Prose; the line that opens a code fence, one in it, the one that closes it; code by indentation."""


@dataclass(frozen=True, slots=True)
class VisibleLine:
    """Line `number` (1-based) of the file."""

    number: int
    text: str
    kind: LineKind = "text"


def visible_lines(text: str, first_number: int = 1) -> tuple[VisibleLine, ...]:
    """The lines of `text` (any line ends) without comments; those that were nothing but comment are left out."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    last_close = max((number for number, line in enumerate(lines) if "-->" in line), default=-1)
    found: list[VisibleLine] = []
    fence, in_comment, in_list, after_blank, in_code = "", False, False, True, False
    for index, line in enumerate(lines):
        number = first_number + index
        if fence or not (in_comment or _COMMENT_START.match(line)):
            shown, before, fence = line, fence, fence_after(line, fence)
            if before or fence:
                found.append(VisibleLine(number, line, _fenced(before, fence)))
                after_blank, in_code = False, False
                continue
        else:
            shown, in_comment = _without_comment(line, in_comment=in_comment, can_close=index < last_close)
            if not shown.strip() and shown != line:
                continue
        is_blank = not shown.strip()
        is_indented = not is_blank and _INDENTED.match(shown) is not None
        in_code = is_indented and not in_list and (after_blank or in_code)
        if not is_blank and not is_indented:
            in_list = _LIST_ITEM.match(shown) is not None or (in_list and not after_blank)
        found.append(VisibleLine(number, shown, "indented" if in_code else "text"))
        after_blank = is_blank
    return tuple(found)


def _fenced(before: str, after: str) -> LineKind:
    if before:
        return "code" if after else "closes"
    return "opens"


def _without_comment(line: str, *, in_comment: bool, can_close: bool) -> tuple[str, bool]:
    """What is left of a line that begins a comment or lies in one, and whether the comment goes on."""
    if in_comment:
        _, end, rest = line.partition("-->")
        return (_without_spans(rest.lstrip(" \t")), False) if end else ("", True)
    if "-->" in line[line.index("<!--") + 4 :]:
        return _without_spans(line), False
    return ("", True) if can_close else (line, False)


def _without_spans(line: str) -> str:
    """`line` without the comments that begin and end in it, nor the blanks behind them."""
    parts: list[str] = []
    place = 0
    while (start := line.find("<!--", place)) >= 0 and (end := line.find("-->", start + 4)) >= 0:
        parts.append(line[place:start])
        place = end + len("-->")
        while line[place : place + 1] in {" ", "\t"}:
            place += 1
    return "".join([*parts, line[place:]])
