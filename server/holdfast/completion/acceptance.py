"""Whether a suggestion was taken, read from the text itself, so that any editor counts.

A suggestion is followed from its place in the document: text that appears there at once and is all of it was
accepted; at once and a beginning, partly accepted; key by key, typed through; anything else, ignored. What is taken at
once after some keys, or word by word, is taken at once.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal

from holdfast.code_chunk import ContextBlock
from holdfast.completion.request import Engine
from holdfast.cursor import Cursor

Fate = Literal["accepted", "partly_accepted", "typed_through", "ignored"]

_ONE_KEY: Final = 2
"""Characters a single key may bring: the character and a closer the editor adds."""
_CLOSERS: Final = ")]}>\"'`"


@dataclass(frozen=True, slots=True)
class Shown:
    """A suggestion as it was returned: `offset` (characters) is where `text` would stand in the document.

    Its first `already` characters stood there, or others in their place: the beginning of an item that is selected in
    the suggest list. `alternatives` are what was offered beside it, as (identity, text). `cursor` is where it was asked
    for, and `blocks` what the model knew of other files.
    """

    identity: str
    uri: str
    path: str
    language: str
    offset: int
    text: str
    engine: Engine
    model: str | None
    already: int = 0
    alternatives: tuple[tuple[str, str], ...] = ()
    cursor: Cursor | None = None
    blocks: tuple[ContextBlock, ...] = ()

    def but(self, chosen: tuple[str, str]) -> "Shown":
        """The same place with an alternative chosen."""
        others = tuple(other for other in ((self.identity, self.text), *self.alternatives) if other != chosen)
        return replace(self, identity=chosen[0], text=chosen[1], alternatives=others)


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of it; `taken` characters of `shown.text` came into the document."""

    shown: Shown
    fate: Fate
    taken: int
    shown_ms: float


@dataclass(slots=True)
class _Followed:
    shown: Shown
    since: float
    taken: int = 0
    at_once: bool = False
    """Whether a part came at once: the person took it, whatever was typed before or after."""


class Acceptance:
    """Follows the last suggestion of each document and reports its end to `judged`."""

    def __init__(self, judged: Callable[[Judged], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._judged = judged
        self._clock = clock
        self._followed: dict[str, _Followed] = {}

    def shown(self, shown: Shown) -> None:
        """A suggestion was returned; one that only continues the followed one replaces its text."""
        before = self._followed.get(shown.uri)
        if before is not None and not shown.already and shown.offset == before.shown.offset + before.taken:
            taken_text = before.shown.text[: before.taken]
            before.shown = replace(
                shown,
                offset=before.shown.offset,
                text=taken_text + shown.text,
                already=before.shown.already,
                alternatives=tuple((identity, taken_text + text) for identity, text in shown.alternatives),
                cursor=before.shown.cursor,
                blocks=before.shown.blocks,
            )
            return
        self._end(shown.uri)
        self._followed[shown.uri] = _Followed(shown, self._clock(), taken=shown.already)

    def changed(self, uri: str, offset: int, removed: int, inserted: str) -> None:
        """The document changed: `removed` characters at `offset` gave way to `inserted` (LF line ends)."""
        followed = self._followed.get(uri)
        if followed is None:
            return
        place = followed.shown.offset + followed.taken
        if offset == place:
            # A closer typed over one that the editor had added replaces it by itself.
            added = inserted
        elif offset + removed == place:
            # An editor may replace the word being typed by itself and the rest.
            added = inserted[removed:]
        else:
            added = ""
        common = _agreed(added, followed.shown.text[followed.taken :])
        if not _agrees_whole(added, common):
            common = _turn_to_alternative(followed, added) or common
        if not common:
            self._end(uri)
            return
        followed.taken += len(common)
        followed.at_once = followed.at_once or not _is_one_key(added)
        if followed.taken == len(followed.shown.text):
            self._end(uri, "accepted" if followed.at_once else "typed_through")

    def accepted(self, identity: str) -> None:
        """The editor itself says that a suggestion was accepted."""
        for uri, followed in list(self._followed.items()):
            chosen = next((other for other in followed.shown.alternatives if other[0] == identity), None)
            if chosen is not None:
                followed.shown = followed.shown.but(chosen)
            if followed.shown.identity == identity:
                followed.taken = len(followed.shown.text)
                self._end(uri, "accepted")

    def drawn(self, identity: str) -> None:
        """The editor says that it shows a suggestion now (`textDocument/didShowCompletion`)."""
        for followed in self._with_identity(identity):
            followed.since = self._clock()

    def partly_accepted(self, identity: str) -> None:
        """The editor says that a part was accepted (`textDocument/didPartiallyAcceptCompletion`); the text says which."""
        for followed in self._with_identity(identity):
            followed.at_once = True

    def closed(self, uri: str) -> None:
        """The document was closed."""
        self._end(uri)

    def _with_identity(self, identity: str) -> list[_Followed]:
        return [followed for followed in self._followed.values() if followed.shown.identity == identity]

    def _end(self, uri: str, fate: Fate | None = None) -> None:
        followed = self._followed.pop(uri, None)
        if followed is None:
            return
        taken = followed.taken - followed.shown.already
        if fate is None:
            fate = "ignored" if not taken else "partly_accepted" if followed.at_once else "typed_through"
        milliseconds = (self._clock() - followed.since) * 1000
        self._judged(Judged(followed.shown, fate, taken, milliseconds))


def _turn_to_alternative(followed: _Followed, added: str) -> str:
    """What of `added` continues an alternative that is the same so far, which is followed from now on; "" if none."""
    shown = followed.shown
    taken = shown.text[: followed.taken]
    for chosen in shown.alternatives:
        common = _agreed(added, chosen[1][followed.taken :]) if chosen[1].startswith(taken) else ""
        if _agrees_whole(added, common):
            followed.shown = shown.but(chosen)
            return common
    return ""


def _agrees_whole(added: str, common: str) -> bool:
    return bool(common) and (common == added or len(added) == _ONE_KEY)


def _agreed(added: str, rest: str) -> str:
    """What of `added` is the beginning of `rest`: all of it, or the key before the closer that the editor adds to it."""
    if rest.startswith(added):
        return added
    is_pair = len(added) == _ONE_KEY and added[1] in _CLOSERS
    return added[0] if is_pair and rest.startswith(added[0]) else ""


def _is_one_key(added: str) -> bool:
    """Whether a single key may have brought `added`: a character, a pair, or a line break with its indentation."""
    return len(added) <= _ONE_KEY or not added.strip()
