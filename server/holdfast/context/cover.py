"""Choosing lines that show as many likely names as possible for their length.

A line is worth the likelihood of the names it shows that nothing shown before it has, and that of a call of the import
that it defines. Choosing the best set under a budget
is the budgeted maximum coverage problem; the greedy choice by worth per cost is within a constant factor of the best
(Khuller, Moss and Naor, 1999), and re-examining only the top of a heap makes it fast (Minoux's lazy greedy, 1978).
"""

import heapq
from collections.abc import Callable, Iterable, Mapping
from itertools import count
from typing import Final

from holdfast.index.retrieval.findings import FoundLine

USAGE_WORTH: Final = 0.8
"""What showing a name in use is worth, where showing its definition is worth 1."""

CALL_WORTH: Final = 0.8
"""What the definition of an import is worth, in the same measure, where the next line is sure to call it."""

CostOf = Callable[[FoundLine, bool], int]
"""The cost of a line; the second argument says whether its file is not shown yet, and needs a header."""


def cover(
    lines: Iterable[FoundLine], likelihood: Mapping[str, float], room: int, cost_of: CostOf, shown: set[str]
) -> list[FoundLine]:
    """Lines, the most worthwhile first, that together cost at most `room`; the names they show are added to `shown`."""
    chosen: list[FoundLine] = []
    files: set[str] = set()
    waiting: dict[str, list[FoundLine]] = {}
    heap: list[tuple[float, int, FoundLine]] = []
    numbers = count()
    for line in lines:
        heap.append((-_worth(line, likelihood, shown) / cost_of(line, True), next(numbers), line))
        waiting.setdefault(line.path, []).append(line)
    heapq.heapify(heap)
    taken: set[tuple[str, int]] = set()
    while heap:
        _, number, line = heapq.heappop(heap)
        worth = _worth(line, likelihood, shown)
        if worth <= 0 or (line.path, line.line) in taken:
            continue
        cost = cost_of(line, line.path not in files)
        now = -worth / cost
        if heap and now > heap[0][0]:
            heapq.heappush(heap, (now, number, line))
            continue
        if cost > room:
            continue
        room -= cost
        chosen.append(line)
        taken.add((line.path, line.line))
        shown |= line.names
        if line.path not in files:
            files.add(line.path)
            # What else this file has is cheaper now.
            for other in waiting[line.path]:
                if (other.path, other.line) not in taken:
                    value = -_worth(other, likelihood, shown) / cost_of(other, False)
                    heapq.heappush(heap, (value, next(numbers), other))
    return chosen


def _worth(line: FoundLine, likelihood: Mapping[str, float], shown: set[str]) -> float:
    return CALL_WORTH * line.called + sum(
        likelihood.get(name, 0.0) * (1.0 if name == line.defines else USAGE_WORTH)
        for name in line.names
        if name not in shown
    )
