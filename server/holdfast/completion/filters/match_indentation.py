"""Tabs where the document has tabs, spaces where it has spaces, and no indentation said a second time."""

import re
from collections.abc import Callable
from functools import reduce
from math import gcd
from typing import Final

from holdfast.completion.line_words import opens_block
from holdfast.completion.near_code import NearCode, indentation, near_code
from holdfast.cursor import Cursor

_WIDEST: Final = 8
_FREE: Final = frozenset({"markdown", "plaintext", "restructuredtext", "latex"})
_WHITE: Final = re.compile(r"^([ \t]+)(?=\S)", re.MULTILINE)


def match_indentation(text: str, cursor: Cursor) -> str:
    """`text` with its lines indented in the document's way, and the first line not indented twice."""
    near = near_code(cursor)
    text = _without_second_indentation(text, cursor, near)
    if cursor.language in _FREE:
        return text
    first, newline, rest = text.partition("\n")
    if not newline:
        return text
    document = _WHITE.findall(f"{near.before}x{near.after}")
    has_tabs = sum(white[0] == "\t" for white in document)
    if not document or 0 < has_tabs < len(document):  # nothing to go by, or both
        return text
    said = _WHITE.findall(rest)
    if has_tabs:
        if not any(" " in white for white in said) or any("\t" in white for white in said):
            return text
        return first + newline + _WHITE.sub(_to_tabs(_step(said)), rest)
    step = _step(document)
    return first + newline + _WHITE.sub(lambda found: found[1].replace("\t", " " * step), rest)


def _to_tabs(step: int) -> Callable[[re.Match[str]], str]:
    def tabs(found: re.Match[str]) -> str:
        levels, alignment = divmod(len(found[1]), step)
        return "\t" * levels + " " * alignment

    return tabs


def _step(whites: list[str]) -> int:
    """How many spaces make a level, by what divides all indentations."""
    common = reduce(gcd, (len(white) for white in whites if "\t" not in white), 0)
    if common == 0 or common % 4 == 0:
        return 4
    return common if 1 < common < _WIDEST else 2 if common > 1 else 4


def _without_second_indentation(text: str, cursor: Cursor, near: NearCode) -> str:
    """The white space `text` begins with goes, where the cursor already stands as deep as a line here can."""
    line_before = cursor.line_before
    content = text.lstrip(" \t")
    if not line_before or line_before.strip() or content == text or content[:1] in {"", "\n"}:
        return text
    above = near.above.rstrip()
    last = above[above.rfind("\n") + 1 :]
    deepest = indentation(last) + (_WIDEST if opens_block(last, cursor.language) else 0)
    stands = indentation(f"{line_before}x")
    would_stand = indentation(f"{line_before}{text[: len(text) - len(content)]}x")
    return content if would_stand > deepest or stands > indentation(last) else text
