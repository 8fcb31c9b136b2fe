"""Fences of code in Markdown: what stands within one is code, whatever it looks like (CommonMark 0.31, section 4.5)."""

import re
from dataclasses import dataclass, field
from typing import Final

_FENCE: Final = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")


@dataclass(slots=True)
class Fence:
    """Whether the lines so far leave a fence open."""

    _opened: str = field(default="", init=False)

    @property
    def is_open(self) -> bool:
        """Whether the next line is code."""
        return bool(self._opened)

    def line(self, line: str) -> bool:
        """Take the next line; whether it is code, or one of the two marks around it."""
        match = _FENCE.fullmatch(line.rstrip("\r\n"))
        if self._opened:
            if match is not None and match[1].startswith(self._opened) and not match[2].strip():
                self._opened = ""
            return True
        if match is not None and not (match[1][0] == "`" and "`" in match[2]):
            self._opened = match[1]
            return True
        return False
