"""A file as one run of token ids: a boundary, then each line's break and words."""

from array import array
from collections.abc import Callable, Iterable
from typing import Final

from holdfast.inference.embedded.lexer import lex_line
from holdfast.inference.embedded.token_ids import BOUNDARY, line_break

_REMEMBERED_LINES: Final = 50_000

LexedIds = tuple[int, tuple[int, ...]]
"""Indentation in columns, and the ids of the words."""


class TokenStream:
    """Turns lines into ids by `intern`, remembering lines it has seen: most lines of a buffer never change."""

    def __init__(self, intern: Callable[[str], int]) -> None:
        self._intern = intern
        self._lines: dict[str, LexedIds | None] = {}

    def line(self, line: str) -> LexedIds | None:
        """Indentation and ids of one line; None for a gap, no ids for a blank line."""
        try:
            return self._lines[line]
        except KeyError:
            if len(self._lines) >= _REMEMBERED_LINES:
                self._lines.clear()
            lexed = lex_line(line)
            known = None if lexed is None else (lexed.indent, tuple(map(self._intern, lexed.tokens)))
            self._lines[line] = known
            return known

    def encode(self, lines: Iterable[str]) -> "array[int]":
        """The ids of a whole text, beginning with a boundary."""
        ids = array("I", [BOUNDARY])
        previous = 0
        for line in lines:
            known = self.line(line)
            if known is None:
                if ids[-1] != BOUNDARY:
                    ids.append(BOUNDARY)
                continue
            indent, words = known
            if words:
                ids.append(line_break(indent, previous))
                ids.extend(words)
                previous = indent
        return ids
