"""The beginning of another file, with which a model goes on that has finished this one."""

import re
from typing import Final

from holdfast.cursor import Cursor

_SEEN: Final = 20_000
_PROSE: Final = frozenset({"markdown", "plaintext", "restructuredtext", "latex", "ignore"})
_PATH: Final = re.compile(
    r"^(?:(?:#|//|--|/\*|<!--|;|%|=+|\*+)[ \t]*)?(?:(?:File|Path|file|path|filename)[ \t]*:[ \t]*)?"
    r"(?:[\w.@-]{1,60}/){1,12}[\w.@-]{1,60}\.[A-Za-z]\w{0,9}[ \t]*(?:\*/|-->|=+|:)?$"
)
_PATCH: Final = re.compile(r"^(?:diff --git |--- a/|\+\+\+ b/|@@ -\d+,|<{7} |>{7} |={7}$|Index: )")
_ONCE: Final = re.compile(
    r"^(?:#!/|<\?php\b|<\?xml\b|<!DOCTYPE\b|[\"']use strict[\"']|package [\w.]+;?$|# -\*- coding|module [\w.]+ where"
    r"|\S{1,4}[ \t]*(?:Copyright \(c\)|SPDX-License-Identifier))",
    re.IGNORECASE,
)
_IMPORT: Final = re.compile(
    r"^(?:import [\w{*\"'.]|from [\w.]+ import |#include [<\"]|using [\w.]+;|use [\w:]+(?:::|;)|const \w+ = require\()"
)
_COMMENT: Final = re.compile(r"^\s*(?:#(?!include)|//|/?\*|--|<!--|@|\"\"\")")
_LONGEST: Final = 300


def drop_other_file(text: str, cursor: Cursor) -> str:
    """`text` up to a line that begins another file: its path, a patch's header, what stands at a file's top only."""
    if cursor.language in _PROSE:
        return text
    has_code = _has_code(cursor.before[-_SEEN:])
    says_code = bool(cursor.line_before.strip())
    lines = text.split("\n")
    for number, line in enumerate(lines):
        is_inside = number == 0 and bool(cursor.line_before)
        if not is_inside and _begins_file(line, has_code=has_code or says_code, says_code=says_code):
            return "\n".join(lines[:number])
        says_code = says_code or _is_code(line)
    return text


def _begins_file(line: str, *, has_code: bool, says_code: bool) -> bool:
    """`has_code`: there is code above this line; `says_code`: in the text itself."""
    if not line or line[0].isspace() or len(line) > _LONGEST:
        return False
    if _PATCH.search(line) is not None or (says_code and _IMPORT.search(line) is not None):
        return True
    return has_code and any(pattern.search(line) is not None for pattern in (_PATH, _ONCE))


def _has_code(before: str) -> bool:
    """Whether the last lines before the cursor are past a file's head."""
    lines = [line for line in before.split("\n")[-40:-1] if line.strip()]
    return bool(lines) and any(_is_code(line) for line in lines)


def _is_code(line: str) -> bool:
    start = line[:_LONGEST]
    if not start.strip() or _COMMENT.search(start) is not None:
        return False
    return _IMPORT.search(start) is None and _ONCE.search(start) is None
