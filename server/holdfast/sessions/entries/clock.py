"""A hybrid logical clock: stamps that read as wall time and still never run backwards.

Kulkarni, Demirbas, Madappa, Avva, Leone: "Logical Physical Clocks and Consistent Snapshots in Globally
Distributed Databases" (2014). A stamp is `mmmmmmmmmmmm-cccc`: milliseconds since 1970 in 12 hexadecimal
digits and a counter in 4, so that stamps compare as text. A clock set back leaves the milliseconds where
they were and the counter moves on; order holds, only the time shown is late.
"""

import time
from typing import Final

_LAST_COUNT: Final = 0xFFFF
_LAST_MS: Final = 2**48 - 1


def wall_clock_ms() -> int:
    """Milliseconds since 1970 by this machine's clock."""
    return time.time_ns() // 1_000_000


def next_stamp(last: str | None, wall_ms: int) -> str:
    """The stamp after `last` (None: the first) when the wall clock says `wall_ms`; always greater than `last`."""
    now = min(max(wall_ms, 0), _LAST_MS)
    if last is None:
        return _stamp(now, 0)
    last_ms, last_count = _parts(last)
    if now > last_ms:
        return _stamp(now, 0)
    if last_count < _LAST_COUNT:
        return _stamp(last_ms, last_count + 1)
    return _stamp(last_ms + 1, 0)


def stamp_ms(stamp: str) -> int:
    """The wall time in `stamp`, in milliseconds since 1970; raises ValueError when it is no stamp."""
    return _parts(stamp)[0]


def _stamp(ms: int, count: int) -> str:
    return f"{ms:012x}-{count:04x}"


def _parts(stamp: str) -> tuple[int, int]:
    ms, _, count = stamp.partition("-")
    return int(ms, 16), int(count, 16)
