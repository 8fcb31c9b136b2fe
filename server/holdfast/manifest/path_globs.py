r"""`paths` of a rule: which files it is about. `**` is any number of folders, `*` and `?` stay in one, braces choose.

`[ab]` is one of these letters, `[!ab]` or `[^ab]` none of them; `\[` and `\]` are the brackets themselves.

No pattern can take long: braces are bounded, a path is matched segment by segment, each pair of segments once.
"""

import re
from collections.abc import Iterable
from fnmatch import translate
from functools import lru_cache
from typing import Final

MOST_GLOBS: Final = 200
"""Of the patterns of one file, braces expanded."""
MOST_GLOBS_IN_ALL: Final = 2_000
_MOST_CHOICES: Final = 64
_LONGEST_PATTERN: Final = 1_000
_MOST_SEGMENTS: Final = 40
_MOST_WILDCARDS: Final = 8
_NO_BRACKET: Final = re.compile(r"\\[\[\]]")
_SEPARATOR: Final = re.compile(r"\\(?![\[\]])")
_BRACKETS: Final = re.compile(r"\\(?P<plain>[\[\]])|\[(?P<no>[!^]?)(?P<letters>\]?[^\]]*)\]")
_BRACES: Final = re.compile(r"\{([^{}]*)\}")


class BadPattern(ValueError):
    """A pattern that cannot be understood or is too large; the text says why."""


def compile_globs(
    patterns: Iterable[str], most: int = MOST_GLOBS
) -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]:
    """Patterns split into segments, braces expanded, at most `most`; and what is wrong with the ones that are left out."""
    globs: dict[tuple[str, ...], None] = {}
    problems = []
    for pattern in patterns:
        try:
            spelled = dict.fromkeys(_segments(choice) for choice in expand_braces(pattern))
            if len(globs | spelled) > most:
                problems.append(f"there are too many patterns: “{pattern[:60]}” and what follows it are passed over")
                break
            globs |= spelled
        except BadPattern as error:
            problems.append(f"the pattern “{pattern[:60]}” is passed over: {error}")
    return tuple(globs), tuple(problems)


def expand_braces(pattern: str) -> list[str]:
    """`a.{b,c}` as `a.b` and `a.c`, nested ones too; BadPattern when that gives too many."""
    if len(pattern) > _LONGEST_PATTERN:
        raise BadPattern(f"it is longer than {_LONGEST_PATTERN} characters")
    done: list[str] = []
    waiting = [pattern]
    while waiting:
        spelled = waiting.pop()
        inner = _BRACES.search(spelled)
        if inner is None:
            if "{" in spelled or "}" in spelled:
                raise BadPattern("its braces do not match")
            done.append(spelled)
        else:
            before, after = spelled[: inner.start()], spelled[inner.end() :]
            waiting += [f"{before}{choice.strip()}{after}" for choice in reversed(inner.group(1).split(","))]
        if len(done) + len(waiting) > _MOST_CHOICES:
            raise BadPattern(f"its braces give more than {_MOST_CHOICES} choices")
    return done


def matches_any(globs: Iterable[tuple[str, ...]], path: str) -> bool:
    """Whether one of the compiled `globs` matches `path` (relative to the folder that the rules belong to, with "/")."""
    parts = tuple(path.split("/"))
    return any(_matches(glob, parts) for glob in globs)


def _segments(pattern: str) -> tuple[str, ...]:
    spelled = _SEPARATOR.sub("/", pattern).strip()
    while spelled.startswith("./"):
        spelled = spelled[2:]
    spelled = spelled.lstrip("/")
    if spelled.endswith("/"):
        spelled += "**"
    parts = tuple(part for part in spelled.split("/") if part)
    if not parts:
        raise BadPattern("it is empty")
    if ".." in parts:
        raise BadPattern("it leads out of the folder it belongs to")
    plain = [_NO_BRACKET.sub("", part) for part in parts]
    if len(parts) > _MOST_SEGMENTS or any(sum(map(part.count, "*?[")) > _MOST_WILDCARDS for part in plain):
        raise BadPattern("it has too many parts")
    for part in plain:
        if part.count("[") > part.count("]"):
            raise BadPattern("a `[` is not closed")
    return parts


def _matches(glob: tuple[str, ...], parts: tuple[str, ...]) -> bool:
    """Row by row: `reach[i]` says whether the segments so far can have used up the first `i` parts of the path."""
    reach = [True, *[False] * len(parts)]
    for segment in glob:
        if segment == "**":
            for place in range(1, len(reach)):
                reach[place] = reach[place] or reach[place - 1]
        else:
            matching = _compiled(segment).match
            reach = [False, *(was and matching(part) is not None for was, part in zip(reach, parts, strict=False))]
    return reach[-1]


@lru_cache(maxsize=2_000)
def _compiled(segment: str) -> re.Pattern[str]:
    """One segment; Python's translation never tries a part of the text twice."""
    return re.compile(translate(_BRACKETS.sub(_as_fnmatch_has_it, segment)))


def _as_fnmatch_has_it(found: re.Match[str]) -> str:
    if found["plain"]:
        return "[[]" if found["plain"] == "[" else "]"
    return f"[{'!' if found['no'] else ''}{found['letters']}]"
