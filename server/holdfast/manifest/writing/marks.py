"""The marks around what Holdfast may rewrite: `<!-- holdfast:NAME -->` and `<!-- /holdfast:NAME -->`, each on a line of its own.

Inside a code fence or a comment a mark is text. What is not clear is refused: a rewrite must never reach a person's words.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from holdfast.manifest.writing.refusal import ManifestRefused

_MARK: Final = re.compile(r"^ {0,3}<!--[ \t]*(?P<close>/?)holdfast:(?P<name>[a-z][a-z0-9-]{0,40})[ \t]*-->[ \t]*$")
_FENCE: Final = re.compile(
    r"^(?P<prefix>[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+|>[ \t]?)*)(?P<mark>`{3,}|~{3,})(?P<rest>.*)$"
)
_REMEDY: Final = (
    "Put each pair of marks right, one behind the other and each once, or delete them; nothing was changed."
)


@dataclass(frozen=True, slots=True)
class MarkedRegion:
    """Lines `first` to `end` (0-based, end excluded) stand between the marks of `name`."""

    name: str
    first: int
    end: int


def find_regions(lines: Sequence[str]) -> tuple[MarkedRegion, ...]:
    """The marked regions of a file's lines (without line ends), in order.

    Raises ManifestRefused, with the line, where a mark is nested, repeated, never closed or closes what is not open.
    """
    regions: list[MarkedRegion] = []
    names: set[str] = set()
    opened: tuple[str, int] | None = None
    fence, is_comment = "", False
    for number, line in enumerate(lines):
        found = None if fence or is_comment else _MARK.match(line)
        if found is None:
            before = fence
            fence = "" if is_comment else _fence_after(line, fence)
            if not fence and not before:
                is_comment = _is_comment_after(line, is_open=is_comment)
            continue
        name = found["name"]
        if found["close"]:
            if opened is None or opened[0] != name:
                raise _broken(number, f"<!-- /holdfast:{name} --> closes what is not open")
            regions.append(MarkedRegion(name, opened[1] + 1, number))
            opened = None
        elif opened is not None:
            raise _broken(number, f"<!-- holdfast:{name} --> stands inside <!-- holdfast:{opened[0]} -->")
        elif name in names:
            raise _broken(number, f"<!-- holdfast:{name} --> stands there twice")
        else:
            opened = (name, number)
            names.add(name)
    if opened is not None:
        raise _broken(opened[1], f"<!-- holdfast:{opened[0]} --> is never closed")
    return tuple(regions)


def has_marks(lines: Sequence[str]) -> bool:
    """Whether any mark counts, right or wrong."""
    try:
        return bool(find_regions(lines))
    except ManifestRefused:
        return True


def _broken(number: int, what: str) -> ManifestRefused:
    return ManifestRefused(f"Line {number + 1}: {what}.", remedy=_REMEDY)


def _fence_after(line: str, fence: str) -> str:
    """The fence that is open after `line`, "" for none; only its like, or longer, closes one."""
    found = _FENCE.match(line)
    if found is None:
        return fence
    mark, rest = found["mark"], found["rest"]
    if not fence:
        return "" if mark[0] == "`" and "`" in rest else mark
    return "" if mark.startswith(fence) and not rest.strip() else fence


def _is_comment_after(line: str, *, is_open: bool) -> bool:
    """Whether an HTML comment is open behind `line`."""
    place = 0
    while True:
        place = line.find("-->" if is_open else "<!--", place)
        if place < 0:
            return is_open
        place += 3 if is_open else 4
        is_open = not is_open
