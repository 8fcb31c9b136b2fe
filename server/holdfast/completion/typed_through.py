"""Texts known from before: when what was typed since is a beginning of one, the rest is the answer, with no request."""

from collections import deque
from dataclasses import dataclass
from typing import Final

from holdfast.code_chunk import ContextBlock
from holdfast.completion.confidence import ScoredSpan, left_after
from holdfast.completion.gate import is_too_large
from holdfast.completion.generation import typed_between
from holdfast.completion.request import Engine
from holdfast.cursor import Cursor

_KEPT: Final = 16


@dataclass(frozen=True, slots=True)
class KnownText:
    """What an engine said at `cursor`, with what explains it; `is_open` when it had more to say.

    `server` is the one of several that said it, `scores` how likely it found the tokens of `text`.
    """

    cursor: Cursor
    text: str
    engine: Engine
    model: str | None
    prompt: str
    blocks: tuple[ContextBlock, ...]
    sources: tuple[str, ...] = ()
    is_open: bool = False
    server: str = ""
    scores: tuple[ScoredSpan, ...] = ()


@dataclass(frozen=True, slots=True)
class TypedThrough:
    """The rest of a known text after what was typed; never empty."""

    known: KnownText
    rest: str

    @property
    def scores(self) -> tuple[ScoredSpan, ...]:
        """How likely the tokens of `rest` are."""
        return left_after(self.known.scores, len(self.known.text) - len(self.rest))


class KnownTexts:
    """The latest known texts, newest first in question."""

    def __init__(self, *, min_confidence: float = 0.0) -> None:
        """What is shown of a text must be right with a probability of `min_confidence`, where its tokens have scores."""
        self.min_confidence = min_confidence
        self._texts: deque[KnownText] = deque(maxlen=_KEPT)

    def remember(self, known: KnownText) -> None:
        """Keep a text that an engine has finished; one in a huge document would keep that document too."""
        if known.text and not is_too_large(known.cursor):
            self._texts.append(known)

    def rest_at(self, cursor: Cursor) -> TypedThrough | None:
        """The rest of the newest known text that what was typed is a beginning of; a model's before any other."""
        others: TypedThrough | None = None
        for known in reversed(self._texts):
            typed = typed_between(known.cursor, cursor)
            if typed is not None and known.text.startswith(typed) and known.text[len(typed) :].strip():
                found = TypedThrough(known, known.text[len(typed) :])
                if known.engine == "model":
                    return found
                others = others or found
        return others

    def prefer(self, cursor: Cursor, text: str) -> None:
        """Of the texts known at `cursor`, the one that begins with `text` counts as the newest."""
        for known in reversed(self._texts):
            if known.cursor is cursor and known.text.startswith(text):
                self._texts.remove(known)
                self._texts.append(known)
                return
