"""Whether a text closes brackets that are closed behind the cursor already."""

from typing import Final

from holdfast.completion.code_marks import OPENER_OF, brackets_of, openers_by_closer
from holdfast.completion.near_code import NearCode, indentation

_OPEN_ENDED: Final = frozenset({"shellscript"})
"""Languages with closers that nothing opens: `case x in a) …`."""


def first_needless_closer(text: str, near: NearCode, language: str) -> int | None:
    """Where in `text` the first closer stands that no bracket is left for, or None.

    Brackets are paired over what stands before the cursor, the text and what stands behind it. A closer behind the
    cursor that has a partner without the text, and none with it, was robbed of it by a closer of the text.
    """
    if not any(closer in text for closer in OPENER_OF):
        return None
    begin, end = len(near.before), len(near.before) + len(text)
    joined = openers_by_closer(near.before + text + near.after, language)
    outward = [
        (closer - begin, opener)
        for closer, opener in joined.items()
        if begin <= closer < end and (opener is None or opener < begin)
    ]
    if not outward:
        return None
    robbed = sum(
        joined.get(closer + len(text)) is None
        for closer, opener in openers_by_closer(near.before + near.after, language).items()
        if closer >= begin and opener is not None and opener < begin and _belong_together(opener, closer, near)
    )
    if robbed:
        return outward[max(0, len(outward) - robbed)][0]
    if near.is_whole and language not in _OPEN_ENDED:
        return next((closer for closer, opener in outward if opener is None), None)
    return None


def unpaired_brackets(text: str, language: str) -> int:
    """How many brackets of `text` have no partner in it."""
    found = brackets_of(text, language)
    return len(found.unopened) + len(found.unclosed)


def _belong_together(opener: int, closer: int, near: NearCode) -> bool:
    """Whether a closer behind the cursor is that of an opener before it, and not of one still to be typed.

    On the cursor's line it is. One that begins a line further down stands at the column of its opener's line, and all
    between is deeper. Yet where lines stand between, `print(` on the cursor's own line is new, above the rest of another
    call that is being typed again; a block's `{` is not.
    """
    text, cursor = near.before + near.after, len(near.before)
    closing_line = text[text.rfind("\n", 0, closer) + 1 : closer + 1]
    if "\n" not in text[cursor:closer] or closing_line[:-1].strip():
        return True
    opening_line = text[text.rfind("\n", 0, opener) + 1 : opener + 1]
    column = indentation(closing_line)
    between = [line for line in text[cursor:closer].split("\n")[1:-1] if line.strip()]
    is_new = bool(between) and "\n" not in text[opener:cursor] and text[opener] != "{"
    return not is_new and indentation(opening_line) == column and all(indentation(line) > column for line in between)
