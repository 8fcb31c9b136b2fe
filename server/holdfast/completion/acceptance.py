"""Whether a suggestion was taken, read from the text itself, so that any editor counts.

A suggestion is followed from its place in the document: text that appears there at once and is all of it was
accepted; at once and a beginning, partly accepted; key by key, typed through; anything else, ignored.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from holdfast.completion.request import Engine

Fate = Literal["accepted", "partly_accepted", "typed_through", "ignored"]

_ONE_KEY: Final = 2
"""Characters a single key may bring: the character and a closer the editor adds."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A suggestion as it was returned: `offset` (characters) is where `text` would stand in the document."""

    identity: str
    uri: str
    path: str
    language: str
    offset: int
    text: str
    engine: Engine
    model: str | None


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of it; `taken` characters of `shown.text` stand in the document now."""

    shown: Shown
    fate: Fate
    taken: int
    shown_ms: float


@dataclass(slots=True)
class _Followed:
    shown: Shown
    since: float
    taken: int = 0
    by_keys: bool = False


class Acceptance:
    """Follows the last suggestion of each document and reports its end to `judged`."""

    def __init__(self, judged: Callable[[Judged], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._judged = judged
        self._clock = clock
        self._followed: dict[str, _Followed] = {}

    def shown(self, shown: Shown) -> None:
        """A suggestion was returned; one that only continues the followed one replaces its text."""
        before = self._followed.get(shown.uri)
        if before is not None and shown.offset == before.shown.offset + before.taken:
            taken_text = before.shown.text[: before.taken]
            whole = Shown(
                before.shown.identity, shown.uri, shown.path, shown.language,
                before.shown.offset, taken_text + shown.text, shown.engine, shown.model,
            )  # fmt: skip
            before.shown = whole
            return
        self._end(shown.uri)
        self._followed[shown.uri] = _Followed(shown, self._clock())

    def changed(self, uri: str, offset: int, removed: int, inserted: str) -> None:
        """The document changed: `removed` characters at `offset` gave way to `inserted` (LF line ends)."""
        followed = self._followed.get(uri)
        if followed is None:
            return
        rest = followed.shown.text[followed.taken :]
        at_place = offset + removed == followed.shown.offset + followed.taken or (
            offset == followed.shown.offset + followed.taken and removed == 0
        )
        # An editor may replace the word being typed by itself and the rest.
        added = inserted[removed:] if removed else inserted
        common = added if rest.startswith(added) else ""
        if not at_place or not common:
            self._end(uri)
            return
        followed.taken += len(common)
        if len(common) == len(rest):
            by_keys = followed.by_keys or len(common) <= _ONE_KEY
            self._end(uri, "typed_through" if by_keys else "accepted")
        elif len(common) <= _ONE_KEY:
            followed.by_keys = True

    def accepted(self, identity: str) -> None:
        """The editor itself says that a suggestion was accepted."""
        for uri, followed in list(self._followed.items()):
            if followed.shown.identity == identity:
                followed.taken = len(followed.shown.text)
                self._end(uri, "accepted")

    def closed(self, uri: str) -> None:
        """The document was closed."""
        self._end(uri)

    def _end(self, uri: str, fate: Fate | None = None) -> None:
        followed = self._followed.pop(uri, None)
        if followed is None:
            return
        if fate is None:
            fate = "ignored" if not followed.taken else "typed_through" if followed.by_keys else "partly_accepted"
        milliseconds = (self._clock() - followed.since) * 1000
        self._judged(Judged(followed.shown, fate, followed.taken, milliseconds))
