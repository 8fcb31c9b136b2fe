"""The latest answers with their reasons: what `explainSuggestion` and the log show."""

import logging
from collections import deque
from dataclasses import dataclass
from typing import Final

from holdfast.completion.request import CompletionAnswer, CompletionRequest

logger = logging.getLogger(__name__)

_KEPT: Final = 50


@dataclass(frozen=True, slots=True)
class Outcome:
    """One request and its answer; `outcome` is `shown`, `typed_through` or `silent`."""

    path: str
    line: int
    outcome: str
    answer: CompletionAnswer


class OutcomeLog:
    """A ring of the last outcomes."""

    def __init__(self) -> None:
        self._ring: deque[Outcome] = deque(maxlen=_KEPT)

    def record(self, request: CompletionRequest, answer: CompletionAnswer, *, typed_through: bool = False) -> None:
        """Keep one outcome; a request that a newer key cancelled is none."""
        kind = "typed_through" if typed_through else "shown" if answer.text else "silent"
        if answer.reason == "cancelled":
            return
        outcome = Outcome(request.cursor.path, request.cursor.line + 1, kind, answer)
        self._ring.append(outcome)
        logger.debug(
            "%s:%d %s engine=%s reason=%s %.0f ms",
            outcome.path, outcome.line, kind, answer.engine, answer.reason, answer.timings.total,
        )  # fmt: skip

    @property
    def last(self) -> Outcome | None:
        """The newest outcome."""
        return self._ring[-1] if self._ring else None
