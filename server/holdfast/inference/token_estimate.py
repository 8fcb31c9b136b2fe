"""How many tokens a text will cost, before the server has counted them.

A pessimistic guess from UTF-8 bytes until the server's own `prompt_eval_count` (which counts cached tokens too)
is known; then the measured ratio, with a margin, so that a prompt never grows past the window.
"""

from dataclasses import dataclass
from typing import Final

BYTES_PER_TOKEN: Final = 3.0
_SAFETY: Final = 0.9
_WEIGHT_OF_NEW: Final = 0.2
_PLAUSIBLE: Final = (1.0, 6.0)
_SMALLEST_SAMPLE_BYTES: Final = 400


def estimate_tokens(text: str, bytes_per_token: float = BYTES_PER_TOKEN) -> int:
    """Tokens of `text`, rounded up; 0 only for the empty text."""
    size = len(text.encode("utf-8", "surrogatepass"))
    return -int(-size // bytes_per_token)


@dataclass(slots=True)
class TokenRatio:
    """Bytes per token of one model, learnt from its answers."""

    bytes_per_token: float = BYTES_PER_TOKEN
    _measured: float | None = None

    def observe(self, prompt_bytes: int, prompt_tokens: int) -> None:
        """Learn from one answer; implausible counts (a truncated prompt, a proxy's zero) are ignored."""
        if prompt_tokens <= 0 or prompt_bytes < _SMALLEST_SAMPLE_BYTES:
            return
        ratio = prompt_bytes / prompt_tokens
        if not _PLAUSIBLE[0] <= ratio <= _PLAUSIBLE[1]:
            return
        old = self._measured if self._measured is not None else ratio
        self._measured = old + _WEIGHT_OF_NEW * (ratio - old)
        self.bytes_per_token = self._measured * _SAFETY
