"""What a secret of one kind looks like: the type of a row of the rule tables."""

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Final

MOST_CHARACTERS: Final = 16_384
"""How far behind a piece its matches are looked for; the rare longer one is matched again without an edge."""
_HEAD: Final = re.compile(r"(?:\[[A-Za-z]{1,8}\]|[A-Za-z0-9_]){1,20}(?![?*+{])")
_GROUP: Final = re.compile(r"\[[^\]]*\]|\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Rule:
    """Text that `pattern` matches is a secret, or its group `secret` where it has one.

    `keywords`, in lower case, are what a text must hold for the pattern to be tried at all: one of them, and the pattern
    costs nothing where there is none. `source` says where the form is published. A pattern is written so that it cannot
    be made to search long: no quantifier inside another one, every one of them bounded.
    """

    name: str
    keywords: tuple[str, ...]
    expression: str
    source: str
    only_conversation: bool = False

    @property
    def pattern(self) -> re.Pattern[str]:
        """Compiled at the first text with one of the keywords: most of the rules never meet any."""
        return _compiled(self.expression)


@dataclass(frozen=True, slots=True)
class Found:
    """The characters `start` to `end` of a text are a secret of the kind `rule`."""

    start: int
    end: int
    rule: str = field(compare=False)


def rule(name: str, keywords: str, pattern: str, source: str, *, only_conversation: bool = False) -> Rule:
    """A row; `keywords` are separated by blanks."""
    return Rule(name, tuple(keywords.split()), pattern, source, only_conversation)


def token(name: str, keywords: str, pattern: str, source: str) -> Rule:
    """A row for a token, which begins and ends where a word does."""
    head = _HEAD.match(pattern)
    if head is None or "|" in _GROUP.sub("", _GROUP.sub("", pattern)):
        return rule(name, keywords, rf"(?<![A-Za-z0-9_])(?:{pattern})(?![A-Za-z0-9_])", source)
    # A pattern that begins with certain letters is searched for many times faster, and looks back when it has found them.
    return rule(name, keywords, rf"{head[0]}(?<![A-Za-z0-9_]{head[0]}){pattern[head.end() :]}(?![A-Za-z0-9_])", source)


@cache
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression)


def span_of(match: re.Match[str]) -> tuple[int, int]:
    """Where the secret of a match lies."""
    return match.span("secret") if "secret" in match.re.groupindex else match.span()
