"""Whether to suggest at all: every no has its reason."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from holdfast.completion.request import CompletionRequest
from holdfast.cursor import Cursor
from holdfast.reasons import Reason
from holdfast.settings import Settings

_MOST_CHARACTERS_BEHIND: Final = 8
_ONLY_CLOSERS: Final = re.compile(r"^[\s)\]}>\"'`:;,]*$")

LARGEST_DOCUMENT: Final = 1_000_000
"""Characters; the index leaves such files out too."""

_LOOKED_UP_SECONDS: Final = 0.5
"""How long it counts what was looked up of a file: where its links lead and what the rules say, several times at each key."""

IgnoreReason = Callable[[Cursor], Reason | None]


@dataclass(slots=True)
class Gate:
    """`ignore_reason` says why a document is left out (`ignored_file`, `secret_file`), or None."""

    settings: Settings
    ignore_reason: IgnoreReason
    paused: bool = False
    clock: Callable[[], float] = time.monotonic
    _looked_up: "_LookedUp | None" = field(default=None, init=False, repr=False)

    def why_never(self, cursor: Cursor) -> Reason | None:
        """The reason that nothing of this document goes anywhere, whoever asks; None when it may."""
        if not self.settings.enabled:
            return "disabled"
        if self.paused:
            return "paused"
        if not self.settings.language_on(cursor.language):
            return "language_off"
        return self._why_ignored(cursor)

    def why_not(self, request: CompletionRequest) -> Reason | None:
        """The reason to stay silent, or None."""
        cursor = request.cursor
        reason = self.why_never(cursor)
        if reason is not None:
            return reason
        if request.automatic and is_too_large(cursor):
            return "ignored_file"
        if request.automatic and not _fits_automatic(cursor.line_after):
            return "cursor_position"
        return None

    def _why_ignored(self, cursor: Cursor) -> Reason | None:
        known, now = self._looked_up, self.clock()
        if known is None or now > known.until or (known.root, known.path) != (cursor.root, cursor.path):
            reason = self.ignore_reason(cursor)
            known = self._looked_up = _LookedUp(cursor.root, cursor.path, reason, now + _LOOKED_UP_SECONDS)
        return known.reason


@dataclass(frozen=True, slots=True)
class _LookedUp:
    root: Path | None
    path: str
    reason: Reason | None
    until: float


def is_too_large(cursor: Cursor) -> bool:
    """Whether a document is too large to be looked at unless somebody asks for it by hand."""
    return len(cursor.before) + len(cursor.after) > LARGEST_DOCUMENT


def _fits_automatic(line_after: str) -> bool:
    return len(line_after.strip()) <= _MOST_CHARACTERS_BEHIND or _ONLY_CLOSERS.match(line_after) is not None
