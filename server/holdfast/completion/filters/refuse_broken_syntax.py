"""A suggestion that turns code which parses into code which does not is refused, or all of it but its first line.

Judged only where the code around the cursor parses as it stands, with the line at the cursor as far as it is typed. What
only wants its end is not broken: its brackets are closed for the judgement, and the blocks that end with a word.
"""

import re
from collections.abc import Iterator
from typing import Final

from holdfast.completion.code_marks import brackets_of, closers_for
from holdfast.completion.filters.brackets import unpaired_brackets
from holdfast.completion.filters.made_whole import made_whole
from holdfast.completion.near_code import NearCode, near_code
from holdfast.cursor import Cursor
from holdfast.index.code_shape import is_clean

_NOT_JUDGED: Final = frozenset({"html", "markdown", "sql"})
"""Anything parses, or the grammar knows one dialect of many."""

_ENDS: Final[dict[str, tuple[str, ...]]] = {
    "ruby": ("\nend", "\nend\nend"),
    "lua": ("\nend", " then\nend", "\nuntil x"),
    "shellscript": ("\nfi", "\ndone", "\nesac", "\n:\nfi", "\n:\ndone"),
    "python": ("\n{indent}except E:\n{indent}    pass", "\n{indent}def f(): pass", " x", "\n{indent}    pass"),
    "javascript": (" x", "\n{indent}catch {{}}"),
    "typescript": (" x", "\n{indent}catch {{}}"),
    "c": ("\n#endif",),
    "java": ("\n{indent}catch (E e) {{}}", "\n{indent}void f() {{}}", " x;"),
}
_FAMILY: Final = {"cpp": "c", "javascriptreact": "javascript", "typescriptreact": "typescript"}

_MACRO: Final = re.compile(r"\b[A-Z][A-Z0-9_]{3,}\b")
_WITH_MACROS: Final = frozenset({"c", "cpp"})


def refuse_broken_syntax(text: str, cursor: Cursor) -> str:
    """`text`, or its first line where the others break what is whole without them, or nothing."""
    is_macro = cursor.language in _WITH_MACROS and _MACRO.search(text) is not None  # which may stand for anything
    if cursor.language in _NOT_JUDGED or is_macro:
        return text
    near = near_code(cursor)
    if _stands_alone(near.line_before + text + near.after.partition("\n")[0], cursor.language):
        near = made_whole(near, cursor.language)
    if not near.before.strip() or _closes_out_of_sight(text, near, cursor.language):
        return text
    # While somebody types along a text, this whole stays the same, and its parse is known.
    if _is_clean(near.before + text + near.after, cursor.language):
        return text
    if not _is_clean(near.before + near.after, cursor.language):
        return text
    if _fits(text, near, cursor.language):
        return text
    first = text[: len(text) - len(text.lstrip())] + text.lstrip().partition("\n")[0]
    return first if first != text and _fits(first, near, cursor.language) else ""


def _stands_alone(lines: str, language: str) -> bool:
    """Whether what is closed or opened in `lines` has its other half there, and not in the lines around."""
    return not unpaired_brackets(lines, language) and lines.count("/*") == lines.count("*/")


def _is_clean(code: str, language: str) -> bool | None:
    """Whether `code` parses; with a line break at its end, which some grammars want (Go's types, C's directives)."""
    return is_clean(language, code if code.endswith("\n") else f"{code}\n")


def _fits(text: str, near: NearCode, language: str) -> bool:
    """Whether `text` leaves the code whole, once it has an end; true where that cannot be told."""
    return any(
        _is_clean(near.before + ended + near.after, language) is not False
        for ended in _ended(text, near.before, language)
    )


def _closes_out_of_sight(text: str, near: NearCode, language: str) -> bool:
    """Whether `text` closes what was opened further up than is seen: blocks at one column, as of a namespace."""
    return not near.is_whole and any(
        bracket.offset >= len(near.before) for bracket in brackets_of(near.before + text, language).unopened
    )


def _ended(text: str, before: str, language: str) -> Iterator[str]:
    """`text` as it is, and with each of the ends it may still lack."""
    yield text
    line = before[before.rfind("\n") + 1 :]
    closers = closers_for(line + text, language)
    if closers:
        yield text + closers
    last = (line + text).rpartition("\n")[2]
    indent = last[: len(last) - len(last.lstrip())]
    for end in _ENDS.get(_FAMILY.get(language, language), ()):
        yield text + closers + end.format(indent=indent)
        if closers:
            yield text + end.format(indent=indent) + closers
