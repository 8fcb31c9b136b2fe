"""How long to wait after a key before the server is asked.

A request per key is only worth it while the answers are right. The wait is nothing while they are; after texts that
diverged it grows to just under a pause, so that a model that is wrong here is asked at pauses only.
"""

from dataclasses import dataclass
from typing import Final

_STEPS_MS: Final = (0.0, 0.0, 60.0, 120.0, 250.0)
_SLOW_FIRST_TOKEN_MS: Final = 400.0
_SLOW_STEP_MS: Final = 75.0
_WEIGHT_OF_NEW: Final = 0.3


@dataclass(slots=True)
class Debounce:
    """Adapts to the time to the first token and to how often generated text diverged in a row."""

    fixed_ms: int | None = None
    _diverged: int = 0
    _first_token_ms: float = 0.0

    def wait_ms(self) -> float:
        """Milliseconds to wait now."""
        if self.fixed_ms is not None:
            return float(self.fixed_ms)
        wait = _STEPS_MS[min(self._diverged, len(_STEPS_MS) - 1)]
        slow = self._first_token_ms > _SLOW_FIRST_TOKEN_MS
        return max(wait, _SLOW_STEP_MS) if slow and self._diverged else wait

    def diverged(self) -> None:
        """What was typed did not agree with what had been generated."""
        self._diverged += 1

    def agreed(self) -> None:
        """A key agreed with a text that was there."""
        self._diverged = 0

    def first_token(self, milliseconds: float) -> None:
        """A generation began to answer after so long."""
        self._first_token_ms += _WEIGHT_OF_NEW * (milliseconds - self._first_token_ms)
