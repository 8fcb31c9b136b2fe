"""One ignore file: read from disk, and asked about a path.

Compiling a line into a regular expression takes about 50 µs, and a path is spoken of by few lines. So reading a file only
notes, for each line, a piece of text that every path it matches must hold (about 1 µs), and a line is compiled by pathspec
when a path with that piece is asked for, once in a process.
"""

import logging
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from pathspec import GitIgnoreSpec
from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

_log = logging.getLogger(__name__)

RULE_FILES: Final = (".holdfastignore", ".gitignore")
_LARGEST_BYTES: Final = 1_000_000
_MOST_COMPILED_LINES: Final = 10_000
# What follows a class or an escape is not looked at: it is enough to find a piece before them.
_CLASS_OR_ESCAPE: Final = re.compile(r"[\[\\]")
_STARS: Final = re.compile(r"\*+")
_MOST_STARS_IN_A_SEGMENT: Final = 3
_MOST_DOUBLE_STARS: Final = 4
_BETWEEN_PIECES: Final = re.compile(r"[*?/]+")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the last matching line says: `line` ignores the path, or takes it back."""

    line: str
    is_ignored: bool


@dataclass(frozen=True, slots=True)
class RuleFile:
    """`lines` are (needed piece, line); they speak of paths relative to `base` ("" is the top, else it ends in "/")."""

    name: str
    base: str
    lines: tuple[tuple[str, str], ...]

    def verdict(self, path: str) -> Verdict | None:
        """What the file says about `path` (from the top, a directory with "/" at its end); None when nothing."""
        if not path.startswith(self.base):
            return None
        below = path[len(self.base) :]
        asked = [line for piece, line in self.lines if piece in below]
        patterns = [pattern for line in asked if (pattern := _compiled(line)) is not None]
        if not patterns:
            return None
        result = GitIgnoreSpec(patterns, backend="simple").check_file(below)
        if result.include is None or result.index is None:
            return None
        return Verdict(str(patterns[result.index].pattern), result.include)


def read_rule_file(path: Path, base: str, name: str) -> RuleFile | None:
    """The rules in `path`, called `name` in reasons; None where it cannot be read or says nothing."""
    try:
        with path.open("rb") as file:
            text = file.read(_LARGEST_BYTES).decode("utf-8-sig", errors="replace")
    except OSError:
        return None
    lines = tuple(
        (_needed_piece(line), line)
        for ended in text.split("\n")
        if (line := ended.removesuffix("\r")).strip() and not line.startswith("#")
    )
    return RuleFile(name, base, lines) if lines else None


def _needed_piece(line: str) -> str:
    """The longest text that stands literally in every path which `line` matches; "" where there is none."""
    plain = _CLASS_OR_ESCAPE.split(line.removeprefix("!"), maxsplit=1)[0].rstrip()
    return max(_BETWEEN_PIECES.split(plain), key=len)


@lru_cache(maxsize=_MOST_COMPILED_LINES)
def _compiled(line: str) -> GitIgnoreSpecPattern | None:
    """`line` as pathspec understands it; None for one that is passed over: git would not accept it, or it is hostile."""
    if _is_hostile(line):
        _log.warning("an ignore rule with too many wildcards is passed over: %.60s", line)
        return None
    try:
        pattern = GitIgnoreSpecPattern(line)
    except (ValueError, re.error):  # the second for a range that runs backwards, "[z-a]"
        return None
    return None if pattern.include is None else pattern


def _is_hostile(line: str) -> bool:
    """Whether matching may take time that grows with a high power of a path's length, as backtracking over `*a*a*a*a` does."""
    most = max(len(_STARS.findall(segment)) for segment in line.split("/"))
    return most > _MOST_STARS_IN_A_SEGMENT or line.count("**") > _MOST_DOUBLE_STARS
