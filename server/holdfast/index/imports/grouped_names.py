"""Import paths with groups in braces, as Rust, PHP and Scala write them: `a::b::{c, d as e, f::{self, *}}`.

Read from left to right with a stack of its own, so that depth costs nothing; what is torn ends where it is torn.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_TOKEN: Final = re.compile(r"::|=>|[\\.{},;*]|(?:r#)?[\w$]+|`[^`\n]+`")
_SEPARATORS: Final = frozenset({"::", "\\", "."})
_ENDS: Final = frozenset({"}", ",", ";"})
_DEEPEST: Final = 50
_LONGEST_PATH: Final = 100
MOST_NAMES: Final = 1_000


@dataclass(frozen=True, slots=True)
class NamedPath:
    """One leaf: its segments from the outermost on ("*" may be the last), and what it is called here, if renamed."""

    segments: tuple[str, ...]
    alias: str


def named_paths(text: str) -> Iterator[NamedPath]:
    """The leaves of an import's tree in order, MOST_NAMES at most; keywords around the tree are the caller's."""
    around: list[tuple[str, ...]] = []
    prefix: tuple[str, ...] = ()
    leaf = _Leaf()
    given = 0
    for match in _TOKEN.finditer(text):
        word = match[0].removeprefix("r#").strip("`")
        if word == "{":
            if len(around) >= _DEEPEST or len(leaf.path) > _LONGEST_PATH:
                return
            around.append(prefix)
            prefix, leaf = (*prefix, *leaf.path), _Leaf()
        elif word in _ENDS:
            if leaf.path:
                yield leaf.below(prefix)
                given += 1
            if word == ";" or given >= MOST_NAMES:
                return
            leaf = _Leaf()
            if word == "}" and around:
                prefix = around.pop()
        elif word not in _SEPARATORS:
            leaf.add(word)
    if leaf.path and not around:
        yield leaf.below(prefix)


class _Leaf:
    """The path that is being read."""

    def __init__(self) -> None:
        self.path: list[str] = []
        self._alias = ""
        self._is_renamed = False

    def add(self, word: str) -> None:
        if word in {"as", "=>"}:
            self._is_renamed = True
        elif self._is_renamed:
            self._alias = word
        else:
            self.path.append(word)

    def below(self, prefix: tuple[str, ...]) -> NamedPath:
        return NamedPath((*prefix, *self.path), self._alias)
