"""How many tokens a text will cost, before the server has counted them.

A pessimistic guess from UTF-8 bytes until the server's own `prompt_eval_count` (which counts cached tokens too)
is known; then the ratio measured for that model and language, with a margin, so that a prompt never grows past the
window. Languages differ: a tokenizer that spends four bytes a token on Python spends two and a half on JSON.
"""

from dataclasses import dataclass, field
from typing import Final

BYTES_PER_TOKEN: Final = 3.0
_SAFETY: Final = 0.9
_WEIGHT_OF_MORE: Final = 0.2
_WEIGHT_OF_FEWER: Final = 0.6
"""Text that costs more tokens than was thought is believed sooner: the other mistake loses the request."""
_PLAUSIBLE: Final = (1.0, 6.0)
_SMALLEST_SAMPLE_BYTES: Final = 400
_LEAST: Final = _PLAUSIBLE[0] * _SAFETY


def estimate_tokens(text: str, bytes_per_token: float = BYTES_PER_TOKEN) -> int:
    """Tokens of `text`, rounded up; 0 only for the empty text."""
    return tokens_of(size_of(text), bytes_per_token)


def tokens_of(size: int, bytes_per_token: float = BYTES_PER_TOKEN) -> int:
    """Tokens of a text of `size` UTF-8 bytes, rounded up."""
    return -int(-size // bytes_per_token)


def size_of(text: str) -> int:
    """UTF-8 bytes of `text`; of plain ASCII known without encoding it."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


@dataclass(slots=True)
class TokenRatio:
    """Bytes per token, learnt from a server's answers: one ratio for each model and language, and one over all."""

    bytes_per_token: float = BYTES_PER_TOKEN
    """Over all: for text whose language or reader is not settled, such as the project context while it is packed."""
    _measured: dict[tuple[str, str], float] = field(default_factory=dict)
    _of_all: float | None = None

    def of(self, model: str, language: str) -> float:
        """What to reckon with for `language` read by `model`; unmeasured, the guess, or less where all others need it."""
        measured = self._measured.get((model, language))
        if measured is not None:
            return measured * _SAFETY
        return min(BYTES_PER_TOKEN, self.bytes_per_token)

    def observe(self, model: str, language: str, prompt_bytes: int, prompt_tokens: int) -> None:
        """Learn from one answer; implausible counts (a truncated prompt, a proxy's zero) are ignored."""
        if prompt_tokens <= 0 or prompt_bytes < _SMALLEST_SAMPLE_BYTES:
            return
        ratio = prompt_bytes / prompt_tokens
        if not _PLAUSIBLE[0] <= ratio <= _PLAUSIBLE[1]:
            return
        self._measured[model, language] = _nearer(self._measured.get((model, language)), ratio)
        self._of_all = _nearer(self._of_all, ratio)
        self.bytes_per_token = self._of_all * _SAFETY

    def refused(self, model: str, language: str) -> None:
        """The server counted more tokens than its window holds: reckon with a third more from now on."""
        lower = max(_LEAST, self.of(model, language) * 0.75)
        self._measured[model, language] = lower / _SAFETY


def _nearer(old: float | None, ratio: float) -> float:
    if old is None:
        return ratio
    return old + (_WEIGHT_OF_MORE if ratio > old else _WEIGHT_OF_FEWER) * (ratio - old)
