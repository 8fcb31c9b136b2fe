"""How measured times spread: percentiles by nearest rank."""

import math
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spread:
    """Milliseconds of `count` measurements; all zero when there were none."""

    count: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
    most_ms: float


def spread_of(seconds: Iterable[float]) -> Spread:
    """The spread of times given in seconds."""
    times = sorted(1000 * time for time in seconds)
    if not times:
        return Spread(0, 0.0, 0.0, 0.0, 0.0)
    p50, p95, p99 = (percentile(times, share) for share in (0.5, 0.95, 0.99))
    return Spread(len(times), p50, p95, p99, times[-1])


def percentile(ordered: list[float], share: float) -> float:
    """The smallest of the `ordered` values that `share` of them do not exceed (nearest rank)."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
