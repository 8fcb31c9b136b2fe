"""Markdown's code fences: which lines lie in one."""

import re
from typing import Final

_FENCE: Final = re.compile(r"^[ \t]*(`{3,}|~{3,})(.*)$")


def fence_after(line: str, fence: str) -> str:
    """The fence that is open after `line`, "" for none; `fence` is open before it and closed only by its like."""
    found = _FENCE.match(line)
    if found is None:
        return fence
    mark, rest = found.groups()
    if not fence:
        return "" if mark[0] == "`" and "`" in rest else mark
    return "" if mark.startswith(fence) and not rest.strip() else fence


def info_of(line: str) -> str:
    """The words after an opening fence, as in ```` ```json holdfast ````."""
    found = _FENCE.match(line)
    return " ".join(found.group(2).split()) if found is not None else ""
