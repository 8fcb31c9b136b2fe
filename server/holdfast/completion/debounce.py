"""Whether to ask the server at this key, or how long to wait for a better one.

A request per key is only worth it while the answers are right. The problem is a model that is right again somewhere in
the line: asked too seldom, it is found late; asked at every key, the server reads for nothing, since each text is
contradicted by the next key. So, once texts were contradicted in a row, requests keep a distance in time, which is
counted in keys of the person's own rhythm and is never less than the server needs to say anything. The further a line
has come, the likelier it is that the model sees its end by now, and the fewer lines come so far at all: the distance
shrinks along a line, and grows only where nothing was right for longer than a line. Requests go out with a key, where
they know most, or when the next key is late: a pause always gets one.
"""

from dataclasses import dataclass
from typing import Final

_KEYS_APART: Final = ((1, 0.0), (12, 3.0), (28, 2.0), (40, 5.0))
"""(texts contradicted in a row at most, keys between two requests); beyond, only at pauses."""
_AGREEMENT_KEYS: Final = 3
"""So many keys in a row are no accident."""
_LATE_KEYS: Final = 1.5
_SHORTEST_PAUSE_MS: Final = 100.0
_LONGEST_WAIT_MS: Final = 250.0
_FIRST_RHYTHM_MS: Final = 150.0
_LONGEST_KEY_MS: Final = 400.0
"""Longer is a pause and says nothing of the rhythm."""
_WEIGHT_OF_NEW: Final = 0.3


@dataclass(slots=True)
class Debounce:
    """Told of keys, requests, first tokens, agreement and contradiction; times are the loop's, in seconds."""

    fixed_ms: int | None = None
    _contradicted: int = 0
    _agreed_keys: int = 0
    _rhythm_ms: float = _FIRST_RHYTHM_MS
    _first_token_ms: float = 0.0
    _last_key: float | None = None
    _last_request: float | None = None

    @property
    def is_trusted(self) -> bool:
        """Whether the last keys agreed with what the model had said."""
        return self._agreed_keys >= _AGREEMENT_KEYS

    def key(self, now: float) -> None:
        """A key asks."""
        if self._last_key is not None:
            milliseconds = (now - self._last_key) * 1000
            if 0 < milliseconds <= _LONGEST_KEY_MS:
                self._rhythm_ms += _WEIGHT_OF_NEW * (milliseconds - self._rhythm_ms)
        self._last_key = now

    def wait_ms(self, now: float) -> float:
        """Milliseconds to wait from now on; the next key ends the wait."""
        if self.fixed_ms is not None:
            return float(self.fixed_ms)
        if self.is_due(now):
            return 0.0
        late = max(_SHORTEST_PAUSE_MS, _LATE_KEYS * self._rhythm_ms)
        return min(_LONGEST_WAIT_MS, max(self._left_ms(now), late))

    def is_due(self, now: float) -> bool:
        """Whether this key is one to ask at."""
        return self.fixed_ms is None and self._left_ms(now) <= self._rhythm_ms / 2

    def asked(self, now: float) -> None:
        """A request goes out."""
        self._last_request = now

    def diverged(self) -> None:
        """What was typed contradicts what had been generated."""
        self._contradicted += 1
        self._agreed_keys = 0

    def agreed(self) -> None:
        """A key agreed with a text that was there."""
        self._agreed_keys += 1
        if self.is_trusted:
            self._contradicted = 0

    def first_token(self, milliseconds: float) -> None:
        """A generation began to answer after so long."""
        self._first_token_ms += _WEIGHT_OF_NEW * (milliseconds - self._first_token_ms)

    def _left_ms(self, now: float) -> float:
        """Milliseconds until the next request keeps its distance from the last one."""
        if self._last_request is None:
            return 0.0
        keys = next((keys for most, keys in _KEYS_APART if self._contradicted <= most), None)
        if keys is None:
            return _LONGEST_WAIT_MS
        apart = max(keys * self._rhythm_ms, self._first_token_ms) if keys else 0.0
        return apart - (now - self._last_request) * 1000
