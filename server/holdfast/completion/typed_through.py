"""Texts known from before: when what was typed since is a beginning of one, the rest is the answer, with no request."""

from collections import deque
from dataclasses import dataclass
from typing import Final

from holdfast.code_chunk import ContextBlock
from holdfast.completion.gate import is_too_large
from holdfast.completion.generation import typed_between
from holdfast.completion.request import Engine
from holdfast.cursor import Cursor

_KEPT: Final = 16


@dataclass(frozen=True, slots=True)
class KnownText:
    """What an engine said at `cursor`, whole, with what explains it."""

    cursor: Cursor
    text: str
    engine: Engine
    model: str | None
    prompt: str
    blocks: tuple[ContextBlock, ...]
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TypedThrough:
    """The rest of a known text after what was typed; never empty."""

    known: KnownText
    rest: str


class KnownTexts:
    """The latest known texts, newest first in question."""

    def __init__(self) -> None:
        self._texts: deque[KnownText] = deque(maxlen=_KEPT)

    def remember(self, known: KnownText) -> None:
        """Keep a text that an engine has finished; one in a huge document would keep that document too."""
        if known.text and not is_too_large(known.cursor):
            self._texts.append(known)

    def rest_at(self, cursor: Cursor) -> TypedThrough | None:
        """The rest of the newest known text that what was typed is a beginning of."""
        for known in reversed(self._texts):
            typed = typed_between(known.cursor, cursor)
            if typed is not None and known.text.startswith(typed) and known.text[len(typed) :].strip():
                return TypedThrough(known, known.text[len(typed) :])
        return None
