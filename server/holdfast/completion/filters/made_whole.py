"""The code around a cursor, which was cut out of its file, without what the cut left in pieces.

A block or a call that begins above the cut, or ends below it, does not parse, and of code that does not parse nobody can
say whether a suggestion breaks it. So what lost its other half is taken away, and blocks that go on below are closed.
"""

from dataclasses import replace
from functools import lru_cache
from typing import Final

from holdfast.completion.code_marks import CLOSER_OF, OPENER_OF, brackets_of, openers_by_closer
from holdfast.completion.line_words import is_prelude
from holdfast.completion.near_code import NearCode, indentation

_ROUNDS: Final = 6
"""How many pieces are taken away; where there are more, the code is left as it is by then."""

_END_BY_MARK: Final = frozenset({"c", "cpp", "java", "csharp", "objective-c", "objective-cpp"})
"""Languages in which a line that ends without a mark goes on with the next one."""


def made_whole(near: NearCode, language: str) -> NearCode:
    """`near` so that it parses if its file does, as far as brackets and comments decide.

    For a cursor's line that opens and closes nothing with others: that line stays as it is, and is not looked at.
    """
    if near.is_whole:
        return near
    above, below = _whole(near.above, near.below, language)
    line_after, newline, _ = near.after.partition("\n")
    return replace(near, before=above + near.line_before, after=line_after + newline + below)


@lru_cache(maxsize=8)
def _whole(above: str, below: str, language: str) -> tuple[str, str]:
    """The lines above the cursor's and those below; kept, for they stay the same while a line is typed."""
    above, below = _without_half_comments(above, below)
    for _ in range(_ROUNDS):
        shorter = _without_one_piece(above, below, language)
        if shorter is None:
            break
        above, below = shorter
    *others, last = below.rstrip().split("\n")
    if others and _begins_something(last, language):
        below = "\n".join(others)
    unclosed = brackets_of(above + below, language).unclosed
    closers = "".join(f"{CLOSER_OF[bracket.char]}\n" for bracket in reversed(unclosed))
    return above, f"{below.rstrip()}\n{closers}"


def _begins_something(line: str, language: str) -> bool:
    """Whether what `line` begins would stand below it: what a decorator decorates, the body of a function."""
    is_ended = language not in _END_BY_MARK or not (line.endswith(")") or line[-1:].isidentifier())
    return is_prelude(line, language) or not is_ended


def _without_half_comments(above: str, below: str) -> tuple[str, str]:
    begin, end = above.find("/*"), above.find("*/")
    if end >= 0 and not 0 <= begin < end:
        above = above[end + len("*/") :]
    begin, end = below.rfind("/*"), below.rfind("*/")
    return above, below[:begin] if begin > end else below


def _without_one_piece(above: str, below: str, language: str) -> tuple[str, str] | None:
    """Without one piece whose other half is missing; None where there is none."""
    whole, cursor = above + below, len(above)
    openers = openers_by_closer(whole, language)
    wrong = [closer for closer, opener in openers.items() if opener is None or not _may_belong(whole, opener, closer)]
    if wrong and wrong[0] < cursor:
        last = max(closer for closer in wrong if closer < cursor)
        start = _after_what_is_around(above, wrong[0], last, language)
        return above[:start] + above[above.find("\n", last) + 1 :], below
    half_calls = [
        bracket.offset
        for bracket in brackets_of(whole, language).unclosed
        if bracket.offset >= cursor and (bracket.char != "{" or whole[: bracket.offset].rstrip().endswith("="))
    ]
    if not wrong and not half_calls:
        return None
    return above, below[: below.rfind("\n", 0, min(wrong + half_calls) - cursor) + 1]


def _after_what_is_around(above: str, first: int, last: int, language: str) -> int:
    """Where the lines begin that lost their other half: after what was opened before the `first` closer around the `last`."""
    margin = indentation(_line_until(above, last))
    openers = brackets_of(above[: above.rfind("\n", 0, first) + 1], language).unclosed
    around = [opener.offset for opener in openers if indentation(_line_until(above, opener.offset)) < margin]
    return above.find("\n", around[-1]) + 1 if around else 0


def _line_until(code: str, place: int) -> str:
    """The line up to `place`, and the character there."""
    return code[code.rfind("\n", 0, place) + 1 : place + 1]


def _may_belong(code: str, opener: int, closer: int) -> bool:
    """Whether a closer on a line of its own stands at the column of its opener's line; any other closer does not tell."""
    line = _line_until(code, closer)
    if line.strip() not in OPENER_OF or "\n" not in code[opener:closer]:
        return True
    return indentation(_line_until(code, opener)) == indentation(line)
