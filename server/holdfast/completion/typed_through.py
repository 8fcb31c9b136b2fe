"""Texts known from before: when what was typed since is a beginning of one, the rest is the answer, with no request."""

from collections import deque
from dataclasses import dataclass, replace
from typing import Final

from holdfast.code_chunk import ContextBlock
from holdfast.completion.confidence import ScoredSpan, left_after
from holdfast.completion.gate import is_too_large
from holdfast.completion.generation import typed_between
from holdfast.completion.request import Engine
from holdfast.cursor import Cursor
from holdfast.reasons import Reason

_KEPT: Final = 16
_OFFERS_KEPT: Final = 4

Offer = tuple[str, Reason | None]
"""A text to show, or "" and the reason for it."""


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

    def at_next_key(self, cursor: Cursor) -> "tuple[TypedThrough, Cursor] | None":
        """The rest, and the cursor, once the next character of the line at `cursor` is typed; None where that is all."""
        key, rest = self.rest[0], self.rest[1:]
        if key == "\n" or not rest.strip():
            return None
        return TypedThrough(self.known, rest), replace(cursor, before=cursor.before + key)

    def at_next_line(self, cursor: Cursor) -> "tuple[TypedThrough, Cursor] | None":
        """The rest, and the cursor, once the line at `cursor` is typed and Enter has brought the next one's indentation."""
        line, end, below = self.rest.partition("\n")
        rest = below.lstrip(" \t")
        if not end or not rest.strip():
            return None
        typed = line + end + below[: len(below) - len(rest)]
        return TypedThrough(self.known, rest), replace(cursor, before=cursor.before + typed)

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


class Offers:
    """What is to be shown of known texts at the places where the next keys lead, made while nobody waits.

    To cut and clean a text takes longer than all else at a key that types along it.
    """

    def __init__(self) -> None:
        self._made: deque[tuple[KnownText, Cursor, Offer]] = deque(maxlen=_OFFERS_KEPT)

    def keep(self, known: KnownText, cursor: Cursor, offer: Offer) -> None:
        """`offer` is what is shown of `known` at `cursor`."""
        self._made.append((known, cursor, offer))

    def at(self, known: KnownText, cursor: Cursor) -> Offer | None:
        """What was made for this very place; None where nothing was."""
        return next((offer for of, place, offer in self._made if of is known and place == cursor), None)
