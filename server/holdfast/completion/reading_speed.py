"""How fast the server reads prompts, and how much of what follows the cursor is therefore worth sending.

In the order prefix, suffix, middle all that follows the cursor is read anew at every request, however little was typed,
because it stands behind what was typed. On a slow machine that alone takes longer than a key.
"""

from dataclasses import dataclass, field
from typing import Final

_FEWEST_MEASURED: Final = 1_000
"""Characters; of fewer, most of the time goes elsewhere."""
_WEIGHT_OF_NEW: Final = 0.5
_SUFFIX_SECONDS: Final = 0.05
_SHORTEST_SUFFIX: Final = 128


@dataclass(slots=True)
class ReadingSpeed:
    """Told of every prompt the server is sent, and of how long it took to the first token or until it was given up."""

    characters_per_second: float | None = None
    _held: str = ""
    _spent: float = field(default=0.0)

    def answered(self, prompt: str, seconds: float) -> None:
        """The first token of `prompt` came after so long."""
        new = len(prompt) - _common_prefix(self._held, prompt)
        seconds += self._spent
        if new >= _FEWEST_MEASURED and seconds > 0:
            before = self.characters_per_second
            speed = new / seconds
            self.characters_per_second = speed if before is None else before + _WEIGHT_OF_NEW * (speed - before)
        self._held, self._spent = prompt, 0.0

    def given_up(self, seconds: float) -> None:
        """A prompt was read for so long and not to its end; what was read stays read."""
        self._spent += seconds

    def suffix_characters(self) -> int | None:
        """How much of what follows the cursor may be sent; None where nothing speaks against all of it.

        A power of two, so that the same text is sent while the measure wavers.
        """
        if self.characters_per_second is None:
            return None
        worth = self.characters_per_second * _SUFFIX_SECONDS
        size = _SHORTEST_SUFFIX
        while size * 2 <= worth:
            size *= 2
        return size


def _common_prefix(left: str, right: str) -> int:
    low, high = 0, min(len(left), len(right))
    while low < high:
        middle = (low + high + 1) // 2
        if left.startswith(right[:middle]):
            low = middle
        else:
            high = middle - 1
    return low
